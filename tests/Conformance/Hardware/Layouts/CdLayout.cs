using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Where the fields of a CD and of an L1CD are. §5.3, §5.4</summary>
public sealed class CdLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("substream.020",
            new Size("L1CD", 8),
            new Position("L1CD", "V", 0),
            new Reserved("L1CD", 11, 1),
            new Position("L1CD", "L2Ptr", 55, 12),
            new Reserved("L1CD", 63, 56)),

        new("httu.021", new Position("CD", "HD", 42), new Position("CD", "HA", 43)),
        new("faults.013", new Position("CD", "S", 44), new Position("CD", "R", 45), new Position("CD", "A", 46)),
        new("asid.014", new Position("CD", "ASET", 47)),
        new("asid.015", new Position("CD", "ASID", 63, 48)),

        // Without D128 TTB0[55:52] and TTB1[55:52], in [119:116] and [183:180], are RES0.
        new("cd.029",
            new Position("CD", "NSCFG0", 64),
            new Position("CD", "HAD0", 65),
            new Position("CD", "E0PD0", 66),
            new Position("CD", "HAFT", 67),
            new Position("CD", "TTB0", 119, 68),
            new Reserved("CD", 121, 120),
            new Position("CD", "PnCH", 122),
            new Position("CD", "EPAN", 123),
            new Position("CD", "HWU059", 124),
            new Position("CD", "HWU060", 125),
            new Position("CD", "HWU061", 126),
            new Position("CD", "HWU062", 127)),
        new("cd.033", new Position("CD", "PnCH", 122), new Position("CD", "EPAN", 123)),
        new("httu.022", new Position("CD", "HAFT", 67)),
        new("cd.035",
            new Position("CD", "NSCFG1", 128),
            new Position("CD", "HAD1", 129),
            new Position("CD", "E0PD1", 130),
            new Position("CD", "AIE", 131),
            new Position("CD", "TTB1", 183, 132),
            new Reserved("CD", 185, 184),
            new Position("CD", "DS", 186),
            new Position("CD", "PIE", 187),
            new Position("CD", "HWU159", 188),
            new Position("CD", "HWU160", 189),
            new Position("CD", "HWU161", 190),
            new Position("CD", "HWU162", 191)),
        new("attributes.016", new Position("CD", "MAIR0", 223, 192), new Position("CD", "MAIR1", 255, 224)),
        new("cd.039",
            new Position("CD", "AMAIR0", 287, 256),
            new Position("CD", "AMAIR1", 319, 288),
            new Position("CD", "IMPDEF", 351, 320),
            new Position("CD", "PARTID", 367, 352),
            new Position("CD", "PMG", 375, 368),
            new Reserved("CD", 383, 376),
            new Reserved("CD", 447, 432),
            new Reserved("CD", 511, 496)),
    ];

    /// <summary>§5.3, §5.4</summary>
    [Case(
        "hw.cd.layout",
        Level.Architecture,
        "cd.029",
        "cd.033",
        "cd.035",
        "cd.039",
        "substream.020",
        "attributes.016",
        "httu.021",
        "httu.022",
        "asid.014",
        "asid.015",
        "faults.013"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_fields_of_a_CD_are_where_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
