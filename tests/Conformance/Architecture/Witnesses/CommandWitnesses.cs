namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Commands other than TLB maintenance.</summary>
public static class CommandWitnesses
{
    /// <summary>One row per field.</summary>
    // csharpier-ignore
    public static IEnumerable<Witness> Rows { get; } =
    [
        new("CMD_PREFETCH_CONFIG", "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_PREFETCH_CONFIG", "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_PREFETCH_CONFIG", "SSV",         0, 0x0000_0000_0000_0800, "CMDQ_0_SSV"),
        new("CMD_PREFETCH_CONFIG", "SubstreamID", 0, 0x0000_0000_ffff_f000, "IHI 0070 §4.2.1 (figure)"),
        new("CMD_PREFETCH_CONFIG", "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_PREFETCH_0_SID"),

        new("CMD_PREFETCH_ADDR",   "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_PREFETCH_ADDR",   "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_PREFETCH_ADDR",   "SSV",         0, 0x0000_0000_0000_0800, "CMDQ_0_SSV"),
        new("CMD_PREFETCH_ADDR",   "SubstreamID", 0, 0x0000_0000_ffff_f000, "IHI 0070 §4.2.2 (figure)"),
        new("CMD_PREFETCH_ADDR",   "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_PREFETCH_0_SID"),
        new("CMD_PREFETCH_ADDR",   "Size",        1, 0x0000_0000_0000_001f, "CMDQ_PREFETCH_1_SIZE"),
        new("CMD_PREFETCH_ADDR",   "Stride",      1, 0x0000_0000_0000_03e0, "IHI 0070 §4.2.2 (figure)"),
        new("CMD_PREFETCH_ADDR",   "NS",          1, 0x0000_0000_0000_0400, "IHI 0070 §4.2.2 (figure)"),
        new("CMD_PREFETCH_ADDR",   "Address",     1, 0xffff_ffff_ffff_f000, "CMDQ_PREFETCH_1_ADDR_MASK"),

        new("CMD_CFGI_STE",        "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_CFGI_STE",        "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_CFGI_STE",        "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_CFGI_0_SID"),
        new("CMD_CFGI_STE",        "Leaf",        1, 0x0000_0000_0000_0001, "CMDQ_CFGI_1_LEAF"),

        new("CMD_CFGI_STE_RANGE",  "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_CFGI_STE_RANGE",  "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_CFGI_STE_RANGE",  "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_CFGI_0_SID"),
        new("CMD_CFGI_STE_RANGE",  "Range",       1, 0x0000_0000_0000_001f, "CMDQ_CFGI_1_RANGE"),

        new("CMD_CFGI_CD",         "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_CFGI_CD",         "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_CFGI_CD",         "SubstreamID", 0, 0x0000_0000_ffff_f000, "CMDQ_CFGI_0_SSID"),
        new("CMD_CFGI_CD",         "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_CFGI_0_SID"),
        new("CMD_CFGI_CD",         "Leaf",        1, 0x0000_0000_0000_0001, "CMDQ_CFGI_1_LEAF"),

        new("CMD_CFGI_CD_ALL",     "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_CFGI_CD_ALL",     "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_CFGI_CD_ALL",     "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_CFGI_0_SID"),

        new("CMD_CFGI_VMS_PIDM",   "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_CFGI_VMS_PIDM",   "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_CFGI_VMS_PIDM",   "VMID",        0, 0x0000_ffff_0000_0000, "IHI 0070 §4.3.5 (figure)"),

        new("CMD_ATC_INV",         "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_ATC_INV",         "Global",      0, 0x0000_0000_0000_0200, "CMDQ_ATC_0_GLOBAL"),
        new("CMD_ATC_INV",         "SSV",         0, 0x0000_0000_0000_0800, "CMDQ_0_SSV"),
        new("CMD_ATC_INV",         "SubstreamID", 0, 0x0000_0000_ffff_f000, "CMDQ_ATC_0_SSID"),
        new("CMD_ATC_INV",         "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_ATC_0_SID"),
        new("CMD_ATC_INV",         "Size",        1, 0x0000_0000_0000_003f, "CMDQ_ATC_1_SIZE"),
        new("CMD_ATC_INV",         "Address",     1, 0xffff_ffff_ffff_f000, "CMDQ_ATC_1_ADDR_MASK"),

        new("CMD_PRI_RESP",        "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_PRI_RESP",        "SSV",         0, 0x0000_0000_0000_0800, "CMDQ_0_SSV"),
        new("CMD_PRI_RESP",        "SubstreamID", 0, 0x0000_0000_ffff_f000, "CMDQ_PRI_0_SSID"),
        new("CMD_PRI_RESP",        "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_PRI_0_SID"),
        new("CMD_PRI_RESP",        "PRGIndex",    1, 0x0000_0000_0000_01ff, "CMDQ_PRI_1_GRPID"),
        new("CMD_PRI_RESP",        "Resp",        1, 0x0000_0000_0000_3000, "CMDQ_PRI_1_RESP"),

        new("CMD_DPTI_ALL",        "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),

        new("CMD_DPTI_PA",         "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_DPTI_PA",         "Leaf",        1, 0x0000_0000_0000_0001, "IHI 0070 §4.6.2 (figure)"),
        new("CMD_DPTI_PA",         "Address",     1, 0x00ff_ffff_ffff_f000, "IHI 0070 §4.6.2 (figure)"),

        new("CMD_RESUME",          "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_RESUME",          "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_RESUME",          "Ac",          0, 0x0000_0000_0000_1000, "CMDQ_RESUME_0_RESP_RETRY"),
        new("CMD_RESUME",          "Ab",          0, 0x0000_0000_0000_2000, "CMDQ_RESUME_0_RESP_ABORT"),
        new("CMD_RESUME",          "StreamID",    0, 0xffff_ffff_0000_0000, "CMDQ_RESUME_0_SID"),
        new("CMD_RESUME",          "STAG",        1, 0x0000_0000_0000_ffff, "CMDQ_RESUME_1_STAG"),

        new("CMD_STALL_TERM",      "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_STALL_TERM",      "SSec",        0, 0x0000_0000_0000_0400, "QEMU CMD_SSEC"),
        new("CMD_STALL_TERM",      "StreamID",    0, 0xffff_ffff_0000_0000, "QEMU CMD_SID"),

        new("CMD_SYNC",            "Opcode",      0, 0x0000_0000_0000_00ff, "CMDQ_0_OP"),
        new("CMD_SYNC",            "CS",          0, 0x0000_0000_0000_3000, "CMDQ_SYNC_0_CS"),
        new("CMD_SYNC",            "MSH",         0, 0x0000_0000_00c0_0000, "CMDQ_SYNC_0_MSH"),
        new("CMD_SYNC",            "MSIAttr",     0, 0x0000_0000_0f00_0000, "CMDQ_SYNC_0_MSIATTR"),
        new("CMD_SYNC",            "MSIData",     0, 0xffff_ffff_0000_0000, "CMDQ_SYNC_0_MSIDATA"),
        new("CMD_SYNC",            "MSIAddress",  1, 0x00ff_ffff_ffff_fffc, "IHI 0070 §4.7.3"),
    ];
}
