using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Captures;

/// <summary>The reference driver on the hardware of a capture, asked for what the kernel did there.</summary>
public sealed class ReferenceRun : IDisposable
{
    private static readonly PhysicalAddress Somewhere = 0x4000_1000;

    private readonly TestBench _bench;
    private readonly StreamGroups _groups;
    private readonly DeviceAbilities _abilities;
    private readonly Dictionary<StreamId, Device> _devices = [];
    private readonly Dictionary<CapturedDomain, DomainHandle> _domains = [];
    private readonly DomainHandle _identity;

    /// <summary>Probes the SMMU.</summary>
    public ReferenceRun(Capture capture, CapturedOperations operations)
    {
        _bench = TestBench.Start(
            CapturedProfile.Of(capture),
            new() { Driver = () => new ReferenceDriver() }
        );
        _groups = new StreamGroups(capture);
        _abilities = new DeviceAbilities(capture, operations);
        StartUp = [.. RegisterSteps(0)];
        _identity = _bench.IdentityDomain();
    }

    /// <summary>Register stores and commands of the start, in order.</summary>
    public ImmutableArray<OperationStep> StartUp { get; }

    /// <summary>The commands of the last operation.</summary>
    public IReadOnlyList<Command> Commands => _bench.Commands;

    /// <summary>A stream's entry now.</summary>
    public Ste Ste(StreamId stream) => _bench.SteOf(stream);

    /// <summary>The CD behind a stream's entry now.</summary>
    public Cd Cd(StreamId stream) => _bench.CdOf(stream);

    /// <summary>The level 1 descriptor that leads to a stream's entry; null in a linear table.</summary>
    public L1Std? L1Std(StreamId stream)
    {
        var streams = _bench.Structures.Of(0);
        return streams.TwoLevel
            ? _bench.ReadStructure<L1Std>(
                streams.StreamTable + 8ul * (stream.Value >> streams.Split)
            )
            : null;
    }

    /// <summary>A register as it stands now.</summary>
    public ulong Register(RegisterInfo register) =>
        register.Bytes == 8
            ? _bench.Smmu.Read64(register.Offset)
            : _bench.Smmu.Read32(register.Offset);

    /// <summary>Takes the device that has a stream under the driver's care, if it is not yet.</summary>
    /// <returns>What was done for it.</returns>
    public IReadOnlyList<OperationStep> Add(StreamId stream)
    {
        var mark = _bench.Trace.Mark;
        if (!_devices.ContainsKey(stream))
        {
            var streams = _groups.Of(stream);
            var device = _bench.AddDevice(_abilities.Describe($"device {stream}", streams));
            foreach (var one in streams)
                _devices[one] = device;
        }
        return Steps(mark, []);
    }

    /// <summary>Does what the kernel did to a device.</summary>
    /// <returns>The steps taken.</returns>
    public IReadOnlyList<OperationStep> Do(CapturedOperation operation)
    {
        var stream = operation.Streams[0].Stream;
        Add(stream);
        var device = _devices[stream];
        var domain =
            operation.After == StreamFate.Identity ? _identity
            : operation.After == StreamFate.Abort ? default
            : DomainOf(operation.NewDomain);
        var before = _bench.SteOf(stream);
        var mark = _bench.Trace.Mark;
        if (operation.After != StreamFate.Abort)
            _bench.Must(_bench.Attach(device, domain));
        else if (IsRemoval(operation.Place))
            Remove(device);
        else
            _bench.Must(_bench.Detach(device));
        return Steps(mark, [before, _bench.SteOf(stream)]);
    }

    /// <summary>Maps and unmaps a range in a domain that one device has.</summary>
    /// <returns>The commands that the unmap issued.</returns>
    public IReadOnlyList<Command> Unmap(
        StreamId stream,
        StreamFate stage,
        Iova address,
        ulong bytes
    )
    {
        Add(stream);
        var domain = DomainOf(new(stage, default, default));
        _bench.Must(_bench.Attach(_devices[stream], domain));
        // Never aligned like the input address, so that pages are mapped and no blocks.
        _bench.Must(_bench.Map(domain, address, Somewhere, bytes));
        _bench.Must(_bench.Unmap(domain, address, bytes));
        return _bench.Commands;
    }

