using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Single fields of ID registers, by the rules of the areas that they open. §6.3.1, §6.3.2, §6.3.4, §6.3.6</summary>
public sealed class FeatureLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("asid.018", new Position("SMMU_IDR0", "ASID16", 12)),
        new("msi.014", new Position("SMMU_IDR0", "MSI", 13)),
        new("commands.039", new Position("SMMU_IDR0", "SEV", 14)),
        new("vmid.017", new Position("SMMU_IDR0", "VMW", 17)),
        new("vmid.018", new Position("SMMU_IDR0", "VMID16", 18)),
        new("events.022", new Position("SMMU_IDR0", "ATSRECERR", 23)),
        new("stall.047",
            new Position("SMMU_IDR0", "STALL_MODEL", 25, 24),
            new Encodings("SMMU_IDR0", "STALL_MODEL", (0b00, "StallAndTerminate"), (0b01, "TerminateOnly"), (0b10, "StallOnly"))),
        new("faults.019", new Position("SMMU_IDR0", "TERM_MODEL", 26)),
        new("stream-table.021",
            new Position("SMMU_IDR0", "ST_LEVEL", 28, 27),
            new Encodings("SMMU_IDR0", "ST_LEVEL", (0b00, "Linear"), (0b01, "TwoLevel"))),

        new("stream-table.022", new Position("SMMU_IDR1", "SIDSIZE", 5, 0)),
        new("substream.025", new Position("SMMU_IDR1", "SSIDSIZE", 10, 6)),
        new("queues.023", new Position("SMMU_IDR1", "PRIQS", 15, 11)),
        new("queues.024", new Position("SMMU_IDR1", "EVENTQS", 20, 16)),
        new("queues.025", new Position("SMMU_IDR1", "CMDQS", 25, 21)),
        new("attributes.019", new Position("SMMU_IDR1", "ATTR_PERMS_OVR", 26)),
        new("attributes.020", new Position("SMMU_IDR1", "ATTR_TYPES_OVR", 27)),

        new("stage1.017", new Position("SMMU_IDR3", "HAD", 2)),
        new("stage2.022", new Position("SMMU_IDR3", "XNX", 4)),
        new("stage2.023", new Position("SMMU_IDR3", "XNX", 4)),
        new("pri.011", new Position("SMMU_IDR3", "PPS", 5)),
        new("s2fwb.005", new Position("SMMU_IDR3", "FWB", 8)),
        new("stage1.018", new Position("SMMU_IDR3", "STT", 9)),
        new("tlb.062", new Position("SMMU_IDR3", "RIL", 10)),
        new("tlb.063",
            new Position("SMMU_IDR3", "BBML", 12, 11),
            new Encodings("SMMU_IDR3", "BBML", (0b00, "Level0"), (0b01, "Level1"), (0b10, "Level2"))),
        new("stage1.019", new Position("SMMU_IDR3", "E0PD", 13)),
        new("nested.012", new Position("SMMU_IDR3", "PTWNNC", 14)),
        new("ats.071", new Position("SMMU_IDR3", "DPT", 15)),
        new("ats.072", new Position("SMMU_IDR3", "PASIDTT", 16)),
        new("stage1.020", new Position("SMMU_IDR3", "EPAN", 17)),

        new("stall.050", new Position("SMMU_IDR5", "STALL_MAX", 31, 16)),
    ];

    /// <summary>§6.3.1, §6.3.2, §6.3.4, §6.3.6</summary>
    [Case(
        "hw.profiles.feature-layout",
        Level.Architecture,
        "asid.018",
        "msi.014",
        "commands.039",
        "vmid.017",
        "vmid.018",
        "events.022",
        "stall.047",
        "stall.050",
        "faults.019",
        "stream-table.021",
        "stream-table.022",
        "substream.025",
        "queues.023",
        "queues.024",
        "queues.025",
        "attributes.019",
        "attributes.020",
        "stage1.017",
        "stage1.018",
        "stage1.019",
        "stage1.020",
        "stage2.022",
        "stage2.023",
        "nested.012",
        "s2fwb.005",
        "tlb.062",
        "tlb.063",
        "ats.071",
        "ats.072",
        "pri.011"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void A_feature_is_told_where_the_manual_prints_it(Profile profile, LayoutRule rule) =>
        rule.AssertHolds();
}
