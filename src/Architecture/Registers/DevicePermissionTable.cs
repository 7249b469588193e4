namespace SmmuConformance.Architecture;

/// <summary>Granule of the Device Permission Table: DPT_BASE_CFG.DPTGS. §6.3.47</summary>
public enum DptGranule : byte
{
    /// <summary>4 KiB.</summary>
    Granule4K = 0b00,

    /// <summary>64 KiB.</summary>
    Granule64K = 0b01,

    /// <summary>16 KiB.</summary>
    Granule16K = 0b10,
}

/// <summary>
/// Size of the region that the Device Permission Table protects: DPT_BASE_CFG.DPTPS. Unlike IDR5.OAS it has no 56 bits:
/// 0b111 is Reserved. §6.3.47
/// </summary>
public enum DptSize : byte
{
    /// <summary>32 bits: 4 GiB.</summary>
    Bits32 = 0b000,

    /// <summary>36 bits: 64 GiB.</summary>
    Bits36 = 0b001,

    /// <summary>40 bits: 1 TiB.</summary>
    Bits40 = 0b010,

    /// <summary>42 bits: 4 TiB.</summary>
    Bits42 = 0b011,

    /// <summary>44 bits: 16 TiB.</summary>
    Bits44 = 0b100,

    /// <summary>48 bits: 256 TiB.</summary>
    Bits48 = 0b101,

    /// <summary>52 bits: 4 PiB.</summary>
    Bits52 = 0b110,
}

/// <summary>Address bits that one level 0 entry covers: DPT_BASE_CFG.L0DPTSZ. §6.3.47</summary>
public enum DptLevel0Size : byte
{
    /// <summary>30 bits: 1 GiB.</summary>
    Bits30 = 0b0000,

    /// <summary>34 bits: 16 GiB.</summary>
    Bits34 = 0b0100,

    /// <summary>36 bits: 64 GiB.</summary>
    Bits36 = 0b0110,

    /// <summary>39 bits: 512 GiB.</summary>
    Bits39 = 0b1001,
}

/// <summary>Why a Device Permission Table lookup failed: DPT_CFG_FAR.DPT_FAULTCODE. §6.3.48</summary>
public enum DptFault : byte
{
    /// <summary>DPT_DISABLED: walks are off.</summary>
    Disabled = 0b0000,

    /// <summary>DPT_WALK_FAULT: invalid configuration or descriptor.</summary>
    Walk = 0b0001,

    /// <summary>DPT_GPC_FAULT: granule protection fault on the fetch.</summary>
    GranuleProtection = 0b0010,

    /// <summary>DPT_EABT: the fetch was aborted.</summary>
    ExternalAbort = 0b0011,
}

/// <summary>Where the Device Permission Table is.</summary>
/// <remarks>
/// Read-only unless DPT_WALK_EN is 0 and acknowledged as 0, in every version. Exists with IDR3.DPT. §6.3.46
/// </remarks>
[Register(
    "SMMU_DPT_BASE",
    offset: 0x0200,
    bits: 64,
    clause: "6.3.46",
    Access.ReadWrite,
    Guard = Guard.DptWalkEn,
    ResetUnknown = true
)]
public readonly partial struct DptBase
{
    /// <summary>Address of level 0.</summary>
    [Address(55, 12)]
    public partial PhysicalAddress BADDR { get; init; }

    /// <summary>Read-Allocate hint.</summary>
    [Bits(62)]
    public partial bool RA { get; init; }
}

/// <summary>Shape of the Device Permission Table.</summary>
/// <remarks>Guarded as DPT_BASE is; each field may be cached in a TLB. §6.3.47</remarks>
[Register(
    "SMMU_DPT_BASE_CFG",
    offset: 0x0208,
    bits: 32,
    clause: "6.3.47",
    Access.ReadWrite,
    Guard = Guard.DptWalkEn,
    ResetUnknown = true
)]
public readonly partial struct DptBaseCfg
{
    /// <summary>Size of the protected region, at most IDR5.OAS.</summary>
    [Bits(2, 0)]
    public partial DptSize DPTPS { get; init; }

    /// <summary>Granule.</summary>
    [Bits(15, 14)]
    public partial DptGranule DPTGS { get; init; }

    /// <summary>Reach of a level 0 entry.</summary>
    [Bits(23, 20)]
    public partial DptLevel0Size L0DPTSZ { get; init; }
}

/// <summary>The first Device Permission Table lookup that failed.</summary>
/// <remarks>A write that clears FAULT clears the whole register; any other write is ignored. §6.3.48</remarks>
[Register(
    "SMMU_DPT_CFG_FAR",
    offset: 0x0210,
    bits: 64,
    clause: "6.3.48",
    Access.ReadWrite,
    Reset = 0
)]
public readonly partial struct DptCfgFar
{
    /// <summary>A lookup has failed since this was last cleared.</summary>
    [Bits(0)]
    public partial bool FAULT { get; init; }

    /// <summary>It failed at level 1 instead of 0.</summary>
    [Bits(1)]
    public partial bool LEVEL { get; init; }

    /// <summary>Why.</summary>
    [Bits(7, 4)]
    public partial DptFault DPT_FAULTCODE { get; init; }

    /// <summary>The address that was checked.</summary>
    [Address(55, 12)]
    public partial PhysicalAddress FADDR { get; init; }
}
