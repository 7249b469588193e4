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
/// <remarks>
/// Everything small stands in one word: translations are copied from hand to hand, and what is stored by bytes and
/// copied by vectors costs more than all the rest of a TLB hit.
/// </remarks>
public readonly record struct Translation
{
    private const int ResponseShift = 8;
    private const int KindShift = 16;
    private const int LeafShiftShift = 24;
    private const int AttributesShift = 32;
    private const ulong InstructionBit = 1ul << 48;
    private const ulong PrivilegedBit = 1ul << 49;
    private const ulong RecordBit = 1ul << 50;
    private const ulong MergeBit = 1ul << 51;
    private const ulong TlbBit = 1ul << 52;

    /// <summary>Output address, if it passed.</summary>
    public PhysicalAddress Address { get; init; }

    /// <summary>Address of the leaf descriptor; zero if nothing was translated.</summary>
    public PhysicalAddress Leaf { get; init; }

    /// <summary>The record of the fault, every field as §7.3 asks, if it faulted.</summary>
    public EventRecord Event { get; init; }

    /// <summary>Passed, silently aborted, or faulted.</summary>
    public TranslationResult Result
    {
        get => (TranslationResult)Byte(0);
        init => Traits = With(0, (byte)value);
    }

    /// <summary>What the device sees, unless the transaction passed.</summary>
    public FaultResponse Response
    {
        get => (FaultResponse)Byte(ResponseShift);
        init => Traits = With(ResponseShift, (byte)value);
    }

    /// <summary>What it goes on as: some kinds are turned into others on the way (§3.22, §16.7.2).</summary>
    public TransactionKind Kind
    {
        get => (TransactionKind)Byte(KindShift);
        init => Traits = With(KindShift, (byte)value);
    }

    /// <summary>log2 of the bytes that the leaf maps: 12 for a 4 KB page; 64 if nothing was translated.</summary>
    public byte LeafShift
    {
        get => Byte(LeafShiftShift);
        init => Traits = With(LeafShiftShift, value);
    }

    /// <summary>Attributes with which it goes on to memory, No_snoop applied, if it passed (§13.4.4, §13.6.1.1).</summary>
    public MemoryAttributes Attributes
    {
        get => MemoryAttributes.Unpacked(unchecked((ushort)(Traits >> AttributesShift)));
        init =>
            Traits =
                Traits & ~(0xfffful << AttributesShift) | (ulong)value.Packed << AttributesShift;
    }

    /// <summary>It goes on as an instruction fetch. Never from SMMUv3.4 (§13.1.2).</summary>
    public bool Instruction
    {
        get => Has(InstructionBit);
        init => Traits = With(InstructionBit, value);
    }

    /// <summary>It goes on as privileged. Always from SMMUv3.4 (§13.1.2).</summary>
    public bool Privileged
    {
        get => Has(PrivilegedBit);
        init => Traits = With(PrivilegedBit, value);
    }

    /// <summary>The record goes to the Event queue. CD.R and CR2.RECINVSID can keep it out.</summary>
    public bool RecordEvent
    {
        get => Has(RecordBit);
        init => Traits = With(RecordBit, value);
    }

    /// <summary>
    /// The record may be merged with others like it: STE.MEV says so, or the record is one of those made before an STE
    /// is found (§7.3.1).
    /// </summary>
    public bool MayMerge
    {
        get => Has(MergeBit);
        init => Traits = With(MergeBit, value);
    }

    /// <summary>The answer came from the TLB.</summary>
    public bool FromTlb
    {
        get => Has(TlbBit);
        init => Traits = With(TlbBit, value);
    }

    /// <summary>It goes on to memory.</summary>
    public bool Passed => Result == TranslationResult.Passed;

    /// <summary>The transaction waits for a command.</summary>
    public bool Stalled => Response == FaultResponse.Stalled;

    /// <summary>Everything small in one word.</summary>
    internal ulong Traits { get; init; }

    private byte Byte(int shift) => unchecked((byte)(Traits >> shift));

    private ulong With(int shift, byte value) =>
        Traits & ~(0xfful << shift) | (ulong)value << shift;

    private bool Has(ulong bit) => (Traits & bit) != 0;

    private ulong With(ulong bit, bool value) => value ? Traits | bit : Traits & ~bit;
}
