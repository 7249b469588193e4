namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Fields that the manual gives the encoding of another field, by a sentence or by an identical table.</summary>
public static class SharedEncodings
{
    /// <summary>One row per field that borrows its encoding.</summary>
    // csharpier-ignore
    public static IEnumerable<Borrowed> Rows { get; } =
    [
        new("STE",                  "S1COR",   "STE",            "S1CIR",   "IHI 0070 §5.2"),
        new("STE",                  "S2OR0",   "STE",            "S2IR0",   "IHI 0070 §5.2"),
        new("CD",                   "OR0",     "CD",             "IR0",     "IHI 0070 §5.4"),
        new("CD",                   "IR1",     "CD",             "IR0",     "IHI 0070 §5.4"),
        new("CD",                   "OR1",     "CD",             "IR0",     "IHI 0070 §5.4"),
        new("CD",                   "SH1",     "CD",             "SH0",     "IHI 0070 §5.4"),
        new("CMD_SYNC",             "MSIAttr", "STE",            "MemAttr", "IHI 0070 §4.7.3"),
        new("CMD_TLBI_NH_VAA",      "TG",      "CMD_TLBI_NH_VA", "TG",      "IHI 0070 §4.4.1.1"),
        new("CMD_TLBI_EL2_VA",      "TG",      "CMD_TLBI_NH_VA", "TG",      "IHI 0070 §4.4.1.1"),
        new("CMD_TLBI_EL2_VAA",     "TG",      "CMD_TLBI_NH_VA", "TG",      "IHI 0070 §4.4.1.1"),
        new("CMD_TLBI_S2_IPA",      "TG",      "CMD_TLBI_NH_VA", "TG",      "IHI 0070 §4.4.1.1"),
        new("F_WALK_EABT",          "CLASS",   "F_TRANSLATION",  "CLASS",   "IHI 0070 §7.3"),
        new("F_ADDR_SIZE",          "CLASS",   "F_TRANSLATION",  "CLASS",   "IHI 0070 §7.3"),
        new("F_ACCESS",             "CLASS",   "F_TRANSLATION",  "CLASS",   "IHI 0070 §7.3"),
        new("F_PERMISSION",         "CLASS",   "F_TRANSLATION",  "CLASS",   "IHI 0070 §7.3"),
        new("SMMU_CR0ACK",          "VMW",     "SMMU_CR0",       "VMW",     "IHI 0070 §6.3.10"),
        new("SMMU_GBPA",            "MemAttr", "STE",            "MemAttr", "IHI 0070 §6.3.14"),
        new("SMMU_GERROR_IRQ_CFG2", "MemAttr", "STE",            "MemAttr", "IHI 0070 §6.3.23"),
        new("SMMU_EVENTQ_IRQ_CFG2", "MemAttr", "STE",            "MemAttr", "IHI 0070 §6.3.32"),
        new("SMMU_PRIQ_IRQ_CFG2",   "MemAttr", "STE",            "MemAttr", "IHI 0070 §6.3.36"),
        .. Enumerable.Range(1, 15).Select(p => new Borrowed("SMMU_S2PII", $"S2PII{p}", "SMMU_S2PII", "S2PII0", "IHI 0070 §6.3.17")),
    ];

    /// <summary>One field, and the field whose encoding it has.</summary>
    public sealed record Borrowed(
        string Structure,
        string Field,
        string FromStructure,
        string FromField,
        string SeenIn
    );
}
