using System.Collections.Concurrent;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>One SMMU that has been probed: its queues, its stream table, and who owns which stream.</summary>
internal sealed partial class SmmuDevice
{
    private readonly EventQueue _events;
    private readonly PageRequestQueue? _requests;
    private readonly GlobalErrors _errors;
    private readonly Reset _reset;
    private readonly ConcurrentDictionary<StreamId, Master> _owners = [];
    private readonly HashSet<Master> _masters = [];

    private SmmuDevice(
        SmmuHandle handle,
        IPlatform platform,
        Features features,
        SharedMemory memory,
        CommandQueue commands,
        EventQueue events,
        PageRequestQueue? requests,
        StreamTable streams
    )
    {
        Handle = handle;
        Platform = platform;
        Features = features;
        Memory = memory;
        Commands = commands;
        Streams = streams;
        _events = events;
        _requests = requests;
        _errors = new GlobalErrors(platform, commands);
        commands.WhileWaiting = _errors.Serve;
        _reset = new Reset(platform, features, commands, events, requests, _errors);
    }

    /// <summary>The caller's name for it.</summary>
    public SmmuHandle Handle { get; }

    /// <summary>The node as it was given.</summary>
    public required IPlatform Node { get; init; }

    /// <summary>Its registers, each at its offset.</summary>
    public IPlatform Platform { get; }

    /// <summary>What it can do.</summary>
    public Features Features { get; }

    /// <summary>Memory it reads.</summary>
    public SharedMemory Memory { get; }

    /// <summary>Its command queue.</summary>
    public CommandQueue Commands { get; }

    /// <summary>Its stream table.</summary>
    public StreamTable Streams { get; }

    /// <summary>The devices behind it.</summary>
    public IReadOnlyCollection<Master> Masters => _masters;

    /// <summary>Finds out what the SMMU is, builds queues and tables, and turns it on.</summary>
    /// <param name="handle">The caller's name for it.</param>
    /// <param name="node">The SMMU.</param>
    /// <param name="hearsBroadcasts">It takes part in the TLB maintenance of PEs, if it can.</param>
    /// <returns><see cref="ErrorClass.UnsupportedHardware"/>, <see cref="ErrorClass.OutOfMemory"/>, <see cref="ErrorClass.TimedOut"/>; the SMMU is then as it was, or off.</returns>
    public static Outcome<SmmuDevice> Start(
        SmmuHandle handle,
        IPlatform node,
        bool hearsBroadcasts = false
    )
    {
        // 1. Where its registers are, and what it can do.
        var platform = Errata.HasOnePage(node.Firmware.Model) ? new OnePage(node) : node;
        var features = Features.Read(platform, hearsBroadcasts);
        if (!features.IsDone)
            return features.Error;

        // 2. Memory, before anything is touched.
        var memory = new SharedMemory(platform.System, features.Value.Coherent);
        var commands = CommandQueue.Create(platform, memory, features.Value);
        var events = EventQueue.Create(platform, memory, features.Value);
        var asks = features.Value.PageRequests;
        var requests = asks ? PageRequestQueue.Create(platform, memory, features.Value) : null;
        var streams = StreamTable.Create(memory, features.Value);
        if (commands is null || events is null || (asks && requests is null) || streams is null)
        {
            commands?.Free();
            events?.Free();
            requests?.Free();
            streams?.Free();
            return ErrorClass.OutOfMemory;
        }

        // 3. What firmware has left at work is not disturbed.
        var known = node.Firmware.BusyStreams.Where(streams.Covers).ToArray();
        var passing = StreamEntries.Bypass(features.Value);
        var reachable = streams.LetPass(known, passing, commands);

        // 4. On.
        var smmu = new SmmuDevice(
            handle,
            platform,
            features.Value,
            memory,
            commands,
            events,
            requests,
            streams
        )
        {
            Node = node,
        };
        var outcome = reachable.IsDone ? smmu._reset.Run(streams.Base, streams.Format) : reachable;
        if (outcome.IsDone)
            return smmu;
        // 5. Or everything as it was. What the SMMU may still use is lost, not reused.
        if (!smmu._reset.HasToldAddresses)
            smmu.FreeMemory();
        return outcome.Error;
    }

