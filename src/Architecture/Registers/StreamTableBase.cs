namespace SmmuConformance.Architecture;

/// <summary>Format of the Stream table: STRTAB_BASE_CFG.FMT. §6.3.25</summary>
public enum StreamTableFormat : byte
{
    /// <summary>An array of STEs; reserved encodings behave so too.</summary>
    Linear = 0b00,

    /// <summary>An array of level 1 descriptors, which point to arrays of STEs.</summary>
    TwoLevel = 0b01,
}

/// <summary>Where the Stream table is.</summary>
/// <remarks>
/// While SMMUEN is set, or not yet acknowledged as clear, a write is ignored from SMMUv3.2 on; before that the
/// register may take any value, so STEs may be fetched from anywhere, and it reads as UNKNOWN. Read-only when
/// IDR1.TABLES_PRESET is set. The SMMU drops the low address bits that the table's size as written makes
/// unaligned, and does not report it: 64 bytes times the entries for a linear table, the larger of 64 bytes and the
/// level 1 table for a two-level one. LOG2SIZE counts here in full, even beyond IDR1.SIDSIZE. §6.3.24
/// </remarks>
[Register(
    "SMMU_STRTAB_BASE",
    offset: 0x0080,
    bits: 64,
    clause: "6.3.24",
    Access.ReadWrite,
    Guard = Guard.Smmuen | Guard.TablesPreset,
    ResetUnknown = true
)]
public readonly partial struct StrtabBase
{
    /// <summary>Address of the table.</summary>
    [Address(55, 6)]
    public partial PhysicalAddress ADDR { get; init; }

    /// <summary>Read-Allocate hint.</summary>
    [Bits(62)]
    public partial bool RA { get; init; }
}

/// <summary>Format and size of the Stream table.</summary>
/// <remarks>Guarded as STRTAB_BASE is. §6.3.25</remarks>
[Register(
    "SMMU_STRTAB_BASE_CFG",
    offset: 0x0088,
    bits: 32,
    clause: "6.3.25",
    Access.ReadWrite,
    Guard = Guard.Smmuen | Guard.TablesPreset,
    ResetUnknown = true
)]
public readonly partial struct StrtabBaseCfg
{
    /// <summary>log2 of the StreamIDs covered; more than IDR1.SIDSIZE has no effect on the lookup.</summary>
    [Bits(5, 0)]
    public partial byte LOG2SIZE { get; init; }

    /// <summary>StreamID bits that index the second level: 6, 8 or 10; others behave as 6. With IDR0.ST_LEVEL.</summary>
    [Bits(10, 6)]
    public partial byte SPLIT { get; init; }

    /// <summary>Linear or two-level. With IDR0.ST_LEVEL.</summary>
    [Bits(17, 16)]
    public partial StreamTableFormat FMT { get; init; }
}
