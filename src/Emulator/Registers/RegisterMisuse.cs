using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What software did that the manual forbids, or leaves unpredictable.</summary>
public enum Misuse : byte
{
    /// <summary>A write to a register, or field, whose guard is set or not yet acknowledged as clear.</summary>
    GuardedWrite,

    /// <summary>A write to a register or field that software cannot write.</summary>
    ReadOnlyWrite,

    /// <summary>A one written to a reserved bit.</summary>
    ReservedBit,

    /// <summary>A reserved value written to a field that has encodings.</summary>
    ReservedEncoding,

    /// <summary>An access where no register is.</summary>
    NoRegister,

    /// <summary>An access that is not aligned to its size, or of a size the register does not take.</summary>
    AccessSize,

    /// <summary>A field changed again before its update was acknowledged.</summary>
    UpdatePending,

    /// <summary>A write to a register with an Update bit that left Update clear.</summary>
    UpdateMissing,

    /// <summary>A queue index moved backwards, or to a state no queue can be in.</summary>
    QueueIndex,

    /// <summary>A queue enabled with a size beyond what the SMMU has, or with indexes no queue can have.</summary>
    QueueSetup,

    /// <summary>An acknowledge bit toggled while its error was not active.</summary>
    SpuriousAcknowledge,

    /// <summary>A size or address beyond what this SMMU has.</summary>
    OutOfRange,

    /// <summary>An access while the SMMU has no power.</summary>
    NoPower,
}

/// <summary>One forbidden or unpredictable access to a register.</summary>
/// <param name="Kind">What was wrong.</param>
/// <param name="Offset">Byte offset from page 0.</param>
/// <param name="Value">The value written; 0 for a read.</param>
/// <param name="Guard">The guards that were set, for <see cref="Misuse.GuardedWrite"/>.</param>
/// <param name="Clause">The section that forbids it, without the sign.</param>
public readonly record struct RegisterMisuse(
    Misuse Kind,
    uint Offset,
    ulong Value,
    Guard Guard,
    string Clause
);