    /// <summary>Turns the SMMU off and gives back all memory it could reach.</summary>
    /// <returns><see cref="ErrorClass.TimedOut"/> if it did not confirm: the memory is then lost, not reused.</returns>
    public Outcome Stop()
    {
        // 1. Off. Until that is confirmed it may use any of the memory.
        var off = Shutdown();
        if (!off.IsDone)
            return off;

        // 2. Devices that were left behind by a shutdown.
        foreach (var master in _masters)
        {
            foreach (var space in master.Substreams.Values)
                space.Domain.Forget(space);
            master.Main?.Domain.Forget(master.Main);
            master.Unsettled.Forget();
            master.Context?.Free();
        }

        _masters.Clear();
        _owners.Clear();

        // 3. Tables and queues.
        FreeMemory();
        return off;
    }

    private void FreeMemory()
    {
        Streams.Free();
        _requests?.Free();
        _events.Free();
        Commands.Free();
    }

    /// <summary>Takes the streams of a device; they abort.</summary>
    /// <returns>
    /// <see cref="ErrorClass.OutOfRange"/>, <see cref="ErrorClass.NoDevice"/>, <see cref="ErrorClass.OutOfMemory"/>,
    /// <see cref="ErrorClass.TimedOut"/>; no stream is then taken.
    /// </returns>
    public Outcome Adopt(Master master)
    {
        foreach (var stream in master.Streams)
            if (!Streams.Covers(stream))
                return ErrorClass.OutOfRange;
        foreach (var stream in master.Streams)
            if (_owners.ContainsKey(stream))
                return ErrorClass.NoDevice;

        var reachable = Streams.Reach(master.Streams, Commands);
        if (!reachable.IsDone)
            return reachable;

        _masters.Add(master);
        foreach (var stream in master.Streams)
            _owners[stream] = master;
        master.Switches.Update();
        return Outcome.Done;
    }

    /// <summary>Lets a device go; its streams abort again.</summary>
    /// <returns>If the SMMU does not confirm that, the device stays.</returns>
    public Outcome Release(Master master)
    {
        foreach (var substream in master.Substreams.Keys.ToArray())
        {
            var ended = Attachment.End(master, substream);
            if (!ended.IsDone)
                return ended;
        }

        var aborting = Attachment.Change(master, null);
        if (!aborting.IsDone)
            return aborting;
        master.Switches.Off();
        _masters.Remove(master);
        foreach (var stream in master.Streams)
            _owners.TryRemove(stream, out _);
        master.Context?.Free();
        return Outcome.Done;
    }

    /// <summary>The device a stream belongs to, or null.</summary>
    public Master? OwnerOf(StreamId stream) => _owners.GetValueOrDefault(stream);

    /// <summary>Serves an interrupt.</summary>
    /// <param name="source">What has raised it.</param>
    /// <param name="faults">Deals with what waits for an answer.</param>
    public void Serve(InterruptSource source, PageFaults faults)
    {
        // The line may have been raised before power went.
        if (IsSuspended)
            return;
        // The driver polls for a CMD_SYNC.
        if (source is InterruptSource.GlobalError or InterruptSource.Combined)
            _errors.Serve();
        if (source is InterruptSource.EventQueue or InterruptSource.Combined)
            TakeEvents(faults);
        if (source is InterruptSource.PriQueue or InterruptSource.Combined)
            TakeRequests(faults);
    }

    /// <summary>
    /// If events were lost since the last time: ends whatever may wait of which no record tells. Nobody attaches or detaches
    /// meanwhile.
    /// </summary>
    public Outcome EndLostStalls(PageFaults faults)
    {
        if (!_errors.TakeLostEvents() || !Features.CanStall)
            return Outcome.Done;
        // What was recorded has its answer first: afterwards there is nothing to answer. §4.7.1
        TakeEvents(faults);
        var worst = Outcome.Done;
        foreach (var master in _masters.Where(master => master.Stalls))
        {
            faults.HaveEnded(master);
            var ended = LostStalls.End(master);
            worst = worst.IsDone ? ended : worst;
        }

        return worst;
    }

    private void TakeEvents(PageFaults faults) =>
        _events.Drain(record =>
            Faults.Handle(this, new EventRecord(record[0], record[1], record[2], record[3]), faults)
        );

    private void TakeRequests(PageFaults faults)
    {
        if (_requests is not { } requests)
            return;
        var lost = requests.Drain(words => faults.Requested(this, new PriQueueEntry(words)));
        // Of what is left of groups the end may be lost, and their numbers be used again. §8.1
        if (lost)
            faults.DropPartial(this);
    }
}
