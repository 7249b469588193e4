namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Registers of the address translation operations (GATOS, VATOS selection).</summary>
public static class AddressTranslationRegisterWitnesses
{
    /// <summary>One row per field.</summary>
    // csharpier-ignore
    public static IEnumerable<Witness> Rows { get; } =
    [
        new("SMMU_GATOS_CTRL",      "RUN",                   0, 0x0000_0000_0000_0001, "IHI 0070 §6.3.37"),

        new("SMMU_GATOS_SID",       "STREAMID",              0, 0x0000_0000_ffff_ffff, "IHI 0070 §6.3.38"),
        new("SMMU_GATOS_SID",       "SUBSTREAMID",           0, 0x000f_ffff_0000_0000, "IHI 0070 §6.3.38"),
        new("SMMU_GATOS_SID",       "SSID_VALID",            0, 0x0010_0000_0000_0000, "IHI 0070 §6.3.38"),

        new("SMMU_GATOS_ADDR",      "HTTUI",                 0, 0x0000_0000_0000_0040, "IHI 0070 §6.3.39"),
        new("SMMU_GATOS_ADDR",      "InD",                   0, 0x0000_0000_0000_0080, "IHI 0070 §6.3.39"),
        new("SMMU_GATOS_ADDR",      "RnW",                   0, 0x0000_0000_0000_0100, "IHI 0070 §6.3.39"),
        new("SMMU_GATOS_ADDR",      "PnU",                   0, 0x0000_0000_0000_0200, "IHI 0070 §6.3.39"),
        new("SMMU_GATOS_ADDR",      "TYPE",                  0, 0x0000_0000_0000_0c00, "IHI 0070 §6.3.39"),
        new("SMMU_GATOS_ADDR",      "ADDR",                  0, 0xffff_ffff_ffff_f000, "IHI 0070 §6.3.39"),

        new("SMMU_GATOS_PAR",       "FAULT",                 0, 0x0000_0000_0000_0001, "IHI 0070 §6.3.40"),
        new("SMMU_GATOS_PAR",       "SH",                    0, 0x0000_0000_0000_0300, "IHI 0070 §6.3.40"),
        new("SMMU_GATOS_PAR",       "Size",                  0, 0x0000_0000_0000_0800, "IHI 0070 §6.3.40"),
        new("SMMU_GATOS_PAR",       "ADDR",                  0, 0x00ff_ffff_ffff_f000, "IHI 0070 §6.3.40"),
        new("SMMU_GATOS_PAR",       "ATTR",                  0, 0xff00_0000_0000_0000, "IHI 0070 §6.3.40"),

        new("SMMU_GATOS_PAR fault", "FAULT",                 0, 0x0000_0000_0000_0001, "IHI 0070 §6.3.40"),
        new("SMMU_GATOS_PAR fault", "REASON",                0, 0x0000_0000_0000_0006, "IHI 0070 §6.3.40"),
        new("SMMU_GATOS_PAR fault", "FAULTCODE",             0, 0x0000_0000_0000_0ff0, "IHI 0070 §6.3.40"),
        new("SMMU_GATOS_PAR fault", "FADDR",                 0, 0x00ff_ffff_ffff_f000, "IHI 0070 §6.3.40"),
        new("SMMU_GATOS_PAR fault", "ImplementationDefined", 0, 0xf000_0000_0000_0000, "IHI 0070 §6.3.40"),

        new("SMMU_VATOS_SEL",       "VMID",                  0, 0x0000_0000_0000_ffff, "IHI 0070 §6.3.44"),
    ];
}
