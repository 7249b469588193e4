namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Registers that say what an implementation has.</summary>
public static class IdentificationRegisterWitnesses
{
    /// <summary>One row per field.</summary>
    // csharpier-ignore
    public static IEnumerable<Witness> Rows { get; } =
    [
        new("SMMU_IDR0",    "S2P",                        0, 0x0000_0000_0000_0001, "IDR0_S2P"),
        new("SMMU_IDR0",    "S1P",                        0, 0x0000_0000_0000_0002, "IDR0_S1P"),
        new("SMMU_IDR0",    "TTF",                        0, 0x0000_0000_0000_000c, "IDR0_TTF"),
        new("SMMU_IDR0",    "COHACC",                     0, 0x0000_0000_0000_0010, "IDR0_COHACC"),
        new("SMMU_IDR0",    "BTM",                        0, 0x0000_0000_0000_0020, "IHI 0070 §6.3.1"),
        new("SMMU_IDR0",    "HTTU",                       0, 0x0000_0000_0000_00c0, "IDR0_HTTU"),
        new("SMMU_IDR0",    "DORMHINT",                   0, 0x0000_0000_0000_0100, "IHI 0070 §6.3.1"),
        new("SMMU_IDR0",    "Hyp",                        0, 0x0000_0000_0000_0200, "IDR0_HYP"),
        new("SMMU_IDR0",    "ATS",                        0, 0x0000_0000_0000_0400, "IDR0_ATS"),
        new("SMMU_IDR0",    "NS1ATS",                     0, 0x0000_0000_0000_0800, "IHI 0070 §6.3.1"),
        new("SMMU_IDR0",    "ASID16",                     0, 0x0000_0000_0000_1000, "IDR0_ASID16"),
        new("SMMU_IDR0",    "MSI",                        0, 0x0000_0000_0000_2000, "IDR0_MSI"),
        new("SMMU_IDR0",    "SEV",                        0, 0x0000_0000_0000_4000, "IDR0_SEV"),
        new("SMMU_IDR0",    "ATOS",                       0, 0x0000_0000_0000_8000, "IHI 0070 §6.3.1"),
        new("SMMU_IDR0",    "PRI",                        0, 0x0000_0000_0001_0000, "IDR0_PRI"),
        new("SMMU_IDR0",    "VMW",                        0, 0x0000_0000_0002_0000, "IHI 0070 §6.3.1"),
        new("SMMU_IDR0",    "VMID16",                     0, 0x0000_0000_0004_0000, "IDR0_VMID16"),
        new("SMMU_IDR0",    "CD2L",                       0, 0x0000_0000_0008_0000, "IDR0_CD2L"),
        new("SMMU_IDR0",    "VATOS",                      0, 0x0000_0000_0010_0000, "IHI 0070 §6.3.1"),
        new("SMMU_IDR0",    "TTENDIAN",                   0, 0x0000_0000_0060_0000, "IDR0_TTENDIAN"),
        new("SMMU_IDR0",    "ATSRECERR",                  0, 0x0000_0000_0080_0000, "IHI 0070 §6.3.1"),
        new("SMMU_IDR0",    "STALL_MODEL",                0, 0x0000_0000_0300_0000, "IDR0_STALL_MODEL"),
        new("SMMU_IDR0",    "TERM_MODEL",                 0, 0x0000_0000_0400_0000, "IHI 0070 §6.3.1"),
        new("SMMU_IDR0",    "ST_LEVEL",                   0, 0x0000_0000_1800_0000, "IDR0_ST_LVL"),
        new("SMMU_IDR0",    "RME_IMPL",                   0, 0x0000_0000_4000_0000, "IHI 0070 §6.3.1"),

        new("SMMU_IDR1",    "SIDSIZE",                    0, 0x0000_0000_0000_003f, "IDR1_SIDSIZE"),
        new("SMMU_IDR1",    "SSIDSIZE",                   0, 0x0000_0000_0000_07c0, "IDR1_SSIDSIZE"),
        new("SMMU_IDR1",    "PRIQS",                      0, 0x0000_0000_0000_f800, "IDR1_PRIQS"),
        new("SMMU_IDR1",    "EVENTQS",                    0, 0x0000_0000_001f_0000, "IDR1_EVTQS"),
        new("SMMU_IDR1",    "CMDQS",                      0, 0x0000_0000_03e0_0000, "IDR1_CMDQS"),
        new("SMMU_IDR1",    "ATTR_PERMS_OVR",             0, 0x0000_0000_0400_0000, "IHI 0070 §6.3.2"),
        new("SMMU_IDR1",    "ATTR_TYPES_OVR",             0, 0x0000_0000_0800_0000, "IDR1_ATTR_TYPES_OVR"),
        new("SMMU_IDR1",    "REL",                        0, 0x0000_0000_1000_0000, "IDR1_REL"),
        new("SMMU_IDR1",    "QUEUES_PRESET",              0, 0x0000_0000_2000_0000, "IDR1_QUEUES_PRESET"),
        new("SMMU_IDR1",    "TABLES_PRESET",              0, 0x0000_0000_4000_0000, "IDR1_TABLES_PRESET"),
        new("SMMU_IDR1",    "ECMDQ",                      0, 0x0000_0000_8000_0000, "IHI 0070 §6.3.2"),

        new("SMMU_IDR2",    "BA_VATOS",                   0, 0x0000_0000_0000_03ff, "IHI 0070 §6.3.3"),

        new("SMMU_IDR3",    "HAD",                        0, 0x0000_0000_0000_0004, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "PBHA",                       0, 0x0000_0000_0000_0008, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "XNX",                        0, 0x0000_0000_0000_0010, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "PPS",                        0, 0x0000_0000_0000_0020, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "MPAM",                       0, 0x0000_0000_0000_0080, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "FWB",                        0, 0x0000_0000_0000_0100, "IDR3_FWB"),
        new("SMMU_IDR3",    "STT",                        0, 0x0000_0000_0000_0200, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "RIL",                        0, 0x0000_0000_0000_0400, "IDR3_RIL"),
        new("SMMU_IDR3",    "BBML",                       0, 0x0000_0000_0000_1800, "IDR3_BBM"),
        new("SMMU_IDR3",    "E0PD",                       0, 0x0000_0000_0000_2000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "PTWNNC",                     0, 0x0000_0000_0000_4000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "DPT",                        0, 0x0000_0000_0000_8000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "PASIDTT",                    0, 0x0000_0000_0001_0000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "EPAN",                       0, 0x0000_0000_0002_0000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "S1PI",                       0, 0x0000_0000_0004_0000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "S2PI",                       0, 0x0000_0000_0008_0000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "S2PO",                       0, 0x0000_0000_0010_0000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "THE",                        0, 0x0000_0000_0020_0000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "MTEPERM",                    0, 0x0000_0000_0040_0000, "IHI 0070 §6.3.4"),
        new("SMMU_IDR3",    "AIE",                        0, 0x0000_0000_0080_0000, "IHI 0070 §6.3.4"),

        new("SMMU_IDR4",    "ImplementationDefined",      0, 0x0000_0000_ffff_ffff, "IHI 0070 §6.3.5"),

        new("SMMU_IDR5",    "OAS",                        0, 0x0000_0000_0000_0007, "IDR5_OAS"),
        new("SMMU_IDR5",    "GRAN4K",                     0, 0x0000_0000_0000_0010, "IDR5_GRAN4K"),
        new("SMMU_IDR5",    "GRAN16K",                    0, 0x0000_0000_0000_0020, "IDR5_GRAN16K"),
        new("SMMU_IDR5",    "GRAN64K",                    0, 0x0000_0000_0000_0040, "IDR5_GRAN64K"),
        new("SMMU_IDR5",    "DS",                         0, 0x0000_0000_0000_0080, "IDR5_DS"),
        new("SMMU_IDR5",    "D128",                       0, 0x0000_0000_0000_0100, "IHI 0070 §6.3.6"),
        new("SMMU_IDR5",    "VAX",                        0, 0x0000_0000_0000_0c00, "IDR5_VAX"),
        new("SMMU_IDR5",    "STALL_MAX",                  0, 0x0000_0000_ffff_0000, "IDR5_STALL_MAX"),

        new("SMMU_IDR6",    "CMDQ_CONTROL_PAGE_LOG2NUMQ", 0, 0x0000_0000_000f_0000, "IHI 0070 §6.3.45"),
        new("SMMU_IDR6",    "CMDQ_CONTROL_PAGE_LOG2NUMP", 0, 0x0000_0000_0f00_0000, "IHI 0070 §6.3.45"),

        new("SMMU_IIDR",    "Implementer",                0, 0x0000_0000_0000_0fff, "IIDR_IMPLEMENTER"),
        new("SMMU_IIDR",    "Revision",                   0, 0x0000_0000_0000_f000, "IIDR_REVISION"),
        new("SMMU_IIDR",    "Variant",                    0, 0x0000_0000_000f_0000, "IIDR_VARIANT"),
        new("SMMU_IIDR",    "ProductID",                  0, 0x0000_0000_fff0_0000, "IIDR_PRODUCTID"),

        new("SMMU_AIDR",    "ArchMinorRev",               0, 0x0000_0000_0000_000f, "IHI 0070 §6.3.8"),
        new("SMMU_AIDR",    "ArchMajorRev",               0, 0x0000_0000_0000_00f0, "IHI 0070 §6.3.8"),

        new("SMMU_MPAMIDR", "PARTID_MAX",                 0, 0x0000_0000_0000_ffff, "IHI 0070 §6.3.41"),
        new("SMMU_MPAMIDR", "PMG_MAX",                    0, 0x0000_0000_00ff_0000, "IHI 0070 §6.3.41"),
    ];
}
