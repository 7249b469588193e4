using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What became of a transaction.</summary>
public enum TranslationResult : byte
{
    /// <summary>It goes on to memory at <see cref="Translation.Address"/>.</summary>
    Passed,

    /// <summary>It is aborted and nothing is recorded.</summary>
    Aborted,

    /// <summary>It met a fault or a configuration error; <see cref="Translation.Event"/> says which.</summary>
    Faulted,
}

/// <summary>What the device sees of a transaction that did not pass (§3.12).</summary>
public enum FaultResponse : byte
{
    /// <summary>The transaction is answered with an abort.</summary>
    Abort,

    /// <summary>Reads return zero, writes vanish (CD.A = 0).</summary>
    ReadZeroWriteIgnored,

    /// <summary>No answer yet: the transaction waits for CMD_RESUME or CMD_STALL_TERM.</summary>
    Stalled,
}

/// <summary>Outcome of one transaction: an address, or the event record of the fault.</summary>
public readonly record struct Translation
{
    /// <summary>Passed, silently aborted, or faulted.</summary>
    public TranslationResult Result { get; init; }

    /// <summary>Output address, if it passed.</summary>
    public PhysicalAddress Address { get; init; }

    /// <summary>Attributes with which it goes on to memory, No_snoop applied, if it passed (§13.4.4, §13.6.1.1).</summary>
    public MemoryAttributes Attributes { get; init; }

    /// <summary>It goes on as an instruction fetch. Never from SMMUv3.4 (§13.1.2).</summary>
    public bool Instruction { get; init; }

    /// <summary>It goes on as privileged. Always from SMMUv3.4 (§13.1.2).</summary>
    public bool Privileged { get; init; }

    /// <summary>What it goes on as: some kinds are turned into others on the way (§3.22, §16.7.2).</summary>
    public TransactionKind Kind { get; init; }

    /// <summary>The record of the fault, every field as §7.3 asks, if it faulted.</summary>
    public EventRecord Event { get; init; }

    /// <summary>The record goes to the Event queue. CD.R and CR2.RECINVSID can keep it out.</summary>
    public bool RecordEvent { get; init; }

    /// <summary>
    /// The record may be merged with others like it: STE.MEV says so, or the record is one of those made before an STE
    /// is found (§7.3.1).
    /// </summary>
    public bool MayMerge { get; init; }

    /// <summary>What the device sees, unless the transaction passed.</summary>
    public FaultResponse Response { get; init; }

    /// <summary>log2 of the bytes that the leaf maps: 12 for a 4 KB page; 64 if nothing was translated.</summary>
    public byte LeafShift { get; init; }

    /// <summary>Address of the leaf descriptor; zero if nothing was translated.</summary>
    public PhysicalAddress Leaf { get; init; }

    /// <summary>The answer came from the TLB.</summary>
    public bool FromTlb { get; init; }

    /// <summary>It goes on to memory.</summary>
    public bool Passed => Result == TranslationResult.Passed;

    /// <summary>The transaction waits for a command.</summary>
    public bool Stalled => Response == FaultResponse.Stalled;
}
