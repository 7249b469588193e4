namespace SmmuConformance.Architecture;

/// <summary>Sizes of the MPAM identifiers.</summary>
/// <remarks>Exists with IDR3.MPAM, and may read zero: then only another Security state has MPAM. §6.3.41</remarks>
[Register("SMMU_MPAMIDR", offset: 0x0130, bits: 32, clause: "6.3.41", Access.ReadOnly)]
public readonly partial struct MpamIdr
{
    /// <summary>Largest PARTID.</summary>
    [Bits(15, 0)]
    public partial ushort PARTID_MAX { get; init; }

    /// <summary>Largest PMG.</summary>
    [Bits(23, 16)]
    public partial byte PMG_MAX { get; init; }
}

/// <summary>MPAM identifiers of the SMMU's own accesses to the Stream table and the queues.</summary>
/// <remarks>
/// Changed by the procedure of GBPA, but in every version a write during an update, or one without Update, is
/// ignored. §6.3.42
/// </remarks>
[Register(
    "SMMU_GMPAM",
    offset: 0x0138,
    bits: 32,
    clause: "6.3.42",
    Access.ReadWrite,
    Guard = Guard.Update,
    Reset = 0
)]
public readonly partial struct Gmpam
{
    /// <summary>PARTID.</summary>
    [Bits(15, 0)]
    public partial ushort SO_PARTID { get; init; }

    /// <summary>PMG.</summary>
    [Bits(23, 16)]
    public partial byte SO_PMG { get; init; }

    /// <summary>Written 1 to start a change; reads 1 while it is under way.</summary>
    [Bits(31)]
    public partial bool Update { get; init; }
}

/// <summary>MPAM identifiers of transactions that bypass the SMMU while translation is off, or as Translated ones.</summary>
/// <remarks>Changed as GMPAM is. §6.3.43</remarks>
[Register(
    "SMMU_GBPMPAM",
    offset: 0x013C,
    bits: 32,
    clause: "6.3.43",
    Access.ReadWrite,
    Guard = Guard.Update,
    Reset = 0
)]
public readonly partial struct Gbpmpam
{
    /// <summary>PARTID.</summary>
    [Bits(15, 0)]
    public partial ushort GBP_PARTID { get; init; }

    /// <summary>PMG.</summary>
    [Bits(23, 16)]
    public partial byte GBP_PMG { get; init; }

    /// <summary>Written 1 to start a change; reads 1 while it is under way.</summary>
    [Bits(31)]
    public partial bool Update { get; init; }
}
