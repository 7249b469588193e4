namespace SmmuConformance.Architecture;

/// <summary>Data access that a stage 1 leaf permits: AP[2:1] (Arm ARM D8.4).</summary>
public enum Stage1Ap : byte
{
    /// <summary>Privileged read and write.</summary>
    PrivilegedReadWrite = 0b00,

    /// <summary>Read and write by all.</summary>
    ReadWrite = 0b01,

    /// <summary>Privileged read.</summary>
    PrivilegedReadOnly = 0b10,

    /// <summary>Read by all.</summary>
    ReadOnly = 0b11,
}

/// <summary>VMSAv8-64 stage 1 descriptor of a page or block, with direct permissions.</summary>
[Structure("TTD_S1_LEAF", bits: 64, clause: "Arm ARM D8.3.1.2")]
public readonly partial struct Stage1Leaf
{
    /// <summary>The descriptor is valid. Without it the walk faults and every other bit is software's.</summary>
    [Bits(0)]
    public partial bool Valid { get; init; }

    /// <summary>Set at level 3, where it means a page; clear above, where it means a block.</summary>
    [Bits(1, When = nameof(Valid))]
    public partial bool Type { get; init; }

    /// <summary>Which byte of CD.MAIR gives the memory attributes.</summary>
    [Bits(4, 2, When = nameof(Valid))]
    public partial byte AttrIndx { get; init; }

    /// <summary>The output is Non-secure. Read for Secure streams only.</summary>
    [Bits(5, When = nameof(Never))]
    public partial bool NS { get; init; }

    /// <summary>Data access permitted: AP[2:1].</summary>
    [Bits(7, 6, When = nameof(Valid))]
    public partial Stage1Ap AP { get; init; }

    /// <summary>Shareability. With a 4 KB or 16 KB granule and DS, address bits [51:50] instead.</summary>
    [Bits(9, 8, When = nameof(Valid))]
    public partial Shareability SH { get; init; }

    /// <summary>The Access flag: the page has been used.</summary>
    [Bits(10, When = nameof(Valid))]
    public partial bool AF { get; init; }

    /// <summary>The translation belongs to one ASID.</summary>
    [Bits(11, When = nameof(Valid))]
    public partial bool nG { get; init; }

    /// <summary>
    /// Address bits [47:12]; with a 64 KB granule [15:12] stand for [51:48]. In a block, bit 16 is nT.
    /// </summary>
    [Address(47, 12, When = nameof(Valid))]
    public partial PhysicalAddress OutputAddress4K { get; init; }

    /// <summary>Address bits [49:48] with a 4 KB or 16 KB granule and DS; otherwise RES0.</summary>
    [Bits(49, 48, When = nameof(Valid))]
    public partial byte OutputAddressDS_49_48 { get; init; }

    /// <summary>Guarded page: for branch targets of processors.</summary>
    [Bits(50, When = nameof(Never))]
    public partial bool GP { get; init; }

    /// <summary>Hardware may make the page writable and so mark it dirty.</summary>
    [Bits(51, When = nameof(Valid))]
    public partial bool DBM { get; init; }

    /// <summary>Hint: one of an aligned group with contiguous output. Protected where CD.PnCH says so.</summary>
    [Bits(52, When = nameof(Valid))]
    public partial bool Contiguous { get; init; }

    /// <summary>Not executable when privileged.</summary>
    [Bits(53, When = nameof(Valid))]
    public partial bool PXN { get; init; }

    /// <summary>Not executable when unprivileged (XN where there is one privilege level).</summary>
    [Bits(54, When = nameof(Valid))]
    public partial bool UXN { get; init; }

    /// <summary>Left to software.</summary>
    [Bits(58, 55, When = nameof(Never))]
    public partial byte Software { get; init; }

    /// <summary>
    /// Hardware attributes where CD.HWU enables them; bit 59 is AttrIndx[3] with CD.AIE. Otherwise ignored.
    /// </summary>
    [Bits(62, 59, When = nameof(Valid))]
    public partial byte PBHA { get; init; }

    /// <summary>nT: while it is set, the TLB need not hold the block. Meaningful in blocks only.</summary>
    public bool nT => !Type && (Word(0) & DescriptorAddress.NT) != 0;

    /// <summary>A valid leaf of this address and level, all other fields zero.</summary>
    /// <param name="output">Base of the page or block; bits the format cannot carry are refused.</param>
    /// <param name="granule">Granule of the tables.</param>
    /// <param name="level">3 for a page, less for a block.</param>
    /// <param name="wide">52-bit addresses: DS with 4 KB and 16 KB (SH must then stay zero), LPA with 64 KB.</param>
    public static Stage1Leaf To(
        PhysicalAddress output,
        Granule granule,
        int level,
        bool wide = false
    ) =>
        new([
            DescriptorAddress.EncodeLeaf(output.Value, granule, level, wide)
                | (level == 3 ? 0b11u : 0b01u),
        ]);

    /// <summary>Base of the page or block.</summary>
    /// <param name="granule">Granule of the tables.</param>
    /// <param name="level">Level where the leaf was found.</param>
    /// <param name="wide">52-bit addresses: DS with 4 KB and 16 KB, LPA with 64 KB.</param>
    public PhysicalAddress OutputAddress(Granule granule, int level, bool wide = false) =>
        DescriptorAddress.Decode(Word(0), granule, granule.LevelShift(level), wide);

    private static bool Never => false;
}
