namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>TLB maintenance commands of the Non-secure Command queue.</summary>
public static class TlbInvalidationWitnesses
{
    /// <summary>One row per field.</summary>
    // csharpier-ignore
    public static IEnumerable<Witness> Rows { get; } =
    [
        new("CMD_TLBI_NH_ALL",    "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_NH_ALL",    "VMID",    0, 0x0000_ffff_0000_0000, "CMDQ_TLBI_0_VMID"),

        new("CMD_TLBI_NH_ASID",   "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_NH_ASID",   "VMID",    0, 0x0000_ffff_0000_0000, "CMDQ_TLBI_0_VMID"),
        new("CMD_TLBI_NH_ASID",   "ASID",    0, 0xffff_0000_0000_0000, "CMDQ_TLBI_0_ASID"),

        new("CMD_TLBI_NH_VA",     "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_NH_VA",     "NUM",     0, 0x0000_0000_0001_f000, "CMDQ_TLBI_0_NUM"),
        new("CMD_TLBI_NH_VA",     "SCALE",   0, 0x0000_0000_03f0_0000, "CMDQ_TLBI_0_SCALE"),
        new("CMD_TLBI_NH_VA",     "VMID",    0, 0x0000_ffff_0000_0000, "CMDQ_TLBI_0_VMID"),
        new("CMD_TLBI_NH_VA",     "ASID",    0, 0xffff_0000_0000_0000, "CMDQ_TLBI_0_ASID"),
        new("CMD_TLBI_NH_VA",     "Leaf",    1, 0x0000_0000_0000_0001, "CMDQ_TLBI_1_LEAF"),
        new("CMD_TLBI_NH_VA",     "TTL128",  1, 0x0000_0000_0000_0080, "IHI 0070 §4.4.2.4"),
        new("CMD_TLBI_NH_VA",     "TTL",     1, 0x0000_0000_0000_0300, "CMDQ_TLBI_1_TTL"),
        new("CMD_TLBI_NH_VA",     "TG",      1, 0x0000_0000_0000_0c00, "CMDQ_TLBI_1_TG"),
        new("CMD_TLBI_NH_VA",     "Address", 1, 0xffff_ffff_ffff_f000, "CMDQ_TLBI_1_VA_MASK"),

        new("CMD_TLBI_NH_VAA",    "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_NH_VAA",    "NUM",     0, 0x0000_0000_0001_f000, "CMDQ_TLBI_0_NUM"),
        new("CMD_TLBI_NH_VAA",    "SCALE",   0, 0x0000_0000_03f0_0000, "CMDQ_TLBI_0_SCALE"),
        new("CMD_TLBI_NH_VAA",    "VMID",    0, 0x0000_ffff_0000_0000, "CMDQ_TLBI_0_VMID"),
        new("CMD_TLBI_NH_VAA",    "Leaf",    1, 0x0000_0000_0000_0001, "CMDQ_TLBI_1_LEAF"),
        new("CMD_TLBI_NH_VAA",    "TTL128",  1, 0x0000_0000_0000_0080, "IHI 0070 §4.4.2.3"),
        new("CMD_TLBI_NH_VAA",    "TTL",     1, 0x0000_0000_0000_0300, "CMDQ_TLBI_1_TTL"),
        new("CMD_TLBI_NH_VAA",    "TG",      1, 0x0000_0000_0000_0c00, "CMDQ_TLBI_1_TG"),
        new("CMD_TLBI_NH_VAA",    "Address", 1, 0xffff_ffff_ffff_f000, "CMDQ_TLBI_1_VA_MASK"),

        new("CMD_TLBI_EL2_ALL",   "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),

        new("CMD_TLBI_EL2_VA",    "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_EL2_VA",    "NUM",     0, 0x0000_0000_0001_f000, "CMDQ_TLBI_0_NUM"),
        new("CMD_TLBI_EL2_VA",    "SCALE",   0, 0x0000_0000_03f0_0000, "CMDQ_TLBI_0_SCALE"),
        new("CMD_TLBI_EL2_VA",    "ASID",    0, 0xffff_0000_0000_0000, "CMDQ_TLBI_0_ASID"),
        new("CMD_TLBI_EL2_VA",    "Leaf",    1, 0x0000_0000_0000_0001, "CMDQ_TLBI_1_LEAF"),
        new("CMD_TLBI_EL2_VA",    "TTL128",  1, 0x0000_0000_0000_0080, "IHI 0070 §4.4.2.8"),
        new("CMD_TLBI_EL2_VA",    "TTL",     1, 0x0000_0000_0000_0300, "CMDQ_TLBI_1_TTL"),
        new("CMD_TLBI_EL2_VA",    "TG",      1, 0x0000_0000_0000_0c00, "CMDQ_TLBI_1_TG"),
        new("CMD_TLBI_EL2_VA",    "Address", 1, 0xffff_ffff_ffff_f000, "CMDQ_TLBI_1_VA_MASK"),

        new("CMD_TLBI_EL2_VAA",   "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_EL2_VAA",   "NUM",     0, 0x0000_0000_0001_f000, "CMDQ_TLBI_0_NUM"),
        new("CMD_TLBI_EL2_VAA",   "SCALE",   0, 0x0000_0000_03f0_0000, "CMDQ_TLBI_0_SCALE"),
        new("CMD_TLBI_EL2_VAA",   "Leaf",    1, 0x0000_0000_0000_0001, "CMDQ_TLBI_1_LEAF"),
        new("CMD_TLBI_EL2_VAA",   "TTL128",  1, 0x0000_0000_0000_0080, "IHI 0070 §4.4.2.9"),
        new("CMD_TLBI_EL2_VAA",   "TTL",     1, 0x0000_0000_0000_0300, "CMDQ_TLBI_1_TTL"),
        new("CMD_TLBI_EL2_VAA",   "TG",      1, 0x0000_0000_0000_0c00, "CMDQ_TLBI_1_TG"),
        new("CMD_TLBI_EL2_VAA",   "Address", 1, 0xffff_ffff_ffff_f000, "CMDQ_TLBI_1_VA_MASK"),

        new("CMD_TLBI_EL2_ASID",  "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_EL2_ASID",  "ASID",    0, 0xffff_0000_0000_0000, "CMDQ_TLBI_0_ASID"),

        new("CMD_TLBI_S2_IPA",    "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_S2_IPA",    "NUM",     0, 0x0000_0000_0001_f000, "CMDQ_TLBI_0_NUM"),
        new("CMD_TLBI_S2_IPA",    "SCALE",   0, 0x0000_0000_03f0_0000, "CMDQ_TLBI_0_SCALE"),
        new("CMD_TLBI_S2_IPA",    "VMID",    0, 0x0000_ffff_0000_0000, "CMDQ_TLBI_0_VMID"),
        new("CMD_TLBI_S2_IPA",    "Leaf",    1, 0x0000_0000_0000_0001, "CMDQ_TLBI_1_LEAF"),
        new("CMD_TLBI_S2_IPA",    "TTL128",  1, 0x0000_0000_0000_0080, "IHI 0070 §4.4.3.1"),
        new("CMD_TLBI_S2_IPA",    "TTL",     1, 0x0000_0000_0000_0300, "CMDQ_TLBI_1_TTL"),
        new("CMD_TLBI_S2_IPA",    "TG",      1, 0x0000_0000_0000_0c00, "CMDQ_TLBI_1_TG"),
        new("CMD_TLBI_S2_IPA",    "Address", 1, 0x00ff_ffff_ffff_f000, "IHI 0070 §4.4.3.1"),

        new("CMD_TLBI_S12_VMALL", "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_TLBI_S12_VMALL", "VMID",    0, 0x0000_ffff_0000_0000, "CMDQ_TLBI_0_VMID"),

        new("CMD_TLBI_NSNH_ALL",  "Opcode",  0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
    ];
}
