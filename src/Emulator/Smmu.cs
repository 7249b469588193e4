using System.Diagnostics.CodeAnalysis;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>One SMMU: registers, queues, caches and translation of the Non-secure interface.</summary>
public sealed partial class Smmu
{
    private readonly MachineOptions _options;
    private readonly SmmuSurroundings _surroundings;
    private readonly SplitMix _unknown;
    private readonly Watch _watch = new();
    private readonly IOtherHardware? _other;
    private readonly InterruptLines _lines = new();
    private readonly AccessFaults _faults = new();
    private readonly WithheldAcknowledges _acknowledges = new();
    private SmmuParts _parts;
    private RecentAnswers? _recent;

    internal Smmu(
        int index,
        Profile profile,
        PhysicalMemory memory,
        CpuStores stores,
        MachineOptions options,
        IOtherHardware? other
    )
    {
        Index = index;
        Profile = profile;
        OwnCaches = new SmmuCaches(profile);
        OwnUpdates = new FlagUpdates(options.Flags);
        _options = options;
        _other = other;
        _surroundings = new(
            memory,
            stores,
            _faults,
            OwnUpdates,
            _acknowledges,
            _lines,
            new AtsDevices(),
            _watch
        );
        _unknown = new(unchecked(options.Seed + (ulong)index * 0x9e3779b97f4a7c15));
        Start();
    }

    /// <summary>Which SMMU of the machine.</summary>
    public int Index { get; }

    /// <summary>Its ID registers.</summary>
    public Profile Profile { get; }

    /// <summary>The register values in force.</summary>
    public SmmuState State => Own(OwnState, "registers that can be looked at without an access");

    /// <summary>What it remembers; unused, and so empty, in a machine without caches.</summary>
    public SmmuCaches Caches => Own(OwnCaches, "caches that can be looked into");

    /// <summary>Its wired interrupts.</summary>
    public InterruptLines Lines => Own(_lines, "interrupt lines that are watched");

    /// <summary>Makes single accesses of its own fail.</summary>
    public AccessFaults Faults => Own(_faults, "accesses that are made to fail");

    /// <summary>What it has noted in descriptors and PEs do not see yet.</summary>
    public FlagUpdates Updates => Own(OwnUpdates, "updates of descriptors that come late");

    /// <summary>Makes single updates of its enables hang.</summary>
    public WithheldAcknowledges Acknowledges => Own(_acknowledges, "updates that hang");

    /// <summary>Its inside, for who watches; nothing of it is an answer of other hardware.</summary>
    public EmulatedInside Inside => new(this);

    /// <summary>It has power.</summary>
    public bool IsPowered { get; private set; }

    /// <summary>Who watches; null if nobody does.</summary>
    public ISmmuObserver? Observer
    {
        get => _watch.Observer;
        set => Watch(Own(value, "observer of what it does inside"));
    }

    /// <summary>
    /// Power goes, and with it every register, every command and every record that is not in memory yet; what is stalled
    /// ends in an abort. Until power is back traffic is aborted, and software must not touch the registers (§3.19).
    /// </summary>
    public void PowerOff()
    {
        MustBeOwn("loss of power");
        _parts.Stalls.TerminateAll();
        (_recent, IsPowered) = (null, false);
    }

    /// <summary>
    /// Power is back: the SMMU is as after a reset, but that its caches hold what they held, which the manual does not
    /// forbid (§3.11), and that what is UNKNOWN differs from before.
    /// </summary>
    public void PowerOn()
    {
        MustBeOwn("return of power");
        Start();
    }

    [MemberNotNull(nameof(_parts))]
    private void Start()
    {
        _parts = new SmmuParts(
            Profile,
            _options.Caches ? OwnCaches : null,
            in _surroundings,
            _options,
            _unknown
        );
        _parts.Translator.Observer = Observer;
        // What other hardware answers is never known before it is asked.
        (_recent, IsPowered) = (_other is null ? _parts.Translator.Recent : null, true);
    }

    /// <summary>A 32-bit load at an offset from page 0.</summary>
    public uint Read32(uint offset) => Answers(offset, 0) ? unchecked((uint)Read(offset, 4)) : 0;

    /// <summary>A 64-bit load at an offset from page 0.</summary>
    public ulong Read64(uint offset) => Answers(offset, 0) ? Read(offset, 8) : 0;

    /// <summary>A 32-bit store at an offset from page 0.</summary>
    public void Write32(uint offset, uint value)
    {
        if (Answers(offset, value))
            Write(offset, 4, value);
    }

