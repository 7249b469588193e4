using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Registers of interrupts and global errors. §6.3.16 to §6.3.23, §6.3.30 to §6.3.36</summary>
public sealed class InterruptRegisterLayout
{
    /// <summary>One row per rule.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("registers.049",
            new Location("SMMU_IRQ_CTRL", 0x0050, 32, Access.ReadWrite),
            new Position("SMMU_IRQ_CTRL", "GERROR_IRQEN", 0),
            new Position("SMMU_IRQ_CTRL", "PRIQ_IRQEN", 1),
            new Position("SMMU_IRQ_CTRL", "EVENTQ_IRQEN", 2),
            new NothingBut("SMMU_IRQ_CTRL", "GERROR_IRQEN", "PRIQ_IRQEN", "EVENTQ_IRQEN"),
            new Reset("SMMU_IRQ_CTRL", Unknown: 0)),
        new("registers.050",
            new Location("SMMU_IRQ_CTRLACK", 0x0054, 32, Access.ReadOnly),
            new Position("SMMU_IRQ_CTRLACK", "GERROR_IRQEN", 0),
            new Position("SMMU_IRQ_CTRLACK", "PRIQ_IRQEN", 1),
            new Position("SMMU_IRQ_CTRLACK", "EVENTQ_IRQEN", 2),
            new NothingBut("SMMU_IRQ_CTRLACK", "GERROR_IRQEN", "PRIQ_IRQEN", "EVENTQ_IRQEN"),
            new Reset("SMMU_IRQ_CTRLACK", Unknown: 0)),
        new("gerror.005", new Location("SMMU_GERROR", 0x0060, 32, Access.ReadOnly), Errors("SMMU_GERROR")),
        new("gerror.013", new Location("SMMU_GERRORN", 0x0064, 32, Access.ReadWrite), Errors("SMMU_GERRORN")),

        new("msi.019",
            new Location("SMMU_GERROR_IRQ_CFG0", 0x0068, 64, Access.ReadWrite),
            new Position("SMMU_GERROR_IRQ_CFG0", "ADDR", 55, 2),
            new NothingBut("SMMU_GERROR_IRQ_CFG0", "ADDR"),
            new Reset("SMMU_GERROR_IRQ_CFG0", Unknown: 0x00ff_ffff_ffff_fffc)),
        new("msi.022",
            new Location("SMMU_GERROR_IRQ_CFG1", 0x0070, 32, Access.ReadWrite),
            new Position("SMMU_GERROR_IRQ_CFG1", "DATA", 31, 0),
            new Reset("SMMU_GERROR_IRQ_CFG1", Unknown: 0xffff_ffff)),
        new("msi.023",
            new Location("SMMU_GERROR_IRQ_CFG2", 0x0074, 32, Access.ReadWrite),
            Attributes("SMMU_GERROR_IRQ_CFG2"),
            new NothingBut("SMMU_GERROR_IRQ_CFG2", "MemAttr", "SH")),
        new("msi.024",
            new Location("SMMU_EVENTQ_IRQ_CFG0", 0x00b0, 64, Access.ReadWrite),
            new Location("SMMU_EVENTQ_IRQ_CFG1", 0x00b8, 32, Access.ReadWrite),
            new Location("SMMU_EVENTQ_IRQ_CFG2", 0x00bc, 32, Access.ReadWrite),
            new Position("SMMU_EVENTQ_IRQ_CFG0", "ADDR", 55, 2),
            new Position("SMMU_EVENTQ_IRQ_CFG1", "DATA", 31, 0),
            Attributes("SMMU_EVENTQ_IRQ_CFG2"),
            new NothingBut("SMMU_EVENTQ_IRQ_CFG0", "ADDR"),
            new NothingBut("SMMU_EVENTQ_IRQ_CFG2", "MemAttr", "SH")),
        new("msi.025",
            new Location("SMMU_PRIQ_IRQ_CFG0", 0x00d0, 64, Access.ReadWrite),
            new Location("SMMU_PRIQ_IRQ_CFG1", 0x00d8, 32, Access.ReadWrite),
            new Location("SMMU_PRIQ_IRQ_CFG2", 0x00dc, 32, Access.ReadWrite),
            new Position("SMMU_PRIQ_IRQ_CFG0", "ADDR", 55, 2),
            new Position("SMMU_PRIQ_IRQ_CFG1", "DATA", 31, 0),
            Attributes("SMMU_PRIQ_IRQ_CFG2"),
            new Position("SMMU_PRIQ_IRQ_CFG2", "LO", 31),
            new NothingBut("SMMU_PRIQ_IRQ_CFG0", "ADDR"),
            new NothingBut("SMMU_PRIQ_IRQ_CFG2", "MemAttr", "SH", "LO")),
    ];

    // csharpier-ignore
    private static All Errors(string register) => new(
        new Position(register, "CMDQ_ERR", 0),
        new Reserved(register, 1),
        new Position(register, "EVENTQ_ABT_ERR", 2),
        new Position(register, "PRIQ_ABT_ERR", 3),
        new Position(register, "MSI_CMDQ_ABT_ERR", 4),
        new Position(register, "MSI_EVENTQ_ABT_ERR", 5),
        new Position(register, "MSI_PRIQ_ABT_ERR", 6),
        new Position(register, "MSI_GERROR_ABT_ERR", 7),
        new Position(register, "SFM_ERR", 8),
        new Position(register, "CMDQP_ERR", 9),
        new Position(register, "DPT_ERR", 10),
        new Reserved(register, 31, 11),
        new Reset(register, Unknown: 0));

    private static All Attributes(string register) =>
        new(
            new Position(register, "MemAttr", 3, 0),
            new Position(register, "SH", 5, 4),
            new Encodings(register, "MemAttr", SharedValues.MemAttr),
            new Encodings(register, "SH", SharedValues.Shareability)
        );

    /// <summary>§6.3.16, §6.3.18 to §6.3.23, §6.3.30 to §6.3.32, §6.3.34 to §6.3.36</summary>
    [Case(
        "hw.interrupts.layout",
        Level.Architecture,
        "registers.049",
        "registers.050",
        "gerror.005",
        "gerror.013",
        "msi.019",
        "msi.022",
        "msi.023",
        "msi.024",
        "msi.025"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void The_registers_of_interrupts_and_errors_are_where_the_manual_prints_them(
        Profile profile,
        LayoutRule rule
    ) => rule.AssertHolds();
}
