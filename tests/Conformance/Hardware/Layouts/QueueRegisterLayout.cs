using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Registers of the three queues. §6.3.26 to §6.3.29, §6.3.33, §6.3.95 to §6.3.98</summary>
public sealed class QueueRegisterLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("queues.026",
            new Location("SMMU_CMDQ_BASE", 0x0090, 64, Access.ReadWrite),
            new Position("SMMU_CMDQ_BASE", "LOG2SIZE", 4, 0),
            new Position("SMMU_CMDQ_BASE", "ADDR", 55, 5),
            new Position("SMMU_CMDQ_BASE", "RA", 62),
            new NothingBut("SMMU_CMDQ_BASE", "LOG2SIZE", "ADDR", "RA"),
            new Reset("SMMU_CMDQ_BASE", Unknown: 0x40ff_ffff_ffff_ffff)),
        new("queues.029",
            new Location("SMMU_CMDQ_PROD", 0x0098, 32, Access.ReadWrite),
            new Position("SMMU_CMDQ_PROD", "WR", 19, 0),
            new NothingBut("SMMU_CMDQ_PROD", "WR"),
            new Reset("SMMU_CMDQ_PROD", Unknown: 0x000f_ffff)),
        new("queues.034",
            new Location("SMMU_CMDQ_CONS", 0x009c, 32, Access.ReadWrite),
            new Position("SMMU_CMDQ_CONS", "RD", 19, 0),
            new Position("SMMU_CMDQ_CONS", "ERR", 30, 24),
            new NothingBut("SMMU_CMDQ_CONS", "RD", "ERR"),
            new Reset("SMMU_CMDQ_CONS", Unknown: 0x7f0f_ffff)),
        new("commands.051",
            new Position("SMMU_CMDQ_CONS", "ERR", 30, 24),
            new Encodings("SMMU_CMDQ_CONS", "ERR", (0x00, "None"), (0x01, "Illegal"), (0x02, "Abort"), (0x03, "AtcInvSync"))),
        new("queues.036",
            new Location("SMMU_EVENTQ_BASE", 0x00a0, 64, Access.ReadWrite),
            new Position("SMMU_EVENTQ_BASE", "LOG2SIZE", 4, 0),
            new Position("SMMU_EVENTQ_BASE", "ADDR", 55, 5),
            new Position("SMMU_EVENTQ_BASE", "WA", 62),
            new NothingBut("SMMU_EVENTQ_BASE", "LOG2SIZE", "ADDR", "WA"),
            new Reset("SMMU_EVENTQ_BASE", Unknown: 0x40ff_ffff_ffff_ffff)),
        new("events.029",
            new Location("SMMU_EVENTQ_PROD", 0x1_00a8, 32, Access.ReadWrite),
            new Position("SMMU_EVENTQ_PROD", "WR", 19, 0),
            new Position("SMMU_EVENTQ_PROD", "OVFLG", 31),
            new NothingBut("SMMU_EVENTQ_PROD", "WR", "OVFLG"),
            new Reset("SMMU_EVENTQ_PROD", Unknown: 0x800f_ffff)),
        new("events.034",
            new Location("SMMU_EVENTQ_CONS", 0x1_00ac, 32, Access.ReadWrite),
            new Position("SMMU_EVENTQ_CONS", "RD", 19, 0),
            new Position("SMMU_EVENTQ_CONS", "OVACKFLG", 31),
            new NothingBut("SMMU_EVENTQ_CONS", "RD", "OVACKFLG"),
            new Reset("SMMU_EVENTQ_CONS", Unknown: 0x800f_ffff)),
        new("pri.014",
            new Location("SMMU_PRIQ_BASE", 0x00c0, 64, Access.ReadWrite),
            new Position("SMMU_PRIQ_BASE", "LOG2SIZE", 4, 0),
            new Position("SMMU_PRIQ_BASE", "ADDR", 55, 5),
            new Position("SMMU_PRIQ_BASE", "WA", 62),
            new NothingBut("SMMU_PRIQ_BASE", "LOG2SIZE", "ADDR", "WA"),
            new Reset("SMMU_PRIQ_BASE", Unknown: 0x40ff_ffff_ffff_ffff)),

        // Unlike its fellow of the Event queue, OVFLG resets to 0.
        new("pri.016",
            new Location("SMMU_PRIQ_PROD", 0x1_00c8, 32, Access.ReadWrite),
            new Position("SMMU_PRIQ_PROD", "WR", 19, 0),
            new Position("SMMU_PRIQ_PROD", "OVFLG", 31),
            new NothingBut("SMMU_PRIQ_PROD", "WR", "OVFLG"),
            new Reset("SMMU_PRIQ_PROD", Unknown: 0x000f_ffff)),
        new("pri.017",
            new Location("SMMU_PRIQ_CONS", 0x1_00cc, 32, Access.ReadWrite),
            new Position("SMMU_PRIQ_CONS", "RD", 19, 0),
            new Position("SMMU_PRIQ_CONS", "OVACKFLG", 31),
            new NothingBut("SMMU_PRIQ_CONS", "RD", "OVACKFLG"),
            new Reset("SMMU_PRIQ_CONS", Unknown: 0x800f_ffff)),
    ];

    /// <summary>§6.3.26 to §6.3.29, §6.3.33, §6.3.95 to §6.3.98, §7.1</summary>
    [Case(
        "hw.queues.layout",
        Level.Architecture,
        "queues.026",
        "queues.029",
        "queues.034",
        "queues.036",
        "commands.051",
        "events.029",
        "events.034",
        "pri.014",
        "pri.016",
        "pri.017"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_registers_of_the_queues_are_where_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
