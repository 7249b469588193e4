using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>The level 1 descriptor of a Stream table, and the registers that say where the table is. §5.1, §6.3.24, §6.3.25</summary>
public sealed class StreamTableLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("stream-table.013",
            new Size("L1STD", 8),
            new Position("L1STD", "Span", 4, 0),
            new Reserved("L1STD", 5),
            new Position("L1STD", "L2Ptr", 55, 6),
            new Reserved("L1STD", 63, 56)),
        new("stream-table.024",
            new Location("SMMU_STRTAB_BASE", 0x0080, 64, Access.ReadWrite),
            new Position("SMMU_STRTAB_BASE", "ADDR", 55, 6),
            new Position("SMMU_STRTAB_BASE", "RA", 62),
            new NothingBut("SMMU_STRTAB_BASE", "ADDR", "RA"),
            new Reset("SMMU_STRTAB_BASE", Unknown: 0x40ff_ffff_ffff_ffc0)),
        new("stream-table.028",
            new Location("SMMU_STRTAB_BASE_CFG", 0x0088, 32, Access.ReadWrite),
            new Position("SMMU_STRTAB_BASE_CFG", "LOG2SIZE", 5, 0),
            new Position("SMMU_STRTAB_BASE_CFG", "SPLIT", 10, 6),
            new Position("SMMU_STRTAB_BASE_CFG", "FMT", 17, 16),
            new NothingBut("SMMU_STRTAB_BASE_CFG", "LOG2SIZE", "SPLIT", "FMT"),
            new Encodings("SMMU_STRTAB_BASE_CFG", "FMT", (0b00, "Linear"), (0b01, "TwoLevel")),
            new Reset("SMMU_STRTAB_BASE_CFG", Unknown: 0x3_07ff)),
    ];

    /// <summary>§5.1, §6.3.24, §6.3.25</summary>
    [Case(
        "hw.streams.layout",
        Level.Architecture,
        "stream-table.013",
        "stream-table.024",
        "stream-table.028"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_Stream_table_is_described_where_the_manual_prints_it(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
