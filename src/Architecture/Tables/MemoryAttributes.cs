namespace SmmuConformance.Architecture;

/// <summary>
/// Cacheability with which the SMMU reads CDs (STE.S1CIR, S1COR) and translation tables (CD.IR0 and its like,
/// STE.S2IR0, S2OR0). The registers use another encoding (§5.2, §5.4).
/// </summary>
public enum Cacheability : byte
{
    /// <summary>Normal, Non-cacheable.</summary>
    NonCacheable = 0b00,

    /// <summary>Write-Back with the full allocation hint: read for CDs, read and write for tables.</summary>
    WriteBackAllocate = 0b01,

    /// <summary>Write-Through, Read-Allocate.</summary>
    WriteThrough = 0b10,

    /// <summary>Write-Back with the lesser hint: no Read-Allocate for CDs, no Write-Allocate for tables.</summary>
    WriteBack = 0b11,
}

/// <summary>
/// Shareability domain of an access. The Reserved value 0b01 acts as <see cref="NonShareable"/>. An access that is
/// Non-cacheable inside and outside is Outer Shareable whatever this says (§5.2, §5.4).
/// </summary>
public enum Shareability : byte
{
    /// <summary>Non-shareable.</summary>
    NonShareable = 0b00,

    /// <summary>Outer Shareable.</summary>
    Outer = 0b10,

    /// <summary>Inner Shareable.</summary>
    Inner = 0b11,
}

/// <summary>Shareability override of incoming traffic (STE.SHCFG, §5.2).</summary>
public enum ShCfg : byte
{
    /// <summary>Replace by Non-shareable.</summary>
    NonShareable = 0b00,

    /// <summary>Keep what the transaction brought.</summary>
    Incoming = 0b01,

    /// <summary>Replace by Outer Shareable.</summary>
    Outer = 0b10,

    /// <summary>Replace by Inner Shareable.</summary>
    Inner = 0b11,
}

/// <summary>
/// Memory type in the stage 2 encoding without FWB: outer cacheability above, inner below. Used by STE.MemAttr,
/// CMD_SYNC.MSIAttr and stage 2 leaves (§5.2, Arm ARM D8.6). The values left out act as Device-nGnRnE in the SMMU's own fields.
/// </summary>
public enum MemAttr : byte
{
    /// <summary>Device-nGnRnE.</summary>
    DeviceNGnRnE = 0b0000,

    /// <summary>Device-nGnRE.</summary>
    DeviceNGnRE = 0b0001,

    /// <summary>Device-nGRE.</summary>
    DeviceNGRE = 0b0010,

    /// <summary>Device-GRE.</summary>
    DeviceGRE = 0b0011,

    /// <summary>Outer Non-cacheable, inner Non-cacheable.</summary>
    OuterNcInnerNc = 0b0101,

    /// <summary>Outer Non-cacheable, inner Write-Through.</summary>
    OuterNcInnerWt = 0b0110,

    /// <summary>Outer Non-cacheable, inner Write-Back.</summary>
    OuterNcInnerWb = 0b0111,

    /// <summary>Outer Write-Through, inner Non-cacheable.</summary>
    OuterWtInnerNc = 0b1001,

    /// <summary>Outer Write-Through, inner Write-Through.</summary>
    OuterWtInnerWt = 0b1010,

    /// <summary>Outer Write-Through, inner Write-Back.</summary>
    OuterWtInnerWb = 0b1011,

    /// <summary>Outer Write-Back, inner Non-cacheable.</summary>
    OuterWbInnerNc = 0b1101,

    /// <summary>Outer Write-Back, inner Write-Through.</summary>
    OuterWbInnerWt = 0b1110,

    /// <summary>Outer Write-Back, inner Write-Back.</summary>
    OuterWbInnerWb = 0b1111,
}
