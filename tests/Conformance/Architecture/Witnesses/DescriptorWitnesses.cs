namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>VMSAv8-64 translation table descriptors, and the bits that carry an address for each granule.</summary>
public static class DescriptorWitnesses
{
    /// <summary>One row per field.</summary>
    // csharpier-ignore
    public static IEnumerable<Witness> Rows { get; } =
    [
        new("TTD_S1_TABLE", "Valid",                  0, 0x0000_0000_0000_0001, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "Type",                   0, 0x0000_0000_0000_0002, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "AF",                     0, 0x0000_0000_0000_0400, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "Protected",              0, 0x0010_0000_0000_0000, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "PXNTable",               0, 0x0800_0000_0000_0000, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "UXNTable",               0, 0x1000_0000_0000_0000, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "APTable",                0, 0x6000_0000_0000_0000, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "NSTable",                0, 0x8000_0000_0000_0000, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "NextLevelTable4K",       0, 0x0000_ffff_ffff_f000, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "NextLevelTableDS_49_48", 0, 0x0003_0000_0000_0000, "Arm ARM D8.3.1.1"),
        new("TTD_S1_TABLE", "NextLevelTableDS_51_50", 0, 0x0000_0000_0000_0300, "Arm ARM D8.3.1.1"),

        new("TTD_S1_LEAF",  "Valid",                  0, 0x0000_0000_0000_0001, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "Type",                   0, 0x0000_0000_0000_0002, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "AttrIndx",               0, 0x0000_0000_0000_001c, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "NS",                     0, 0x0000_0000_0000_0020, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "AP",                     0, 0x0000_0000_0000_00c0, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "SH",                     0, 0x0000_0000_0000_0300, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "AF",                     0, 0x0000_0000_0000_0400, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "nG",                     0, 0x0000_0000_0000_0800, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "GP",                     0, 0x0004_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "DBM",                    0, 0x0008_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "Contiguous",             0, 0x0010_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "PXN",                    0, 0x0020_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "UXN",                    0, 0x0040_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "Software",               0, 0x0780_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "PBHA",                   0, 0x7800_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "OutputAddress4K",        0, 0x0000_ffff_ffff_f000, "Arm ARM D8.3.1.2"),
        new("TTD_S1_LEAF",  "OutputAddressDS_49_48",  0, 0x0003_0000_0000_0000, "Arm ARM D8.3.1.2"),

        new("TTD_S2_TABLE", "Valid",                  0, 0x0000_0000_0000_0001, "Arm ARM D8.3.1.1"),
        new("TTD_S2_TABLE", "Type",                   0, 0x0000_0000_0000_0002, "Arm ARM D8.3.1.1"),
        new("TTD_S2_TABLE", "AF",                     0, 0x0000_0000_0000_0400, "Arm ARM D8.3.1.1"),
        new("TTD_S2_TABLE", "NextLevelTable4K",       0, 0x0000_ffff_ffff_f000, "Arm ARM D8.3.1.1"),
        new("TTD_S2_TABLE", "NextLevelTableDS_49_48", 0, 0x0003_0000_0000_0000, "Arm ARM D8.3.1.1"),
        new("TTD_S2_TABLE", "NextLevelTableDS_51_50", 0, 0x0000_0000_0000_0300, "Arm ARM D8.3.1.1"),

        new("TTD_S2_LEAF",  "Valid",                  0, 0x0000_0000_0000_0001, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "Type",                   0, 0x0000_0000_0000_0002, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "MemAttr",                0, 0x0000_0000_0000_003c, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "S2AP",                   0, 0x0000_0000_0000_00c0, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "SH",                     0, 0x0000_0000_0000_0300, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "AF",                     0, 0x0000_0000_0000_0400, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "FnXS",                   0, 0x0000_0000_0000_0800, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "DBM",                    0, 0x0008_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "Contiguous",             0, 0x0010_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "XN",                     0, 0x0060_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "NS",                     0, 0x0080_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "Software",               0, 0x0300_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "AssuredOnly",            0, 0x0400_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "PBHA",                   0, 0x7800_0000_0000_0000, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "OutputAddress4K",        0, 0x0000_ffff_ffff_f000, "Arm ARM D8.3.1.2"),
        new("TTD_S2_LEAF",  "OutputAddressDS_49_48",  0, 0x0003_0000_0000_0000, "Arm ARM D8.3.1.2"),
    ];
}
