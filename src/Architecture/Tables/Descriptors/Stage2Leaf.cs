namespace SmmuConformance.Architecture;

/// <summary>Data access that a stage 2 leaf permits: S2AP[1:0] (Arm ARM D8.4).</summary>
public enum Stage2Ap : byte
{
    /// <summary>None.</summary>
    None = 0b00,

    /// <summary>Read.</summary>
    ReadOnly = 0b01,

    /// <summary>Write.</summary>
    WriteOnly = 0b10,

    /// <summary>Read and write.</summary>
    ReadWrite = 0b11,
}

/// <summary>Execution that a stage 2 leaf permits: XN[1:0]. Without IDR3.XNX only the upper bit counts (Arm ARM D8.4).</summary>
public enum Stage2Xn : byte
{
    /// <summary>By all.</summary>
    Executable = 0b00,

    /// <summary>Unprivileged only.</summary>
    UnprivilegedOnly = 0b01,

    /// <summary>By nobody.</summary>
    Never = 0b10,

    /// <summary>Privileged only.</summary>
    PrivilegedOnly = 0b11,
}

/// <summary>
/// Memory type of a stage 2 leaf when STE.S2FWB is set: MemAttr[2:0]; MemAttr[3] is zero (Arm ARM D8.6.6). Without FWB
/// the encoding is <see cref="MemAttr"/>.
/// </summary>
public enum FwbMemAttr : byte
{
    /// <summary>At most Device-nGnRnE.</summary>
    DeviceNGnRnE = 0b000,

    /// <summary>At most Device-nGnRE.</summary>
    DeviceNGnRE = 0b001,

    /// <summary>At most Device-nGRE.</summary>
    DeviceNGRE = 0b010,

    /// <summary>At most Device-GRE.</summary>
    DeviceGRE = 0b011,

    /// <summary>Normal memory becomes Non-cacheable.</summary>
    NonCacheable = 0b101,

    /// <summary>Normal Write-Back, whatever stage 1 says.</summary>
    WriteBack = 0b110,

    /// <summary>What stage 1 says.</summary>
    Stage1 = 0b111,
}

/// <summary>VMSAv8-64 stage 2 descriptor of a page or block, with direct permissions.</summary>
[Structure("TTD_S2_LEAF", bits: 64, clause: "Arm ARM D8.3.1.2")]
public readonly partial struct Stage2Leaf
{
    /// <summary>The descriptor is valid. Without it the walk faults and every other bit is software's.</summary>
    [Bits(0)]
    public partial bool Valid { get; init; }

    /// <summary>Set at level 3, where it means a page; clear above, where it means a block.</summary>
    [Bits(1, When = nameof(Valid))]
    public partial bool Type { get; init; }

    /// <summary>Memory type: a MemAttr, or a FwbMemAttr when STE.S2FWB is set.</summary>
    [Bits(5, 2, When = nameof(Valid))]
    public partial byte MemAttr { get; init; }

    /// <summary>Data access permitted.</summary>
    [Bits(7, 6, When = nameof(Valid))]
    public partial Stage2Ap S2AP { get; init; }

    /// <summary>Shareability. With a 4 KB or 16 KB granule and DS, address bits [51:50] instead.</summary>
    [Bits(9, 8, When = nameof(Valid))]
    public partial Shareability SH { get; init; }

    /// <summary>The Access flag: the page has been used.</summary>
    [Bits(10, When = nameof(Valid))]
    public partial bool AF { get; init; }

    /// <summary>Weakens barriers of processors.</summary>
    [Bits(11, When = nameof(Never))]
    public partial bool FnXS { get; init; }

    /// <summary>
    /// Address bits [47:12]; with a 64 KB granule [15:12] stand for [51:48]. In a block, bit 16 is nT.
    /// </summary>
    [Address(47, 12, When = nameof(Valid))]
    public partial PhysicalAddress OutputAddress4K { get; init; }

    /// <summary>Address bits [49:48] with a 4 KB or 16 KB granule and DS; otherwise RES0.</summary>
    [Bits(49, 48, When = nameof(Valid))]
    public partial byte OutputAddressDS_49_48 { get; init; }

    /// <summary>Hardware may make the page writable and so mark it dirty.</summary>
    [Bits(51, When = nameof(Valid))]
    public partial bool DBM { get; init; }

    /// <summary>Hint: one of an aligned group with contiguous output.</summary>
    [Bits(52, When = nameof(Valid))]
    public partial bool Contiguous { get; init; }

    /// <summary>Execution permitted.</summary>
    [Bits(54, 53, When = nameof(Valid))]
    public partial Stage2Xn XN { get; init; }

    /// <summary>The output is Non-secure. Read for Realm streams only.</summary>
    [Bits(55, When = nameof(Never))]
    public partial bool NS { get; init; }

    /// <summary>Left to software.</summary>
    [Bits(57, 56, When = nameof(Never))]
    public partial byte Software { get; init; }

    /// <summary>Only assured translations may use the page, where STE.AssuredOnly says so.</summary>
    [Bits(58, When = nameof(Valid))]
    public partial bool AssuredOnly { get; init; }

    /// <summary>
    /// Hardware attributes where STE.S2HWU enables them, or the overlay index with S2POE. Otherwise ignored.
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
    public static Stage2Leaf To(
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
