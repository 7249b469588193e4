using System.Collections.Immutable;

namespace SmmuConformance.Emulator;

/// <summary>When an SMMU consumes the commands it has been told of.</summary>
public enum CommandConsumption : byte
{
    /// <summary>At the write of CMDQ_PROD, or whatever else makes them processable.</summary>
    Eager,

    /// <summary>At its turn, or one for each so many reads of CMDQ_CONS.</summary>
    Lazy,

    /// <summary>A few of them, as the seed says, at each write of CMDQ_PROD and each read of CMDQ_CONS; all at its turn.</summary>
    Seeded,
}

/// <summary>When an invalidation that has been consumed takes effect; a CMD_SYNC behind it waits for it (§4.7.3, §4.8).</summary>
public enum InvalidationEffect : byte
{
    /// <summary>As it is consumed.</summary>
    AtOnce,

    /// <summary>Not before a CMD_SYNC demands it.</summary>
    AtSync,

    /// <summary>Either, as the seed says.</summary>
    Seeded,
}

/// <summary>What a machine is made of, and how unkind it is. Everything repeats from the same options.</summary>
public sealed record MachineOptions
{
    /// <summary>One profile for each SMMU.</summary>
    public required ImmutableArray<Profile> Smmus { get; init; }

    /// <summary>Where everything arbitrary comes from: UNKNOWN register values above all.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Bytes of memory, from address 0.</summary>
    public ulong MemoryBytes { get; init; } = 1ul << 52;

    /// <summary>When commands are consumed.</summary>
    public CommandConsumption Consumption { get; init; } = CommandConsumption.Eager;

    /// <summary>With lazy consumption: reads of CMDQ_CONS for each command.</summary>
    public int ReadsPerCommand { get; init; } = 2;

    /// <summary>
    /// Commands are fetched as soon as the SMMU is told of them, however late they are consumed: what is changed in between is
    /// not seen (§3.21.2).
    /// </summary>
    public bool FetchesCommandsAhead { get; init; }

    /// <summary>When an invalidation of configuration, tables or translations takes effect.</summary>
    public InvalidationEffect Invalidations { get; init; } = InvalidationEffect.AtOnce;

    /// <summary>Turns of the hardware, or reads of the acknowledge, before an update completes; 0: at once.</summary>
    public int AckDelay { get; init; }

    /// <summary>When the SMMUs see what a PE stores through <see cref="CpuStores"/>.</summary>
    public StoreVisibility Stores { get; init; } = StoreVisibility.AtOnce;

    /// <summary>When PEs see what the SMMUs note in descriptors.</summary>
    public FlagVisibility Flags { get; init; } = FlagVisibility.AtOnce;

    /// <summary>The SMMUs cache configuration and translations.</summary>
    public bool Caches { get; init; } = true;

    /// <summary>
    /// An event that may be merged and says the same as the last one, which software has not consumed yet, is not recorded
    /// again (§7.3.1).
    /// </summary>
    public bool MergeEvents { get; init; }

    /// <summary>
    /// Events of terminated transactions become visible only at the hardware's next turn or at a CMD_SYNC (§3.5.3); what is
    /// not yet visible when the queue is disabled is discarded (§6.3.9.4).
    /// </summary>
    public bool DelayEvents { get; init; }

    /// <summary>
    /// A stalled transaction that differs from an earlier one only in the offset in the page makes no record of its own; it
    /// is retried when the earlier one is acknowledged (§3.12.2.1).
    /// </summary>
    public bool SuppressDuplicateStalls { get; init; } = true;

    /// <summary>
    /// Stalled transactions are retried at each turn of the hardware and go on if they can, though software has not
    /// acknowledged their records (§3.12.2.2).
    /// </summary>
    public bool RetryStallsEarly { get; init; }

    /// <summary>The SMMUs have wired interrupts, beside MSIs if they have those.</summary>
    public bool WiredInterrupts { get; init; } = true;
}
