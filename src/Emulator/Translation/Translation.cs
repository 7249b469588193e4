using System.Text;
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
public record struct Translation
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
    private const ulong OtherBit = 1ul << 53;
    private const ulong UnseenBit = 1ul << 54;

    private PhysicalAddress _address;
    private PhysicalAddress _leaf;
    private EventRecord _event;
    private ulong _traits;

    /// <summary>Output address, if it passed.</summary>
    public PhysicalAddress Address
    {
        readonly get => _address;
        init => _address = value;
    }

    /// <summary>Address of the leaf descriptor; zero if nothing was translated.</summary>
    public PhysicalAddress Leaf
    {
        readonly get => Seen(OtherBit) ? _leaf : throw Unseen("address of the leaf");
        init => _leaf = value;
    }

    /// <summary>The record of the fault, every field as §7.3 asks, if it faulted.</summary>
    public EventRecord Event
    {
        readonly get => Seen(UnseenBit) ? _event : throw Unseen("record that nobody has made");
        init => _event = value;
    }

    /// <summary>Passed, silently aborted, or faulted.</summary>
    public TranslationResult Result
    {
        readonly get => (TranslationResult)Byte(0);
        init => Traits = With(0, (byte)value);
    }

    /// <summary>What the device sees, unless the transaction passed.</summary>
    public FaultResponse Response
    {
        readonly get => (FaultResponse)Byte(ResponseShift);
        init => Traits = With(ResponseShift, (byte)value);
    }

    /// <summary>What it goes on as: some kinds are turned into others on the way (§3.22, §16.7.2).</summary>
    public TransactionKind Kind
    {
        readonly get =>
            Seen(OtherBit)
                ? (TransactionKind)Byte(KindShift)
                : throw Unseen("kind of an outgoing access");
        init => Traits = With(KindShift, (byte)value);
    }

    /// <summary>log2 of the bytes that the leaf maps: 12 for a 4 KB page; 64 if nothing was translated.</summary>
    public byte LeafShift
    {
        readonly get => Seen(OtherBit) ? Byte(LeafShiftShift) : throw Unseen("size of the leaf");
        init => Traits = With(LeafShiftShift, value);
    }

    /// <summary>Attributes with which it goes on to memory, No_snoop applied, if it passed (§13.4.4, §13.6.1.1).</summary>
    public MemoryAttributes Attributes
    {
        readonly get =>
            Seen(OtherBit)
                ? MemoryAttributes.Unpacked(unchecked((ushort)(Traits >> AttributesShift)))
                : throw Unseen("attributes of an outgoing access");
        init =>
            Traits =
                Traits & ~(0xfffful << AttributesShift) | (ulong)value.Packed << AttributesShift;
    }

    /// <summary>It goes on as an instruction fetch. Never from SMMUv3.4 (§13.1.2).</summary>
    public bool Instruction
    {
        readonly get =>
            Seen(OtherBit)
                ? Has(InstructionBit)
                : throw Unseen("outgoing access that says what it fetches");
        init => Traits = With(InstructionBit, value);
    }

    /// <summary>It goes on as privileged. Always from SMMUv3.4 (§13.1.2).</summary>
    public bool Privileged
    {
        readonly get =>
            Seen(OtherBit)
                ? Has(PrivilegedBit)
                : throw Unseen("outgoing access that says who makes it");
        init => Traits = With(PrivilegedBit, value);
    }

    /// <summary>The record goes to the Event queue. CD.R and CR2.RECINVSID can keep it out.</summary>
    public bool RecordEvent
    {
        readonly get => Has(RecordBit);
        init => Traits = With(RecordBit, value);
    }

    /// <summary>
    /// The record may be merged with others like it: STE.MEV says so, or the record is one of those made before an STE
    /// is found (§7.3.1).
    /// </summary>
    public bool MayMerge
    {
        readonly get =>
            Seen(OtherBit)
                ? Has(MergeBit)
                : throw Unseen("record that says what may be merged with it");
        init => Traits = With(MergeBit, value);
    }

    /// <summary>The answer came from the TLB.</summary>
    public bool FromTlb
    {
        readonly get =>
            Seen(OtherBit) ? Has(TlbBit) : throw Unseen("answer that says what it comes from");
        init => Traits = With(TlbBit, value);
    }

    /// <summary>What is seen from outside of other hardware: everything else throws when it is asked for.</summary>
    /// <param name="result">Passed, aborted or faulted.</param>
    /// <param name="address">Where it went, if it passed.</param>
    /// <param name="record">The record that was made, if one was.</param>
    /// <param name="sees">Whether there is a record can be seen.</param>
    /// <param name="response">What the device sees, if it did not pass.</param>
    public static Translation FromOutside(
        TranslationResult result,
        PhysicalAddress address,
        EventRecord? record,
        bool sees = true,
        FaultResponse response = FaultResponse.Abort
    ) =>
        new()
        {
            _address = address,
            _event = record ?? default,
            _traits =
                (byte)result
                | (ulong)response << ResponseShift
                | OtherBit
                | (record is null ? 0 : RecordBit)
                | (sees ? 0 : UnseenBit),
        };

    /// <summary>More is seen of it than where it went and the record: attributes, kind, and the leaf.</summary>
    public readonly bool ShowsAttributes => Seen(OtherBit);

    /// <summary>Whether there is a record can be seen.</summary>
    public readonly bool SeesRecord => Seen(UnseenBit);

    /// <summary>It goes on to memory.</summary>
    public readonly bool Passed => Result == TranslationResult.Passed;

    /// <summary>The transaction waits for a command.</summary>
    public readonly bool Stalled => Response == FaultResponse.Stalled;

    /// <summary>Everything small in one word.</summary>
    internal ulong Traits
    {
        readonly get => _traits;
        init => _traits = value;
    }

    /// <summary>
    /// Makes this the outcome of a transaction that goes on to memory. In place: an outcome that is made somewhere else, in
    /// small pieces, and copied as a whole waits for its pieces.
    /// </summary>
    /// <param name="access">The transaction, overrides applied.</param>
    /// <param name="address">Where it goes.</param>
    /// <param name="attributes">With which attributes, before No_snoop has its say.</param>
    /// <param name="kind">As what.</param>
    /// <param name="fixedOutputs">Everything goes out as privileged data (§13.1.2).</param>
    internal void Pass(
        in Transaction access,
        PhysicalAddress address,
        MemoryAttributes attributes,
        TransactionKind kind,
        bool fixedOutputs
    )
    {
        // No_snoop comes after everything, and makes what is cacheable Non-cacheable. §13.6.1.1
        if (access.NoSnoop && attributes.IsCacheable)
            attributes = MemoryAttributes.NonCacheable;
        _address = address;
        _leaf = default;
        _event = default;
        _traits =
            (ulong)(byte)TranslationResult.Passed
            | (ulong)(byte)kind << KindShift
            | 64ul << LeafShiftShift
            | (ulong)attributes.Packed << AttributesShift
            | (access.Instruction && !fixedOutputs ? InstructionBit : 0)
            | (access.Privileged || fixedOutputs ? PrivilegedBit : 0);
    }

    /// <summary>Notes what translated a transaction that passes.</summary>
    internal void Through(in TlbEntry entry, bool fromTlb)
    {
        _leaf = entry.Descriptor;
        _traits =
            _traits & ~(0xfful << LeafShiftShift)
            | (ulong)entry.Shift << LeafShiftShift
            | (fromTlb ? TlbBit : 0);
    }

    private readonly bool Seen(ulong bit) => (_traits & bit) == 0;

    private static NotOnThisPlatformException Unseen(string what) => new(what);

    // As it is generated, but for what is not seen.
    private readonly bool PrintMembers(StringBuilder text)
    {
        text.Append($"Result = {Result}, Response = {Response}, Address = {Address}");
        if (Seen(UnseenBit))
            text.Append($", RecordEvent = {RecordEvent}, Event = {_event}");
        if (Seen(OtherBit))
            text.Append(
                $", Leaf = {Leaf}, LeafShift = {LeafShift}, Kind = {Kind}, Attributes = {Attributes}, Instruction = {Instruction}, Privileged = {Privileged}, MayMerge = {MayMerge}, FromTlb = {FromTlb}"
            );
        return true;
    }

    private readonly byte Byte(int shift) => unchecked((byte)(Traits >> shift));

    private readonly ulong With(int shift, byte value) =>
        Traits & ~(0xfful << shift) | (ulong)value << shift;

    private readonly bool Has(ulong bit) => (Traits & bit) != 0;

    private readonly ulong With(ulong bit, bool value) => value ? Traits | bit : Traits & ~bit;
}
