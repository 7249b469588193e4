namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Registers of the three queues.</summary>
public static class QueueRegisterWitnesses
{
    /// <summary>One row per field.</summary>
    // csharpier-ignore
    public static IEnumerable<Witness> Rows { get; } =
    [
        new("SMMU_CMDQ_BASE",       "LOG2SIZE", 0, 0x0000_0000_0000_001f, "Q_BASE_LOG2SIZE"),
        new("SMMU_CMDQ_BASE",       "ADDR",     0, 0x00ff_ffff_ffff_ffe0, "IHI 0070 §6.3.26"),
        new("SMMU_CMDQ_BASE",       "RA",       0, 0x4000_0000_0000_0000, "Q_BASE_RWA"),

        new("SMMU_CMDQ_PROD",       "WR",       0, 0x0000_0000_000f_ffff, "IHI 0070 §6.3.27"),

        new("SMMU_CMDQ_CONS",       "RD",       0, 0x0000_0000_000f_ffff, "IHI 0070 §6.3.28"),
        new("SMMU_CMDQ_CONS",       "ERR",      0, 0x0000_0000_7f00_0000, "CMDQ_CONS_ERR"),

        new("SMMU_EVENTQ_BASE",     "LOG2SIZE", 0, 0x0000_0000_0000_001f, "Q_BASE_LOG2SIZE"),
        new("SMMU_EVENTQ_BASE",     "ADDR",     0, 0x00ff_ffff_ffff_ffe0, "IHI 0070 §6.3.29"),
        new("SMMU_EVENTQ_BASE",     "WA",       0, 0x4000_0000_0000_0000, "Q_BASE_RWA"),

        new("SMMU_EVENTQ_PROD",     "WR",       0, 0x0000_0000_000f_ffff, "IHI 0070 §6.3.95"),
        new("SMMU_EVENTQ_PROD",     "OVFLG",    0, 0x0000_0000_8000_0000, "Q_OVERFLOW_FLAG"),

        new("SMMU_EVENTQ_CONS",     "RD",       0, 0x0000_0000_000f_ffff, "IHI 0070 §6.3.96"),
        new("SMMU_EVENTQ_CONS",     "OVACKFLG", 0, 0x0000_0000_8000_0000, "Q_OVERFLOW_FLAG"),

        new("SMMU_EVENTQ_IRQ_CFG0", "ADDR",     0, 0x00ff_ffff_ffff_fffc, "IHI 0070 §6.3.30"),

        new("SMMU_EVENTQ_IRQ_CFG1", "DATA",     0, 0x0000_0000_ffff_ffff, "IHI 0070 §6.3.31"),

        new("SMMU_EVENTQ_IRQ_CFG2", "MemAttr",  0, 0x0000_0000_0000_000f, "MSI_CFG2_MEMATTR"),
        new("SMMU_EVENTQ_IRQ_CFG2", "SH",       0, 0x0000_0000_0000_0030, "MSI_CFG2_SH"),

        new("SMMU_PRIQ_BASE",       "LOG2SIZE", 0, 0x0000_0000_0000_001f, "Q_BASE_LOG2SIZE"),
        new("SMMU_PRIQ_BASE",       "ADDR",     0, 0x00ff_ffff_ffff_ffe0, "IHI 0070 §6.3.33"),
        new("SMMU_PRIQ_BASE",       "WA",       0, 0x4000_0000_0000_0000, "Q_BASE_RWA"),

        new("SMMU_PRIQ_PROD",       "WR",       0, 0x0000_0000_000f_ffff, "IHI 0070 §6.3.97"),
        new("SMMU_PRIQ_PROD",       "OVFLG",    0, 0x0000_0000_8000_0000, "Q_OVERFLOW_FLAG"),

        new("SMMU_PRIQ_CONS",       "RD",       0, 0x0000_0000_000f_ffff, "IHI 0070 §6.3.98"),
        new("SMMU_PRIQ_CONS",       "OVACKFLG", 0, 0x0000_0000_8000_0000, "Q_OVERFLOW_FLAG"),

        new("SMMU_PRIQ_IRQ_CFG0",   "ADDR",     0, 0x00ff_ffff_ffff_fffc, "IHI 0070 §6.3.34"),

        new("SMMU_PRIQ_IRQ_CFG1",   "DATA",     0, 0x0000_0000_ffff_ffff, "IHI 0070 §6.3.35"),

        new("SMMU_PRIQ_IRQ_CFG2",   "MemAttr",  0, 0x0000_0000_0000_000f, "MSI_CFG2_MEMATTR"),
        new("SMMU_PRIQ_IRQ_CFG2",   "SH",       0, 0x0000_0000_0000_0030, "MSI_CFG2_SH"),
        new("SMMU_PRIQ_IRQ_CFG2",   "LO",       0, 0x0000_0000_8000_0000, "IHI 0070 §6.3.36"),
    ];
}
