namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Interrupt control and global errors.</summary>
public static class ErrorRegisterWitnesses
{
    /// <summary>One row per field.</summary>
    // csharpier-ignore
    public static IEnumerable<Witness> Rows { get; } =
    [
        new("SMMU_IRQ_CTRL",        "GERROR_IRQEN",       0, 0x0000_0000_0000_0001, "IRQ_CTRL_GERROR_IRQEN"),
        new("SMMU_IRQ_CTRL",        "PRIQ_IRQEN",         0, 0x0000_0000_0000_0002, "IRQ_CTRL_PRIQ_IRQEN"),
        new("SMMU_IRQ_CTRL",        "EVENTQ_IRQEN",       0, 0x0000_0000_0000_0004, "IRQ_CTRL_EVTQ_IRQEN"),

        new("SMMU_IRQ_CTRLACK",     "GERROR_IRQEN",       0, 0x0000_0000_0000_0001, "IHI 0070 §6.3.18"),
        new("SMMU_IRQ_CTRLACK",     "PRIQ_IRQEN",         0, 0x0000_0000_0000_0002, "IHI 0070 §6.3.18"),
        new("SMMU_IRQ_CTRLACK",     "EVENTQ_IRQEN",       0, 0x0000_0000_0000_0004, "IHI 0070 §6.3.18"),

        new("SMMU_GERROR",          "CMDQ_ERR",           0, 0x0000_0000_0000_0001, "GERROR_CMDQ_ERR"),
        new("SMMU_GERROR",          "EVENTQ_ABT_ERR",     0, 0x0000_0000_0000_0004, "GERROR_EVTQ_ABT_ERR"),
        new("SMMU_GERROR",          "PRIQ_ABT_ERR",       0, 0x0000_0000_0000_0008, "GERROR_PRIQ_ABT_ERR"),
        new("SMMU_GERROR",          "MSI_CMDQ_ABT_ERR",   0, 0x0000_0000_0000_0010, "GERROR_MSI_CMDQ_ABT_ERR"),
        new("SMMU_GERROR",          "MSI_EVENTQ_ABT_ERR", 0, 0x0000_0000_0000_0020, "GERROR_MSI_EVTQ_ABT_ERR"),
        new("SMMU_GERROR",          "MSI_PRIQ_ABT_ERR",   0, 0x0000_0000_0000_0040, "GERROR_MSI_PRIQ_ABT_ERR"),
        new("SMMU_GERROR",          "MSI_GERROR_ABT_ERR", 0, 0x0000_0000_0000_0080, "GERROR_MSI_GERROR_ABT_ERR"),
        new("SMMU_GERROR",          "SFM_ERR",            0, 0x0000_0000_0000_0100, "GERROR_SFM_ERR"),
        new("SMMU_GERROR",          "CMDQP_ERR",          0, 0x0000_0000_0000_0200, "IHI 0070 §6.3.19"),
        new("SMMU_GERROR",          "DPT_ERR",            0, 0x0000_0000_0000_0400, "IHI 0070 §6.3.19"),

        new("SMMU_GERRORN",         "CMDQ_ERR",           0, 0x0000_0000_0000_0001, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "EVENTQ_ABT_ERR",     0, 0x0000_0000_0000_0004, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "PRIQ_ABT_ERR",       0, 0x0000_0000_0000_0008, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "MSI_CMDQ_ABT_ERR",   0, 0x0000_0000_0000_0010, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "MSI_EVENTQ_ABT_ERR", 0, 0x0000_0000_0000_0020, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "MSI_PRIQ_ABT_ERR",   0, 0x0000_0000_0000_0040, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "MSI_GERROR_ABT_ERR", 0, 0x0000_0000_0000_0080, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "SFM_ERR",            0, 0x0000_0000_0000_0100, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "CMDQP_ERR",          0, 0x0000_0000_0000_0200, "IHI 0070 §6.3.20"),
        new("SMMU_GERRORN",         "DPT_ERR",            0, 0x0000_0000_0000_0400, "IHI 0070 §6.3.20"),

        new("SMMU_GERROR_IRQ_CFG0", "ADDR",               0, 0x00ff_ffff_ffff_fffc, "IHI 0070 §6.3.21"),

        new("SMMU_GERROR_IRQ_CFG1", "DATA",               0, 0x0000_0000_ffff_ffff, "IHI 0070 §6.3.22"),

        new("SMMU_GERROR_IRQ_CFG2", "MemAttr",            0, 0x0000_0000_0000_000f, "MSI_CFG2_MEMATTR"),
        new("SMMU_GERROR_IRQ_CFG2", "SH",                 0, 0x0000_0000_0000_0030, "MSI_CFG2_SH"),
    ];
}
