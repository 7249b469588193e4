using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>One SMMU: registers, queues, caches and translation of the Non-secure interface.</summary>
public sealed class Smmu
{
    private readonly Watch _watch = new();
    private readonly RegisterFile _registers;
    private readonly RegisterEffects _effects;
    private readonly EventQueue _events;
    private readonly GlobalErrors _errors;
    private readonly Translator _translator;
    private readonly Translator _truth;
    private readonly RecentAnswers? _recent;
    private readonly BroadcastReceiver _broadcasts;
    private readonly StallBuffer _stalls;
    private readonly AtsDevices _devices = new();
    private readonly PriQueue _pages;

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
        State = new SmmuState(profile);
        Caches = new SmmuCaches(profile);
        var caches = options.Caches ? Caches : null;
        var port = new SmmuPort(memory, stores, profile.Coherent);
        _translator = new Translator(port, State, caches);
        _recent = _translator.Recent;
        _truth = new Translator(new SmmuPort(memory), State, caches: null, updates: false);
        _broadcasts = new BroadcastReceiver(State, caches);

        var bank = new RegisterBank();
        var enables = new UpdatedRegister(Cr0.Layout, options.AckDelay);
        var interruptEnables = new UpdatedRegister(IrqCtrl.Layout, options.AckDelay);
        var interrupts = new InterruptSources(
            profile,
            bank,
            interruptEnables,
            memory,
            Lines,
            options.WiredInterrupts,
            _watch
        );
        _errors = new GlobalErrors(profile, bank, interrupts, _watch);
        _events = new EventQueue(
            bank,
            enables,
            memory,
            _errors,
            interrupts,
            profile.IDR1.EVENTQS,
            options,
            _watch
        );
        _stalls = new StallBuffer(_translator, _events, profile, options, _watch);
        _events.RecordStalls = _stalls.RecordWaiting;
        _pages = new PriQueue(
            State,
            bank,
            memory,
            _errors,
            interrupts,
            _translator.Streams,
            _devices,
            _events,
            _watch
        );
        var executor = new CommandExecutor(
            State,
            caches,
            caches is null ? null : new Invalidations(caches, profile.Quirks, options),
            _stalls,
            _events,
            _devices
        );
        var commands = new CommandQueue(
            State,
            bank,
            enables,
            port,
            executor,
            _errors,
            interrupts,
            _watch
        );
        var queues = new QueueRegisters(profile, bank, enables, commands, _events, options, _watch);
        var operations = new TranslationOperations(
            State,
            bank,
            _translator.Operations,
            _truth.Operations,
            options.AckDelay
        );
        _effects = new RegisterEffects(
            State,
            bank,
            enables,
            interruptEnables,
            commands,
            _events,
            queues,
            _errors,
            operations,
            options,
            _watch
        )
        {
            TranslationStopped = _stalls.TerminateAll,
            Stalls = _stalls.Turn,
        };
        _registers = new RegisterFile(State, bank, _effects, queues, operations, _watch);
        bank.Reset(
            profile,
            new SplitMix(unchecked(options.Seed + (ulong)index * 0x9e3779b97f4a7c15))
        );
        _effects.Reset();
    }

    /// <summary>Which SMMU of the machine.</summary>
    public int Index { get; }

    /// <summary>Its ID registers.</summary>
    public Profile Profile { get; }

    /// <summary>The register values in force.</summary>
    public SmmuState State { get; }

    /// <summary>What it remembers; unused, and so empty, in a machine without caches.</summary>
    public SmmuCaches Caches { get; }

    /// <summary>Its wired interrupts.</summary>
    public InterruptLines Lines { get; } = new();

    /// <summary>Who watches; null if nobody does.</summary>
    public ISmmuObserver? Observer
    {
        get => _watch.Observer;
        set => _watch.Observer = _translator.Observer = value;
    }

    /// <summary>A 32-bit load at an offset from page 0.</summary>
    public uint Read32(uint offset) => unchecked((uint)_registers.Read(offset, 4));

    /// <summary>A 64-bit load at an offset from page 0.</summary>
    public ulong Read64(uint offset) => _registers.Read(offset, 8);

    /// <summary>A 32-bit store at an offset from page 0.</summary>
    public void Write32(uint offset, uint value) => _registers.Write(offset, 4, value);

    /// <summary>A 64-bit store at an offset from page 0.</summary>
    public void Write64(uint offset, ulong value) => _registers.Write(offset, 8, value);

    /// <summary>Hardware's turn: updates complete, commands are consumed, waiting events recorded.</summary>
    public void Run() => _effects.Turn();

    /// <summary>A transaction of a device: translated through the caches, and its event recorded.</summary>
    public Translation Access(in Transaction transaction)
    {
        if (_recent is not null && _watch.Observer is null && !_errors.OutOfService)
        {
            ref readonly var answer = ref _recent.Find(in transaction, out var found);
            if (found)
                return answer.For(transaction.Address);
        }
        return AccessAnew(in transaction);
    }

    private Translation AccessAnew(in Transaction transaction)
    {
        var translation = _errors.OutOfService
            ? Outcome.Aborted
            : _translator.Translate(transaction);
        if (translation.Stalled)
            _stalls.Hold(in transaction, in translation);
        else if (translation.RecordEvent)
            _events.Record(translation.Event, translation.MayMerge);
        _watch.Observer?.Accessed(transaction, translation);
        return translation;
    }

    /// <summary>Connects a PCIe device that has a translation cache.</summary>
    public void Connect(IAtsDevice device) => _devices.Add(device);

    /// <summary>A Translation Request of a device (§3.9.1.2).</summary>
    /// <exception cref="NotModelledException">A valid configuration asks for a feature that is not modelled.</exception>
    public AtsCompletion Request(in AtsRequest request)
    {
        if (_errors.OutOfService)
            return new AtsCompletion { Status = AtsStatus.CompleterAbort };
        var completion = _translator.Requests.Answer(in request, out var outcome);
        if (outcome.RecordEvent)
            _events.Record(outcome.Event, outcome.MayMerge);
        return completion;
    }

    /// <summary>A page request, or a stop marker, of a device (§8).</summary>
    public void RequestPage(PriQueueEntry request) => _pages.Receive(request);

    /// <summary>
    /// Transactions that wait for CMD_RESUME or CMD_STALL_TERM, oldest first; what a device gets in the end is told by
    /// <see cref="StalledTransaction.Answer"/> and to the observer (§3.12.2).
    /// </summary>
    public IReadOnlyList<StalledTransaction> Stalled => _stalls.Waiting;

    /// <summary>
    /// Records an event that no transaction caused: one of a feature that is not modelled, an implementation defined or
    /// a reserved one. The queue treats it as any other.
    /// </summary>
    public void Record(in EventRecord record) => _events.Record(record);

    /// <summary>
    /// Makes global errors active, as a failing part would. SFM_ERR takes the SMMU out of service for good: its
    /// traffic is aborted and its queues are left alone (§12.3).
    /// </summary>
    public void Fail(GError errors) => _errors.Raise(errors);

    /// <summary>A PE's TLB maintenance reaches this SMMU; it is done by <see cref="CompleteBroadcasts"/>.</summary>
    internal void Receive(in BroadcastInvalidation operation) => _broadcasts.Receive(in operation);

    /// <summary>A PE waits for its TLB maintenance.</summary>
    internal void CompleteBroadcasts() => _broadcasts.Complete();

    /// <summary>What memory and registers say of a transaction, whatever is cached; nothing is recorded.</summary>
    public Translation Truth(in Transaction transaction) => _truth.Translate(transaction);
}
