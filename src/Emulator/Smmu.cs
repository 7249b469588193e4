using System.Diagnostics.CodeAnalysis;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>One SMMU: registers, queues, caches and translation of the Non-secure interface.</summary>
public sealed class Smmu
{
    private readonly MachineOptions _options;
    private readonly SmmuSurroundings _surroundings;
    private readonly SplitMix _unknown;
    private readonly Watch _watch = new();
    private SmmuParts _parts;
    private RecentAnswers? _recent;

    internal Smmu(
        int index,
        Profile profile,
        PhysicalMemory memory,
        CpuStores stores,
        MachineOptions options
    )
    {
        Index = index;
        Profile = profile;
        Caches = new SmmuCaches(profile);
        Updates = new FlagUpdates(options.Flags);
        _options = options;
        _surroundings = new(
            memory,
            stores,
            Faults,
            Updates,
            Acknowledges,
            Lines,
            new AtsDevices(),
            _watch
        );
        _unknown = new(unchecked(options.Seed + (ulong)index * 0x9e3779b97f4a7c15));
        PowerOn();
    }

    /// <summary>Which SMMU of the machine.</summary>
    public int Index { get; }

    /// <summary>Its ID registers.</summary>
    public Profile Profile { get; }

    /// <summary>The register values in force.</summary>
    public SmmuState State => _parts.State;

    /// <summary>What it remembers; unused, and so empty, in a machine without caches.</summary>
    public SmmuCaches Caches { get; }

    /// <summary>Its wired interrupts.</summary>
    public InterruptLines Lines { get; } = new();

    /// <summary>Makes single accesses of its own fail.</summary>
    public AccessFaults Faults { get; } = new();

    /// <summary>What it has noted in descriptors and PEs do not see yet.</summary>
    public FlagUpdates Updates { get; }

    /// <summary>Makes single updates of its enables hang.</summary>
    public WithheldAcknowledges Acknowledges { get; } = new();

    /// <summary>It has power.</summary>
    public bool IsPowered { get; private set; }

    /// <summary>Who watches; null if nobody does.</summary>
    public ISmmuObserver? Observer
    {
        get => _watch.Observer;
        set => _watch.Observer = _parts.Translator.Observer = value;
    }

    /// <summary>
    /// Power goes, and with it every register, every command and every record that is not in memory yet; what is stalled
    /// ends in an abort. Until power is back traffic is aborted, and software must not touch the registers (§3.19).
    /// </summary>
    public void PowerOff()
    {
        _parts.Stalls.TerminateAll();
        (_recent, IsPowered) = (null, false);
    }

    /// <summary>
    /// Power is back: the SMMU is as after a reset, but that its caches hold what they held, which the manual does not
    /// forbid (§3.11), and that what is UNKNOWN differs from before.
    /// </summary>
    [MemberNotNull(nameof(_parts))]
    public void PowerOn()
    {
        _parts = new SmmuParts(
            Profile,
            _options.Caches ? Caches : null,
            in _surroundings,
            _options,
            _unknown
        );
        _parts.Translator.Observer = Observer;
        (_recent, IsPowered) = (_parts.Translator.Recent, true);
    }

    /// <summary>A 32-bit load at an offset from page 0.</summary>
    public uint Read32(uint offset) =>
        Answers(offset, 0) ? unchecked((uint)_parts.Registers.Read(offset, 4)) : 0;

    /// <summary>A 64-bit load at an offset from page 0.</summary>
    public ulong Read64(uint offset) => Answers(offset, 0) ? _parts.Registers.Read(offset, 8) : 0;

    /// <summary>A 32-bit store at an offset from page 0.</summary>
    public void Write32(uint offset, uint value)
    {
        if (Answers(offset, value))
            _parts.Registers.Write(offset, 4, value);
    }

    /// <summary>A 64-bit store at an offset from page 0.</summary>
    public void Write64(uint offset, ulong value)
    {
        if (Answers(offset, value))
            _parts.Registers.Write(offset, 8, value);
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
        return translation;
    }

    /// <summary>Connects a PCIe device that has a translation cache.</summary>
    public void Connect(IAtsDevice device) => _surroundings.Devices.Add(device);

    /// <summary>A Translation Request of a device (§3.9.1.2).</summary>
    /// <exception cref="NotModelledException">A valid configuration asks for a feature that is not modelled.</exception>
    public AtsCompletion Request(in AtsRequest request)
    {
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
        if (IsPowered)
            _parts.Pages.Receive(request);
    }

    /// <summary>
    /// Transactions that wait for CMD_RESUME or CMD_STALL_TERM, oldest first; what a device gets in the end is told by
    /// <see cref="StalledTransaction.Answer"/> and to the observer (§3.12.2).
    /// </summary>
    public IReadOnlyList<StalledTransaction> Stalled => _parts.Stalls.Waiting;

    /// <summary>
    /// Records an event that no transaction caused: one of a feature that is not modelled, an implementation defined or
    /// a reserved one. The queue treats it as any other.
    /// </summary>
    public void Record(in EventRecord record) => _parts.Events.Record(record);

    /// <summary>
    /// Makes global errors active, as a failing part would. SFM_ERR takes the SMMU out of service for good: its
    /// traffic is aborted and its queues are left alone (§12.3).
    /// </summary>
    public void Fail(GError errors) => _parts.Errors.Raise(errors);

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
        Updates.Complete();
    }

    /// <summary>What memory and registers say of a transaction, whatever is cached; nothing is recorded.</summary>
    public Translation Truth(in Transaction transaction) =>
        IsPowered ? _parts.Truth.Translate(transaction) : Outcome.Aborted;

    private bool IsDead => !IsPowered || _parts.Errors.OutOfService;

    // Without power an access goes nowhere, and a PE that makes it may never get an answer.
    private bool Answers(uint offset, ulong value)
    {
        if (!IsPowered)
            Observer?.RegisterMisused(new(Misuse.NoPower, offset, value, Guard.None, "3.19"));
        return IsPowered;
    }
}