    /// <summary>A 64-bit store at an offset from page 0.</summary>
    public void Write64(uint offset, ulong value)
    {
        if (Answers(offset, value))
            Write(offset, 8, value);
    }

    /// <summary>Hardware's turn: updates complete, commands are consumed, waiting events recorded.</summary>
    public void Run()
    {
        if (IsPowered)
            _parts.Effects.Turn();
    }

    /// <summary>A transaction of a device: translated through the caches, and its event recorded.</summary>
    public Translation Access(in Transaction transaction)
    {
        if (_recent is not null && _watch.Observer is null && !_parts.Errors.OutOfService)
        {
            ref readonly var answer = ref _recent.Find(in transaction, out var found);
            if (found)
                return answer.For(transaction.Address);
        }
        return AccessAnew(in transaction);
    }

    private Translation AccessAnew(in Transaction transaction)
    {
        var translation = default(Translation);
        if (IsDead)
            translation = Outcome.Aborted;
        else
            _parts.Translator.Translate(in transaction, ref translation);
        if (translation.Stalled)
            _parts.Stalls.Hold(in transaction, in translation);
        else if (translation.RecordEvent)
            _parts.Events.Record(translation.Event, translation.MayMerge);
        _watch.Observer?.Accessed(transaction, translation);
        if (_other is not null)
            translation = AccessOther(in transaction, in translation);
        return translation;
    }

    /// <summary>Connects a PCIe device that has a translation cache.</summary>
    public void Connect(IAtsDevice device)
    {
        MustBeOwn("device with a translation cache");
        _surroundings.Devices.Add(device);
    }

    /// <summary>A Translation Request of a device (§3.9.1.2).</summary>
    /// <exception cref="NotModelledException">A valid configuration asks for a feature that is not modelled.</exception>
    public AtsCompletion Request(in AtsRequest request)
    {
        MustBeOwn("Translation Request");
        if (IsDead)
            return new AtsCompletion { Status = AtsStatus.CompleterAbort };
        var completion = _parts.Translator.Requests.Answer(in request, out var outcome);
        if (outcome.RecordEvent)
            _parts.Events.Record(outcome.Event, outcome.MayMerge);
        return completion;
    }

    /// <summary>A page request, or a stop marker, of a device (§8).</summary>
    public void RequestPage(PriQueueEntry request)
    {
        MustBeOwn("page request");
        if (IsPowered)
            _parts.Pages.Receive(request);
    }

    /// <summary>
    /// Transactions that wait for CMD_RESUME or CMD_STALL_TERM, oldest first; what a device gets in the end is told by
    /// <see cref="StalledTransaction.Answer"/> and to the observer (§3.12.2).
    /// </summary>
    public IReadOnlyList<StalledTransaction> Stalled =>
        Own(_parts, "transactions that stall").Stalls.Waiting;

    /// <summary>
    /// Records an event that no transaction caused: one of a feature that is not modelled, an implementation defined or
    /// a reserved one. The queue treats it as any other.
    /// </summary>
    public void Record(in EventRecord record)
    {
        MustBeOwn("event without a cause");
        _parts.Events.Record(record);
    }

    /// <summary>
    /// Makes global errors active, as a failing part would. SFM_ERR takes the SMMU out of service for good: its
    /// traffic is aborted and its queues are left alone (§12.3).
    /// </summary>
    public void Fail(GError errors)
    {
        MustBeOwn("global error without a cause");
        _parts.Errors.Raise(errors);
    }

    /// <summary>A PE's TLB maintenance reaches this SMMU; it is done by <see cref="CompleteBroadcasts"/>.</summary>
    internal void Receive(in BroadcastInvalidation operation)
    {
        if (IsPowered)
            _parts.Broadcasts.Receive(in operation);
    }

    /// <summary>A PE waits for its TLB maintenance.</summary>
    internal void CompleteBroadcasts()
    {
        _parts.Broadcasts.Complete();
        OwnUpdates.Complete();
    }

    /// <summary>What memory and registers say of a transaction, whatever is cached; nothing is recorded.</summary>
    public Translation Truth(in Transaction transaction)
    {
        MustBeOwn("answer that leaves no trace");
        return OwnTruth(in transaction);
    }

    private bool IsDead => !IsPowered || _parts.Errors.OutOfService;

    // Without power an access goes nowhere, and a PE that makes it may never get an answer.
    private bool Answers(uint offset, ulong value)
    {
        if (!IsPowered)
            Observer?.RegisterMisused(new(Misuse.NoPower, offset, value, Guard.None, "3.19"));
        return IsPowered;
    }
}
