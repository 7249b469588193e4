using SmmuConformance.Architecture;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Bench;

/// <summary>
/// Does to the emulator what a kernel did to its SMMU, store by store, with the monitor watching. Barriers are not in a
/// capture, so one is put before every store and register write: what a kernel ordered too little does not show here.
/// Devices do nothing, so the event queue stays empty and the kernel's service of it is left out; and what software
/// switched on at them is not in a capture, so the rule about it is not watched.
/// </summary>
public sealed class CaptureReplay : IDisposable
{
    private readonly TestBench _bench;
    private readonly CapturedMemory _memory;
    private readonly CapturedUpdates _updates;
    private readonly List<ReplayFinding> _findings = [];
    private readonly List<string> _differentLoads = [];
    private int _commands;
    private bool _synchronises;

    private CaptureReplay(Capture capture)
    {
        var profile = CapturedProfile.Of(capture);
        // The bench wants a driver; this one is never asked for anything.
        _bench = TestBench.Create(profile, new() { Driver = () => new ReferenceDriver() });
        _bench.Monitor.MostOfOneRule = int.MaxValue;
        _memory = new CapturedMemory(capture);
        _updates = new CapturedUpdates(profile);
        foreach (var page in _memory.Pages)
            _bench.Memory.Claim(page, CapturedMemory.BytesOfPage);
    }

    /// <summary>Each rule that was broken, in order.</summary>
    public IReadOnlyList<ReplayFinding> Findings => _findings;

    /// <summary>Loads that the emulator answered otherwise than the captured hardware did.</summary>
    public IReadOnlyList<string> DifferentLoads => _differentLoads;

    /// <summary>A stream's entry as the emulator's memory has it in the end.</summary>
    public Ste Entry(StreamId stream) =>
        _bench.ReadStructure<Ste>(_memory.EntryOf(stream, "the end"));

    /// <summary>Every rule watched, with what each asks for.</summary>
    public IEnumerable<MonitorRule> Rules => _bench.Monitor.Rules.Where(IsJudged);

    /// <summary>Commands that were stored in the queue.</summary>
    public int Stored => _commands;

    /// <summary>Commands that the emulator consumed, without an error.</summary>
    public int Consumed =>
        _bench.Trace.Entries.OfType<CommandEntry>().Count(c => c.Error == CommandError.None);

    /// <summary>Plays a whole capture.</summary>
    public static CaptureReplay Of(Capture capture)
    {
        var replay = new CaptureReplay(capture);
        foreach (var phase in capture.Phases)
            replay.Play(phase, capture);
        return replay;
    }

    /// <inheritdoc/>
    public void Dispose() => _bench.Dispose();

    private void Play(CapturePhase phase, Capture capture)
    {
        var place = $"{capture.Name}/{phase.Label}";
        Begin();
        foreach (var happened in phase.Events)
        {
            Do(happened);
            _updates.Apply(happened);
            Collect(place, happened);
            if (_updates.AllAtRest && happened is RegisterStore store && Completes(store))
            {
                End(place, happened);
                Begin();
            }
        }
        if (phase.Events.Length > 0)
            End(place, phase.Events[^1]);
    }

    private void Do(CaptureEvent happened)
    {
        switch (happened)
        {
            case RegisterStore store when IsEventService(store):
                break;
            case RegisterStore { Bytes: 8 } store:
                _bench.System.Barrier();
                _bench.Platforms[0].Write64(store.Register.Offset, store.Value);
                break;
            case RegisterStore store:
                _bench.System.Barrier();
                _bench.Platforms[0].Write32(store.Register.Offset, (uint)store.Value);
                break;
            case RegisterLoad load:
                Load(load);
                break;
            case CommandStore store:
                Put(store);
                break;
            case SteFill fill:
                for (var stream = fill.First.Value; stream <= fill.Last.Value; stream++)
                for (var word = 0; word < 8; word++)
                    if (fill.Ste.Word(word) != 0)
                        Store(
                            _memory.EntryOf(stream, fill.Source) + 8ul * (ulong)word,
                            fill.Ste.Word(word)
                        );
                break;
            case SteStore store:
                Store(_memory.EntryOf(store) + 8ul * (ulong)store.Word, store.Value);
                break;
            case CdStore store:
                Store(store.Cd + 8ul * (ulong)store.Word, store.Value);
                break;
            case L1StdStore store:
                Store(_memory.DescriptorOf(store.Index), store.Descriptor.Word(0));
                break;
            case L1CdStore store:
                Store(store.Address, store.Descriptor.Word(0));
                break;
        }
    }

    private void Store(PhysicalAddress address, ulong value)
    {
        _bench.System.Barrier();
        _bench.System.Store(address, value);
    }

    private void Put(CommandStore store)
    {
        var command = store.Command;
        _commands++;
        _synchronises |= command.Is<Sync>();
        Store(_memory.SlotOf(store), command.Word0);
        Store(_memory.SlotOf(store) + 8, command.Word1);
    }

    private void Load(RegisterLoad load)
    {
        var value =
            load.Register.Bytes == 8
                ? _bench.Platforms[0].Read64(load.Register.Offset)
                : _bench.Platforms[0].Read32(load.Register.Offset);
        if (Comparable(load.Register, value) != Comparable(load.Register, load.Value))
            _differentLoads.Add(
                $"{load.Source}: {load.Register.Name} = 0x{value:x}, captured 0x{load.Value:x}"
            );
    }

    // The event queue holds what devices caused, and without an error CMDQ_CONS.ERR means nothing. §6.3.29
    private static ulong Comparable(RegisterInfo register, ulong value) =>
        register.Offset switch
        {
            EventqProd.Offset or EventqCons.Offset => 0,
            CmdqCons.Offset => new CmdqCons(value).RD,
            _ => value,
        };

    // A doorbell that a CMD_SYNC was published with; CONS has reached it, for the emulator consumes at once.
    private bool Completes(RegisterStore store)
    {
        if (store.Register.Offset != CmdqProd.Offset || !_synchronises)
            return false;
        _synchronises = false;
        return true;
    }

    // Once it runs, the queue is served because of events that devices caused.
    private bool IsEventService(RegisterStore store) =>
        store.Register.Offset is EventqCons.Offset && _bench.Smmu.State.Cr0.EVENTQEN;

    private void Begin()
    {
        foreach (var rule in _bench.Monitor.Rules)
            rule.OperationStarted();
    }

    private void End(string place, CaptureEvent last)
    {
        foreach (var rule in _bench.Monitor.Rules)
            rule.OperationEnded();
        Collect(place, last);
    }

    private void Collect(string place, CaptureEvent at)
    {
        foreach (var violation in _bench.TakeViolations().Where(v => IsJudged(v.Rule)))
            _findings.Add(
                new(place, violation.Rule.Id, violation.Rule.Clause, violation.Message, at.Source)
            );
    }

    // ATS at a device is a matter of PCI configuration space, of which a capture knows nothing.
    private static bool IsJudged(MonitorRule rule) => rule is not DeviceCaches;
}

/// <summary>A monitor rule that a kernel broke.</summary>
/// <param name="Place">Capture and phase.</param>
/// <param name="Rule">Id of the rule.</param>
/// <param name="Clause">The section of the manual behind it.</param>
/// <param name="Message">What the rule says.</param>
/// <param name="Source">The event at which it was seen.</param>
public sealed record ReplayFinding(
    string Place,
    string Rule,
    string Clause,
    string Message,
    string Source
)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Place}: {Rule} at {Source}\n{Message}";
}
