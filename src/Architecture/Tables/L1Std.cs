namespace SmmuConformance.Architecture;

/// <summary>Level 1 Stream Table Descriptor: where the entries of a range of StreamIDs lie.</summary>
[Structure("L1STD", bits: 64, clause: "5.1")]
public readonly partial struct L1Std
{
    /// <summary>
    /// 1 to 11: the leaf holds 2^(Span - 1) entries. 0, and the Reserved 12 to 31, mean there is none.
    /// </summary>
    [Bits(4, 0)]
    public partial byte Span { get; init; }

    /// <summary>Base of the leaf. The SMMU aligns it down to the size of the leaf.</summary>
    [Address(55, 6, When = nameof(Valid))]
    public partial PhysicalAddress L2Ptr { get; init; }

    /// <summary>There is a leaf.</summary>
    public bool Valid => Span is >= 1 and <= 11;

    /// <summary>Entries in the leaf; zero when there is none. The table's SPLIT may allow fewer.</summary>
    public int Entries => Valid ? 1 << (Span - 1) : 0;
}
