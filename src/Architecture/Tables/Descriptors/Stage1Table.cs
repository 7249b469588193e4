namespace SmmuConformance.Architecture;

/// <summary>VMSAv8-64 stage 1 descriptor that points to a table of the next level.</summary>
[Structure("TTD_S1_TABLE", bits: 64, clause: "Arm ARM D8.3.1.1")]
public readonly partial struct Stage1Table
{
    /// <summary>The descriptor is valid. Without it the walk faults and every other bit is software's.</summary>
    [Bits(0)]
    public partial bool Valid { get; init; }

    /// <summary>Set: a table, as opposed to a block.</summary>
    [Bits(1, When = nameof(Valid))]
    public partial bool Type { get; init; }

    /// <summary>Address bits [51:50] with a 4 KB or 16 KB granule and DS; otherwise ignored.</summary>
    [Bits(9, 8, When = nameof(Valid))]
    public partial byte NextLevelTableDS_51_50 { get; init; }

    /// <summary>The Access flag of the table, where hardware manages one (HAFT).</summary>
    [Bits(10, When = nameof(Valid))]
    public partial bool AF { get; init; }

    /// <summary>Address bits [47:12]; with a 64 KB granule [15:12] stand for [51:48].</summary>
    [Address(47, 12, When = nameof(Valid))]
    public partial PhysicalAddress NextLevelTable4K { get; init; }

    /// <summary>Address bits [49:48] with a 4 KB or 16 KB granule and DS; otherwise RES0.</summary>
    [Bits(49, 48, When = nameof(Valid))]
    public partial byte NextLevelTableDS_49_48 { get; init; }

    /// <summary>The table is protected, where CD.PnCH says so; otherwise ignored.</summary>
    [Bits(52, When = nameof(Valid))]
    public partial bool Protected { get; init; }

    /// <summary>Nothing below is executable when privileged.</summary>
    [Bits(59, When = nameof(Valid))]
    public partial bool PXNTable { get; init; }

    /// <summary>Nothing below is executable when unprivileged (XNTable where there is one privilege level).</summary>
    [Bits(60, When = nameof(Valid))]
    public partial bool UXNTable { get; init; }

    /// <summary>Bit 0 takes unprivileged access from all below, bit 1 takes write access.</summary>
    [Bits(62, 61, When = nameof(Valid))]
    public partial byte APTable { get; init; }

    /// <summary>Everything below is Non-secure. Read for Secure streams only.</summary>
    [Bits(63, When = nameof(Never))]
    public partial bool NSTable { get; init; }

    /// <summary>A valid table descriptor of this address, all other fields zero.</summary>
    /// <param name="table">Base of the next table; bits the format cannot carry are refused.</param>
    /// <param name="granule">Granule of the tables.</param>
    /// <param name="wide">52-bit addresses: DS with 4 KB and 16 KB, LPA with 64 KB.</param>
    public static Stage1Table To(PhysicalAddress table, Granule granule, bool wide = false) =>
        new([DescriptorAddress.Encode(table.Value, granule, wide) | 0b11]);

    /// <summary>Base of the next table. An IPA when stage 1 is nested.</summary>
    /// <param name="granule">Granule of the tables.</param>
    /// <param name="wide">52-bit addresses: DS with 4 KB and 16 KB, LPA with 64 KB.</param>
    public PhysicalAddress NextTable(Granule granule, bool wide = false) =>
        DescriptorAddress.Decode(Word(0), granule, granule.PageShift, wide);

    private static bool Never => false;
}
