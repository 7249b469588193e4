using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Everything of one SMMU that a loss of power takes, wired together as a reset leaves it. What caches hold is not among
/// it: their state at reset is IMPLEMENTATION SPECIFIC (§3.11), and here they keep everything.
/// </summary>
internal sealed class SmmuParts
{
    /// <summary>An SMMU after reset.</summary>
    /// <param name="profile">The SMMU.</param>
    /// <param name="caches">What it remembers; null: nothing.</param>
    /// <param name="surroundings">What it is connected to.</param>
    /// <param name="options">The machine.</param>
    /// <param name="unknown">Where UNKNOWN register values come from.</param>
    public SmmuParts(
        Profile profile,
        SmmuCaches? caches,
        in SmmuSurroundings surroundings,
        MachineOptions options,
        SplitMix unknown
    )
    {
        var (memory, stores, faults, updates, withheld, lines, devices, watch) = surroundings;
        State = new SmmuState(profile);
        var port = new SmmuPort(memory, stores, profile.Coherent, faults, updates);
        Translator = new Translator(port, State, caches);
        Truth = new Translator(new SmmuPort(memory), State, caches: null, updates: false);
        // What HTTUI asks sees memory as this SMMU does, and leaves no trace.
        var passive = profile.IDR0.ATOS
            ? new Translator(port, State, caches: null, updates: false)
            : Truth;
        Broadcasts = new BroadcastReceiver(State, caches);

        var bank = new RegisterBank();
        var enables = new UpdatedRegister(Cr0.Layout, options.AckDelay, withheld);
        var interruptEnables = new UpdatedRegister(IrqCtrl.Layout, options.AckDelay, withheld);
        var interrupts = new InterruptSources(
            profile,
            bank,
            interruptEnables,
            port,
            lines,
            options.WiredInterrupts,
            watch
        );
        Errors = new GlobalErrors(profile, bank, interrupts, watch);
        Events = new EventQueue(
            bank,
            enables,
            port,
            Errors,
            interrupts,
            profile.IDR1.EVENTQS,
            options,
            watch
        );
        Stalls = new StallBuffer(Translator, Events, profile, options, watch);
        Events.RecordStalls = Stalls.RecordWaiting;
        Pages = new PriQueue(
            State,
            bank,
            port,
            Errors,
            interrupts,
            Translator.Streams,
            devices,
            Events,
            watch
        );
        var executor = new CommandExecutor(
            State,
            caches,
            caches is null ? null : new Invalidations(caches, profile.Quirks, options),
            Stalls,
            Events,
            devices,
            updates
        );
        var commands = new CommandQueue(
            State,
            bank,
            enables,
            port,
            executor,
            Errors,
            interrupts,
            options,
            watch
        );
        var queues = new QueueRegisters(profile, bank, enables, commands, Events, options, watch);
        var operations = new TranslationOperations(
            State,
            bank,
            Translator.Operations,
            passive.Operations,
            options.AckDelay
        );
        Effects = new RegisterEffects(
            State,
            bank,
            enables,
            interruptEnables,
            commands,
            Events,
            queues,
            Errors,
            operations,
            options,
            watch
        )
        {
            TranslationStopped = Stalls.TerminateAll,
            Stalls = Stalls.Turn,
        };
        Registers = new RegisterFile(State, bank, Effects, queues, operations, watch);
        bank.Reset(profile, unknown);
        Effects.Reset();
    }

    /// <summary>The register values in force.</summary>
    public SmmuState State { get; }

    /// <summary>Software's access to the registers.</summary>
    public RegisterFile Registers { get; }

    /// <summary>What a write to a register does, and what happens by itself.</summary>
    public RegisterEffects Effects { get; }

    /// <summary>The Event queue.</summary>
    public EventQueue Events { get; }

    /// <summary>Global errors.</summary>
    public GlobalErrors Errors { get; }

    /// <summary>Translates through the caches.</summary>
    public Translator Translator { get; }

    /// <summary>Translates what memory holds, whatever is cached or not yet visible.</summary>
    public Translator Truth { get; }

    /// <summary>TLB maintenance of PEs.</summary>
    public BroadcastReceiver Broadcasts { get; }

    /// <summary>Transactions that wait.</summary>
    public StallBuffer Stalls { get; }

    /// <summary>The PRI queue.</summary>
    public PriQueue Pages { get; }
}

/// <summary>What one SMMU is connected to, and keeps when its power goes.</summary>
/// <param name="Memory">Memory.</param>
/// <param name="Stores">What PEs have stored and may not be seen yet.</param>
/// <param name="Faults">Makes single accesses fail.</param>
/// <param name="Lines">Wired interrupts.</param>
/// <param name="Updates">Takes note of updates that PEs do not see yet.</param>
/// <param name="Withheld">Lets single updates hang.</param>
/// <param name="Devices">Devices with a translation cache.</param>
/// <param name="Watch">Who watches.</param>
internal readonly record struct SmmuSurroundings(
    PhysicalMemory Memory,
    CpuStores Stores,
    AccessFaults Faults,
    FlagUpdates Updates,
    WithheldAcknowledges Withheld,
    InterruptLines Lines,
    AtsDevices Devices,
    Watch Watch
);
