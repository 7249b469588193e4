using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a transaction does beside moving data (§3.22, §13.1.1, §16.7.2).</summary>
public enum TransactionKind : byte
{
    /// <summary>A plain read or write.</summary>
    Ordinary,

    /// <summary>Reads and writes in one: both are checked, and it counts as a write (§13.1.1).</summary>
    Atomic,

    /// <summary>A read that also asks for clean and invalidate; checked as a read (§3.22).</summary>
    ReadCleanInvalidate,

    /// <summary>A read that drops the line it reads, dirty or not; needs write permission too (§3.22).</summary>
    DestructiveRead,

    /// <summary>A write that also fills a chosen cache; checked as a write (§3.22).</summary>
    WritePrefetch,

    /// <summary>Fills a chosen cache and moves no data; never faults (§3.22).</summary>
    CachePrefetch,

    /// <summary>Cleans a line; checked as a read (§16.7.2.2).</summary>
    CacheClean,

    /// <summary>Cleans and invalidates a line; checked as a read (§16.7.2.2).</summary>
    CacheCleanInvalidate,

    /// <summary>Invalidates a line without cleaning it; needs write permission too (§16.7.2.2).</summary>
    CacheInvalidate,

    /// <summary>Asks that a line be dropped; never faults (§16.7.2.2).</summary>
    DestructiveHint,

    /// <summary>Of a type that this SMMU does not support: F_UUT (§7.3.2).</summary>
    Unsupported,

    /// <summary>A DVM message of a client: ends in silence (§16.7.2).</summary>
    DvmMessage,

    /// <summary>A barrier: ends in silence (§16.7.2).</summary>
    Barrier,

    /// <summary>Cache maintenance without an address: ends in silence (§16.7.2.2).</summary>
    MaintenanceWithoutAddress,
}

/// <summary>One access that a device sends to the SMMU (§3.2).</summary>
public readonly record struct Transaction
{
    private const uint SubstreamBit = 1 << 0;
    private const uint WriteBit = 1 << 1;
    private const uint InstructionBit = 1 << 2;
    private const uint PrivilegedBit = 1 << 3;
    private const uint NoSnoopBit = 1 << 4;
    private const uint SpeculativeBit = 1 << 5;
    private const uint TranslatedBit = 1 << 6;
    private const uint AheadBit = 1 << 7;
    private const int KindShift = 8;
    private const int AttributesShift = 16;

    /// <summary>Which device.</summary>
    public StreamId Stream { get; init; }

    /// <summary>Which address space of the device; counts only with <see cref="SubstreamValid"/>.</summary>
    public SubstreamId Substream { get; init; }

    /// <summary>The 64-bit input address, as supplied.</summary>
    public Iova Address { get; init; }

    /// <summary>The transaction carries a SubstreamID (PCIe: a PASID).</summary>
    public bool SubstreamValid
    {
        get => Has(SubstreamBit);
        init => Traits = With(SubstreamBit, value);
    }

    /// <summary>A write; else a read.</summary>
    public bool Write
    {
        get => Has(WriteBit);
        init => Traits = With(WriteBit, value);
    }

    /// <summary>An instruction fetch. Counts for reads only: a write is always data (§13.1.2).</summary>
    public bool Instruction
    {
        get => Has(InstructionBit);
        init => Traits = With(InstructionBit, value);
    }

    /// <summary>Privileged, before STE.PRIVCFG.</summary>
    public bool Privileged
    {
        get => Has(PrivilegedBit);
        init => Traits = With(PrivilegedBit, value);
    }

    /// <summary>What it does beside moving data.</summary>
    public TransactionKind Kind
    {
        get => (TransactionKind)(Traits >> KindShift & 0xff);
        init => Traits = Traits & ~(0xffu << KindShift) | (uint)value << KindShift;
    }

    /// <summary>Memory type, shareability and hints as they come in; the default where the device says nothing (§13.1.3).</summary>
    public MemoryAttributes Attributes
    {
        get => MemoryAttributes.Unpacked((ushort)(Traits >> AttributesShift));
        init =>
            Traits = Traits & ~(0xffffu << AttributesShift) | (uint)value.Packed << AttributesShift;
    }

    /// <summary>
    /// PCIe No_snoop: the access may opt out of coherency, so that what would be cacheable goes out as Normal
    /// Non-cacheable (§13.6.1.1).
    /// </summary>
    public bool NoSnoop
    {
        get => Has(NoSnoopBit);
        init => Traits = With(NoSnoopBit, value);
    }

    /// <summary>
    /// Speculative: a failure is an abort and nothing is recorded; a read may set the Access flag, a write is always
    /// aborted (§3.14).
    /// </summary>
    public bool Speculative
    {
        get => Has(SpeculativeBit);
        init => Traits = With(SpeculativeBit, value);
    }

    /// <summary>PCIe: the address is one that an earlier ATS Translation Completion gave (§3.9.1.3).</summary>
    public bool Translated
    {
        get => Has(TranslatedBit);
        init => Traits = With(TranslatedBit, value);
    }

    /// <summary>
    /// No transaction at all: hardware looks ahead, so nothing is recorded and no flag of a descriptor is updated (§3.21).
    /// </summary>
    internal bool Ahead
    {
        get => Has(AheadBit);
        init => Traits = With(AheadBit, value);
    }

    /// <summary>Everything but stream, substream and address, in one word: two transactions that agree in it are alike.</summary>
    internal uint Traits { get; private init; }

    /// <summary>Stream and substream in one word.</summary>
    internal ulong Who => (ulong)Substream.Value << 32 | Stream.Value;

    private bool Has(uint bit) => (Traits & bit) != 0;

    private uint With(uint bit, bool value) => value ? Traits | bit : Traits & ~bit;
}
