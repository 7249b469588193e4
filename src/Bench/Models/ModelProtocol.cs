using SmmuConformance.Architecture;

namespace SmmuConformance.Bench.Models;

/// <summary>What a model in another process is asked to do; the numbers are those of docs/model-protocol.md.</summary>
public enum ModelRequest : byte
{
    /// <summary>offset, bytes, value: stores a register.</summary>
    Write = 1,

    /// <summary>address, bytes: stores to memory.</summary>
    Store = 2,

    /// <summary>address, how many (64 bits): stores zeros.</summary>
    Clear = 3,

    /// <summary>Asks. offset, bytes: a register.</summary>
    Read = 32,

    /// <summary>Asks. address, how many (32 bits): memory.</summary>
    Load = 33,

    /// <summary>Asks. A transaction.</summary>
    Access = 34,

    /// <summary>Asks. What it has written to memory itself.</summary>
    Written = 35,

    /// <summary>Asks for nothing: everything before has been done when the answer comes.</summary>
    Settle = 36,
}

/// <summary>What a transaction says beside stream and address.</summary>
[Flags]
public enum TransactionFlags : byte
{
    /// <summary>It is a write.</summary>
    Write = 1 << 0,

    /// <summary>It is an instruction fetch.</summary>
    Instruction = 1 << 1,

    /// <summary>It is privileged.</summary>
    Privileged = 1 << 2,

    /// <summary>It carries a SubstreamID.</summary>
    Substream = 1 << 3,

    /// <summary>PCIe No_snoop.</summary>
    NoSnoop = 1 << 4,

    /// <summary>It is speculative.</summary>
    Speculative = 1 << 5,

    /// <summary>Its address was given by an ATS Translation Completion.</summary>
    Translated = 1 << 6,
}

/// <summary>What became of a request.</summary>
public enum ModelAnswer : byte
{
    /// <summary>It was done; the answer follows.</summary>
    Done = 0,

    /// <summary>The model does not have that; what it does not have follows as a text.</summary>
    NotHere = 1,
}

/// <summary>What the device sees of its access.</summary>
public enum AccessAnswer : byte
{
    /// <summary>It went on to memory.</summary>
    Passed = 0,

    /// <summary>An abort.</summary>
    Aborted = 1,

    /// <summary>Zero for a read; a write vanishes.</summary>
    ReadsZero = 2,

    /// <summary>Nothing yet: it stalls.</summary>
    Waits = 3,
}

/// <summary>Memory that a model has.</summary>
/// <param name="Start">Where it begins.</param>
/// <param name="Bytes">How much it is.</param>
public readonly record struct ModelMemory(PhysicalAddress Start, ulong Bytes)
{
    /// <summary>All of these bytes are in it.</summary>
    public bool Has(PhysicalAddress start, ulong bytes) =>
        start.Value >= Start.Value
        && start.Value - Start.Value <= Bytes
        && bytes <= Bytes - (start.Value - Start.Value);
}
