namespace SmmuConformance.Architecture;

/// <summary>VMSAv8-64 stage 2 descriptor that points to a table of the next level.</summary>
[Structure("TTD_S2_TABLE", bits: 64, clause: "Arm ARM D8.3.1.1")]
public readonly partial struct Stage2Table
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

    /// <summary>A valid table descriptor of this address, all other fields zero.</summary>
    /// <param name="table">Base of the next table; bits the format cannot carry are refused.</param>
    /// <param name="granule">Granule of the tables.</param>
    /// <param name="wide">52-bit addresses: DS with 4 KB and 16 KB, LPA with 64 KB.</param>
    public static Stage2Table To(PhysicalAddress table, Granule granule, bool wide = false) =>
        new([DescriptorAddress.Encode(table.Value, granule, wide) | 0b11]);

    /// <summary>Base of the next table.</summary>
    /// <param name="granule">Granule of the tables.</param>
    /// <param name="wide">52-bit addresses: DS with 4 KB and 16 KB, LPA with 64 KB.</param>
    public PhysicalAddress NextTable(Granule granule, bool wide = false) =>
        DescriptorAddress.Decode(Word(0), granule, granule.PageShift, wide);
}
