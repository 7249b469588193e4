namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Registers that steer translation: control, bypass attributes, Stream table, DPT, MPAM.</summary>
public static class ControlRegisterWitnesses
{
    /// <summary>One row per field.</summary>
    // csharpier-ignore
    public static IEnumerable<Witness> Rows { get; } =
    [
        new("SMMU_CR0",             "SMMUEN",                0, 0x0000_0000_0000_0001, "CR0_SMMUEN"),
        new("SMMU_CR0",             "PRIQEN",                0, 0x0000_0000_0000_0002, "CR0_PRIQEN"),
        new("SMMU_CR0",             "EVENTQEN",              0, 0x0000_0000_0000_0004, "CR0_EVTQEN"),
        new("SMMU_CR0",             "CMDQEN",                0, 0x0000_0000_0000_0008, "CR0_CMDQEN"),
        new("SMMU_CR0",             "ATSCHK",                0, 0x0000_0000_0000_0010, "CR0_ATSCHK"),
        new("SMMU_CR0",             "VMW",                   0, 0x0000_0000_0000_01c0, "IHI 0070 §6.3.9"),
        new("SMMU_CR0",             "DPT_WALK_EN",           0, 0x0000_0000_0000_0400, "IHI 0070 §6.3.9"),

        new("SMMU_CR0ACK",          "SMMUEN",                0, 0x0000_0000_0000_0001, "IHI 0070 §6.3.10"),
        new("SMMU_CR0ACK",          "PRIQEN",                0, 0x0000_0000_0000_0002, "IHI 0070 §6.3.10"),
        new("SMMU_CR0ACK",          "EVENTQEN",              0, 0x0000_0000_0000_0004, "IHI 0070 §6.3.10"),
        new("SMMU_CR0ACK",          "CMDQEN",                0, 0x0000_0000_0000_0008, "IHI 0070 §6.3.10"),
        new("SMMU_CR0ACK",          "ATSCHK",                0, 0x0000_0000_0000_0010, "IHI 0070 §6.3.10"),
        new("SMMU_CR0ACK",          "VMW",                   0, 0x0000_0000_0000_01c0, "IHI 0070 §6.3.10"),
        new("SMMU_CR0ACK",          "DPT_WALK_EN",           0, 0x0000_0000_0000_0400, "IHI 0070 §6.3.10"),

        new("SMMU_CR1",             "QUEUE_IC",              0, 0x0000_0000_0000_0003, "CR1_QUEUE_IC"),
        new("SMMU_CR1",             "QUEUE_OC",              0, 0x0000_0000_0000_000c, "CR1_QUEUE_OC"),
        new("SMMU_CR1",             "QUEUE_SH",              0, 0x0000_0000_0000_0030, "CR1_QUEUE_SH"),
        new("SMMU_CR1",             "TABLE_IC",              0, 0x0000_0000_0000_00c0, "CR1_TABLE_IC"),
        new("SMMU_CR1",             "TABLE_OC",              0, 0x0000_0000_0000_0300, "CR1_TABLE_OC"),
        new("SMMU_CR1",             "TABLE_SH",              0, 0x0000_0000_0000_0c00, "CR1_TABLE_SH"),

        new("SMMU_CR2",             "E2H",                   0, 0x0000_0000_0000_0001, "CR2_E2H"),
        new("SMMU_CR2",             "RECINVSID",             0, 0x0000_0000_0000_0002, "CR2_RECINVSID"),
        new("SMMU_CR2",             "PTM",                   0, 0x0000_0000_0000_0004, "CR2_PTM"),
        new("SMMU_CR2",             "REC_CFG_ATS",           0, 0x0000_0000_0000_0008, "IHI 0070 §6.3.12"),

        new("SMMU_S2PII",           "S2PII0",                0, 0x0000_0000_0000_000f, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII1",                0, 0x0000_0000_0000_00f0, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII2",                0, 0x0000_0000_0000_0f00, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII3",                0, 0x0000_0000_0000_f000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII4",                0, 0x0000_0000_000f_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII5",                0, 0x0000_0000_00f0_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII6",                0, 0x0000_0000_0f00_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII7",                0, 0x0000_0000_f000_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII8",                0, 0x0000_000f_0000_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII9",                0, 0x0000_00f0_0000_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII10",               0, 0x0000_0f00_0000_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII11",               0, 0x0000_f000_0000_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII12",               0, 0x000f_0000_0000_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII13",               0, 0x00f0_0000_0000_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII14",               0, 0x0f00_0000_0000_0000, "IHI 0070 §6.3.17"),
        new("SMMU_S2PII",           "S2PII15",               0, 0xf000_0000_0000_0000, "IHI 0070 §6.3.17"),

        new("SMMU_STATUSR",         "DORMANT",               0, 0x0000_0000_0000_0001, "IHI 0070 §6.3.13"),

        new("SMMU_GBPA",            "MemAttr",               0, 0x0000_0000_0000_000f, "IHI 0070 §6.3.14"),
        new("SMMU_GBPA",            "MTCFG",                 0, 0x0000_0000_0000_0010, "IHI 0070 §6.3.14"),
        new("SMMU_GBPA",            "ALLOCCFG",              0, 0x0000_0000_0000_0f00, "IHI 0070 §6.3.14"),
        new("SMMU_GBPA",            "SHCFG",                 0, 0x0000_0000_0000_3000, "IHI 0070 §6.3.14"),
        new("SMMU_GBPA",            "PRIVCFG",               0, 0x0000_0000_0003_0000, "IHI 0070 §6.3.14"),
        new("SMMU_GBPA",            "INSTCFG",               0, 0x0000_0000_000c_0000, "IHI 0070 §6.3.14"),
        new("SMMU_GBPA",            "ABORT",                 0, 0x0000_0000_0010_0000, "GBPA_ABORT"),
        new("SMMU_GBPA",            "Update",                0, 0x0000_0000_8000_0000, "GBPA_UPDATE"),

        new("SMMU_AGBPA",           "ImplementationDefined", 0, 0x0000_0000_ffff_ffff, "IHI 0070 §6.3.15"),

        new("SMMU_STRTAB_BASE",     "ADDR",                  0, 0x00ff_ffff_ffff_ffc0, "IHI 0070 §6.3.24"),
        new("SMMU_STRTAB_BASE",     "RA",                    0, 0x4000_0000_0000_0000, "STRTAB_BASE_RA"),

        new("SMMU_STRTAB_BASE_CFG", "LOG2SIZE",              0, 0x0000_0000_0000_003f, "STRTAB_BASE_CFG_LOG2SIZE"),
        new("SMMU_STRTAB_BASE_CFG", "SPLIT",                 0, 0x0000_0000_0000_07c0, "STRTAB_BASE_CFG_SPLIT"),
        new("SMMU_STRTAB_BASE_CFG", "FMT",                   0, 0x0000_0000_0003_0000, "STRTAB_BASE_CFG_FMT"),

        new("SMMU_GMPAM",           "SO_PARTID",             0, 0x0000_0000_0000_ffff, "IHI 0070 §6.3.42"),
        new("SMMU_GMPAM",           "SO_PMG",                0, 0x0000_0000_00ff_0000, "IHI 0070 §6.3.42"),
        new("SMMU_GMPAM",           "Update",                0, 0x0000_0000_8000_0000, "IHI 0070 §6.3.42"),

        new("SMMU_GBPMPAM",         "GBP_PARTID",            0, 0x0000_0000_0000_ffff, "IHI 0070 §6.3.43"),
        new("SMMU_GBPMPAM",         "GBP_PMG",               0, 0x0000_0000_00ff_0000, "IHI 0070 §6.3.43"),
        new("SMMU_GBPMPAM",         "Update",                0, 0x0000_0000_8000_0000, "IHI 0070 §6.3.43"),

        new("SMMU_DPT_BASE",        "BADDR",                 0, 0x00ff_ffff_ffff_f000, "IHI 0070 §6.3.46"),
        new("SMMU_DPT_BASE",        "RA",                    0, 0x4000_0000_0000_0000, "IHI 0070 §6.3.46"),

        new("SMMU_DPT_BASE_CFG",    "DPTPS",                 0, 0x0000_0000_0000_0007, "IHI 0070 §6.3.47"),
        new("SMMU_DPT_BASE_CFG",    "DPTGS",                 0, 0x0000_0000_0000_c000, "IHI 0070 §6.3.47"),
        new("SMMU_DPT_BASE_CFG",    "L0DPTSZ",               0, 0x0000_0000_00f0_0000, "IHI 0070 §6.3.47"),

        new("SMMU_DPT_CFG_FAR",     "FAULT",                 0, 0x0000_0000_0000_0001, "IHI 0070 §6.3.48"),
        new("SMMU_DPT_CFG_FAR",     "LEVEL",                 0, 0x0000_0000_0000_0002, "IHI 0070 §6.3.48"),
        new("SMMU_DPT_CFG_FAR",     "DPT_FAULTCODE",         0, 0x0000_0000_0000_00f0, "IHI 0070 §6.3.48"),
        new("SMMU_DPT_CFG_FAR",     "FADDR",                 0, 0x00ff_ffff_ffff_f000, "IHI 0070 §6.3.48"),
    ];
}