    /// <summary>Unmaps in a domain that may be lazy, and flushes it.</summary>
    /// <returns>The commands of the flush.</returns>
    public IReadOnlyList<Command> FlushLazily(StreamId stream, StreamFate stage)
    {
        Add(stream);
        var domain = _bench.PagingDomain(StageOf(stage), [0], FlushMode.Lazy);
        _bench.Must(_bench.Attach(_devices[stream], domain));
        _bench.Must(_bench.Map(domain, 0x1000, Somewhere, 0x1000));
        _bench.Must(_bench.Unmap(domain, 0x1000, 0x1000));
        _bench.Must(_bench.Flush(domain));
        return _bench.Commands;
    }

    /// <summary>Shuts the SMMU down.</summary>
    /// <returns>The registers written.</returns>
    public IReadOnlyList<OperationStep> ShutDown()
    {
        var mark = _bench.Trace.Mark;
        _bench.Must(_bench.Shutdown());
        return [.. RegisterSteps(mark)];
    }

    /// <inheritdoc/>
    public void Dispose() => _bench.Dispose();

    private static bool IsRemoval(string place) =>
        place.Contains("remove", StringComparison.Ordinal)
        || place.Contains("device_del", StringComparison.Ordinal);

    private void Remove(Device device)
    {
        _bench.Must(_bench.RemoveDevice(device));
        foreach (var stream in device.Streams)
            _devices.Remove(stream);
    }

    private DomainHandle DomainOf(CapturedDomain captured)
    {
        if (!_domains.TryGetValue(captured, out var domain))
            _domains.Add(captured, domain = _bench.PagingDomain(StageOf(captured.Fate), [0]));
        return domain;
    }

    private static DomainStage StageOf(StreamFate fate) =>
        fate == StreamFate.Stage2 ? DomainStage.Stage2 : DomainStage.Stage1;

    // A doorbell is no step: commands are.
    private IEnumerable<OperationStep> RegisterSteps(int mark)
    {
        foreach (var entry in _bench.Trace.Since(mark))
            if (entry is CommandEntry command)
                yield return OperationStep.Of(command.Command);
            else if (
                entry is RegisterWriteEntry store
                && (store.Offset != CmdqProd.Offset || store.Value == 0)
            )
                yield return OperationStep.OfRegister(RegisterMap.At(store.Offset)!, store.Value);
    }

    private List<OperationStep> Steps(int mark, ReadOnlySpan<Ste> entries)
    {
        var (leaves, contexts) = (new HashSet<PhysicalAddress>(), new HashSet<PhysicalAddress>());
        foreach (var ste in entries)
            if (ste.Stage1)
                contexts.Add(FirstContext(ste, leaves));
        var steps = new List<OperationStep>();
        foreach (var entry in _bench.Trace.Since(mark))
            switch (entry)
            {
                case StoreEntry { Place.Kind: PlaceKind.Ste } store:
                    steps.Add(OperationStep.OfSte(store.Place.Word, store.New));
                    break;
                // Before the first entry leads to it, nothing says that it is a CD.
                case StoreEntry store when leaves.Contains(store.Address):
                    steps.Add(OperationStep.L1Cd);
                    break;
                case StoreEntry store when contexts.Contains(store.Address.Value & ~63ul):
                    steps.Add(OperationStep.OfCd((int)(store.Address.Value % 64 / 8), store.New));
                    break;
                case StoreEntry { Place.Kind: PlaceKind.L1Std }:
                    steps.Add(OperationStep.L1Std);
                    break;
                case CommandEntry command:
                    steps.Add(OperationStep.Of(command.Command));
                    break;
            }
        return steps;
    }

    // Where the CD without a substream is; in a table of two levels a descriptor leads to it.
    private PhysicalAddress FirstContext(Ste ste, HashSet<PhysicalAddress> leaves)
    {
        if (!ste.Substreams || ste.S1Fmt == S1Fmt.Linear)
            return ste.S1ContextPtr;
        leaves.Add(ste.S1ContextPtr);
        return _bench.ReadStructure<L1Cd>(ste.S1ContextPtr).L2Ptr;
    }
}
