using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Registers that steer translation as a whole. §6.3.9 to §6.3.14, §6.3.17</summary>
public sealed class ControlRegisterLayout
{
    /// <summary>One row per rule; some stand twice in the registry.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("registers.018", Enables("SMMU_CR0")),
        new("registers.029", new Location("SMMU_CR0", 0x0020, 32, Access.ReadWrite), Enables("SMMU_CR0")),
        new("registers.026", new Location("SMMU_CR0ACK", 0x0024, 32, Access.ReadOnly), Enables("SMMU_CR0ACK")),
        new("registers.038", new Location("SMMU_CR0ACK", 0x0024, 32, Access.ReadOnly), Enables("SMMU_CR0ACK")),
        new("vmid.014", Wildcards),
        new("vmid.019", Wildcards),
        new("registers.040",
            new Location("SMMU_CR1", 0x0028, 32, Access.ReadWrite),
            new Position("SMMU_CR1", "QUEUE_IC", 1, 0),
            new Position("SMMU_CR1", "QUEUE_OC", 3, 2),
            new Position("SMMU_CR1", "QUEUE_SH", 5, 4),
            new Position("SMMU_CR1", "TABLE_IC", 7, 6),
            new Position("SMMU_CR1", "TABLE_OC", 9, 8),
            new Position("SMMU_CR1", "TABLE_SH", 11, 10),
            new Reserved("SMMU_CR1", 31, 12),
            new Reset("SMMU_CR1", Unknown: 0xfff)),
        new("attributes.021",
            new Encodings("SMMU_CR1", "QUEUE_IC", SharedValues.AccessCacheability),
            new Encodings("SMMU_CR1", "QUEUE_OC", SharedValues.AccessCacheability),
            new Encodings("SMMU_CR1", "QUEUE_SH", SharedValues.Shareability),
            new Encodings("SMMU_CR1", "TABLE_IC", SharedValues.AccessCacheability),
            new Encodings("SMMU_CR1", "TABLE_OC", SharedValues.AccessCacheability),
            new Encodings("SMMU_CR1", "TABLE_SH", SharedValues.Shareability)),
        new("registers.044",
            new Location("SMMU_CR2", 0x002c, 32, Access.ReadWrite),
            new Position("SMMU_CR2", "E2H", 0),
            new Position("SMMU_CR2", "RECINVSID", 1),
            new Position("SMMU_CR2", "PTM", 2),
            new Position("SMMU_CR2", "REC_CFG_ATS", 3),
            new Reserved("SMMU_CR2", 31, 4),
            new Reset("SMMU_CR2", Unknown: 0xf)),
        new("stage2.024",
            new Location("SMMU_S2PII", 0x0030, 64, Access.ReadWrite),
            new All([.. Enumerable.Range(0, 16).Select(p => new Position("SMMU_S2PII", $"S2PII{p}", (4 * p) + 3, 4 * p))])),
        new("registers.046",
            new Location("SMMU_STATUSR", 0x0040, 32, Access.ReadOnly),
            new Position("SMMU_STATUSR", "DORMANT", 0),
            new Reserved("SMMU_STATUSR", 31, 1),
            new Reset("SMMU_STATUSR", Unknown: 0)),

        // Update resets to zero, the rest to what the implementation likes.
        new("registers.047",
            new Location("SMMU_GBPA", 0x0044, 32, Access.ReadWrite),
            new Position("SMMU_GBPA", "MemAttr", 3, 0),
            new Position("SMMU_GBPA", "MTCFG", 4),
            new Reserved("SMMU_GBPA", 7, 5),
            new Position("SMMU_GBPA", "ALLOCCFG", 11, 8),
            new Position("SMMU_GBPA", "SHCFG", 13, 12),
            new Reserved("SMMU_GBPA", 15, 14),
            new Position("SMMU_GBPA", "PRIVCFG", 17, 16),
            new Position("SMMU_GBPA", "INSTCFG", 19, 18),
            new Position("SMMU_GBPA", "ABORT", 20),
            new Reserved("SMMU_GBPA", 30, 21),
            new Position("SMMU_GBPA", "Update", 31),
            new Reset("SMMU_GBPA", Unknown: 0x001f_3f1f)),
        new("bypass.010",
            new Position("SMMU_GBPA", "ALLOCCFG", 11, 8),
            new Encodings("SMMU_GBPA", "SHCFG", (0b00, "NonShareable"), (0b01, "Incoming"), (0b10, "Outer"), (0b11, "Inner")),
            new Encodings("SMMU_GBPA", "PRIVCFG", (0b00, "Incoming"), (0b10, "Unprivileged"), (0b11, "Privileged")),
            new Encodings("SMMU_GBPA", "INSTCFG", (0b00, "Incoming"), (0b10, "Data"), (0b11, "Instruction"))),
    ];

    // csharpier-ignore
    private static All Enables(string register) => new(
        new Position(register, "SMMUEN", 0),
        new Position(register, "PRIQEN", 1),
        new Position(register, "EVENTQEN", 2),
        new Position(register, "CMDQEN", 3),
        new Position(register, "ATSCHK", 4),
        new Reserved(register, 5),
        new Position(register, "VMW", 8, 6),
        new Reserved(register, 9),
        new Position(register, "DPT_WALK_EN", 10),
        new Reserved(register, 31, 11),
        new Reset(register, Unknown: 0));

    // csharpier-ignore
    private static All Wildcards => new(
        new Position("SMMU_CR0", "VMW", 8, 6),
        new Encodings("SMMU_CR0", "VMW",
            (0b000, "Exact"), (0b001, "IgnoreOne"), (0b010, "IgnoreTwo"), (0b011, "IgnoreThree"), (0b100, "IgnoreFour")));

    /// <summary>§6.3.9 to §6.3.14, §6.3.17</summary>
    [Case(
        "hw.registers.layout",
        Level.Architecture,
        "registers.018",
        "registers.026",
        "registers.029",
        "registers.038",
        "registers.040",
        "registers.044",
        "registers.046",
        "registers.047",
        "vmid.014",
        "vmid.019",
        "attributes.021",
        "bypass.010",
        "stage2.024"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_fields_of_a_control_register_are_where_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
