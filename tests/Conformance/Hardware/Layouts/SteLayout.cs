using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Where the fields of an STE are, and what their values mean. §5.2</summary>
public sealed class SteLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("ste.010", new Size("STE", 64)),
        new("cd.007", new Position("STE", "S1ContextPtr", 55, 6)),
        new("substream.015", new Reserved("STE", 58, 56), new Position("STE", "S1CDMax", 63, 59)),
        new("attributes.009",
            new Position("STE", "S1CIR", 67, 66),
            new Position("STE", "S1COR", 69, 68),
            new Position("STE", "S1CSH", 71, 70),
            new Encodings("STE", "S1CIR", SharedValues.Cacheability),
            new Encodings("STE", "S1COR", SharedValues.Cacheability),
            new Encodings("STE", "S1CSH", SharedValues.Shareability)),
        new("ste.017",
            new Position("STE", "S2HWU59", 72),
            new Position("STE", "S2HWU60", 73),
            new Position("STE", "S2HWU61", 74),
            new Position("STE", "S2HWU62", 75)),
        new("ste.018", new Position("STE", "DRE", 76), new Position("STE", "DCP", 81)),
        new("pri.007", new Position("STE", "PPAR", 82)),
        new("events.017", new Position("STE", "MEV", 83)),
        new("ste.020", new Position("STE", "S1PIE", 88)),
        new("ste.021", new Position("STE", "S1MPAM", 90)),
        new("stall.037", new Position("STE", "S1STALLD", 91)),
        new("ats.060",
            new Position("STE", "EATS", 93, 92),
            new Encodings("STE", "EATS", (0b00, "Disabled"), (0b01, "Full"), (0b10, "SplitStage"), (0b11, "FullWithDpt"))),
        new("attributes.010",
            new Position("STE", "MemAttr", 99, 96),
            new Position("STE", "MTCFG", 100),
            new Encodings("STE", "MemAttr", SharedValues.MemAttr)),
        new("attributes.011", new Position("STE", "ALLOCCFG", 104, 101), new Reserved("STE", 107, 105)),
        new("attributes.012",
            new Position("STE", "SHCFG", 109, 108),
            new Encodings("STE", "SHCFG", (0b00, "NonShareable"), (0b01, "Incoming"), (0b10, "Outer"), (0b11, "Inner"))),
        new("attributes.014",
            new Position("STE", "PRIVCFG", 113, 112),
            new Encodings("STE", "PRIVCFG", (0b00, "Incoming"), (0b10, "Unprivileged"), (0b11, "Privileged"))),
        new("attributes.015",
            new Position("STE", "INSTCFG", 115, 114),
            new Encodings("STE", "INSTCFG", (0b00, "Incoming"), (0b10, "Data"), (0b11, "Instruction"))),

        // The manual calls three runs of bits IMPLEMENTATION DEFINED; the numbers in their names are ours.
        new("ste.025", new Position("STE", "IMPDEF1", 127, 116)),
        new("vmid.009", new Position("STE", "S2VMID", 143, 128)),
        new("stage2.011",
            new Position("STE", "S2IR0", 169, 168),
            new Position("STE", "S2OR0", 171, 170),
            new Position("STE", "S2SH0", 173, 172),
            new Encodings("STE", "S2IR0", SharedValues.Cacheability),
            new Encodings("STE", "S2OR0", SharedValues.Cacheability),
            new Encodings("STE", "S2SH0", SharedValues.Shareability)),
        new("httu.019", new Position("STE", "S2HD", 183), new Position("STE", "S2HA", 184)),
        new("stall.039", new Position("STE", "S2S", 185), new Position("STE", "S2R", 186)),
        new("httu.020", new Position("STE", "S2HAFT", 187)),
        new("ste.027",
            new Position("STE", "DPT_VMATCH", 191, 190),
            new Encodings("STE", "DPT_VMATCH", (0b00, "MatchOrAc2"), (0b01, "MatchOrAc1"), (0b10, "Any"))),

        // What only other Security states have is no field of the entry of a Non-secure table.
        new("ste.028",
            new Reserved("STE", 192), new Reserved("STE", 193),     // S2NSW, S2NSA
            new Reserved("STE", 293, 288),                          // S_S2T0SZ
            new Reserved("STE", 295, 294),                          // S_S2SL0
            new Reserved("STE", 303, 302),                          // S_S2TG
            new Reserved("STE", 384), new Reserved("STE", 385),     // S2SW, S2SA
            new Reserved("STE", 386),                               // S_S2SL0_2
            new Reserved("STE", 439, 388),                          // S_S2TTB
            new Reserved("STE", 446, 445)),                         // S_S2SKL
        new("stage2.021",
            new Reserved("STE", 252, 248),
            new Position("STE", "S2SKL", 254, 253),
            new Reserved("STE", 255),
            new Position("STE", "IMPDEF3", 271, 256)),
        new("ste.030",
            new Position("STE", "PARTID", 287, 272),
            new Reserved("STE", 319, 304),                          // MECID, of Realm entries
            new Position("STE", "PMG", 327, 320),
            new Reserved("STE", 328)),                              // MPAM_NS, of Secure and Realm entries
        new("ste.031",
            new Position("STE", "AssuredOnly", 329),
            new Position("STE", "TL0", 330),
            new Position("STE", "TL1", 331)),
        new("ste.032", new Position("STE", "VMSPtr", 375, 332), new Reserved("STE", 383, 376)),

        // S2POI<p> is [4p+451:4p+448]: the sixteen fields side by side, 0 lowest, are this one.
        new("ste.033", new Position("STE", "S2POI", 511, 448)),
    ];

    /// <summary>§5.2</summary>
    [Case(
        "hw.ste.layout",
        Level.Architecture,
        "ste.010",
        "ste.017",
        "ste.018",
        "ste.020",
        "ste.021",
        "ste.025",
        "ste.027",
        "ste.028",
        "ste.030",
        "ste.031",
        "ste.032",
        "ste.033",
        "cd.007",
        "substream.015",
        "attributes.009",
        "attributes.010",
        "attributes.011",
        "attributes.012",
        "attributes.014",
        "attributes.015",
        "stage2.011",
        "stage2.021",
        "httu.019",
        "httu.020",
        "vmid.009",
        "events.017",
        "stall.037",
        "stall.039",
        "ats.060",
        "pri.007"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_fields_of_an_STE_are_where_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
