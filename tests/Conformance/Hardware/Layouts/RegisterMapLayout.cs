using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;
using static SmmuConformance.Architecture.Access;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Where each register is: the overview of the manual. §6.1, §6.2</summary>
public sealed class RegisterMapLayout
{
    /// <summary>One row per rule; the overview stands twice in the registry.</summary>
    // csharpier-ignore
    public static IEnumerable<LayoutRule> Rules =>
    [
        new("registers.006", Pages),
        new("registers.075", Pages),
        new("registers.014", Controls),
        new("registers.015", Interrupts),
        new("registers.065", Controls, Interrupts),
        new("registers.016", Tables),
        new("registers.066", Tables),
        new("registers.017", Operations),
        new("registers.067", Operations),
        new("registers.055",
            new Location("SMMU_EVENTQ_PROD", 0x1_00a8, 32, ReadWrite),
            new Location("SMMU_EVENTQ_CONS", 0x1_00ac, 32, ReadWrite),
            new Location("SMMU_PRIQ_PROD", 0x1_00c8, 32, ReadWrite),
            new Location("SMMU_PRIQ_CONS", 0x1_00cc, 32, ReadWrite),
            new Shadows(0x00a8, 0x00ac, 0x00c8, 0x00cc)),
    ];

    // The base is the machine's, which does not place registers among memory.
    private static All Pages =>
        new(
            new Constant("RegisterMap.PageBytes", 0x1_0000, RegisterMap.PageBytes),
            new Constant("RegisterMap.Bytes, pages 0 and 1", 0x2_0000, RegisterMap.Bytes),
            new Constant(
                "the registers from 0x20000 on",
                0,
                (ulong)RegisterMap.All.Count(register => register.Offset >= 0x2_0000)
            )
        );

    // csharpier-ignore
    private static All Controls => new(
        new Location("SMMU_IDR0", 0x0000, 32, ReadOnly),
        new Location("SMMU_IDR1", 0x0004, 32, ReadOnly),
        new Location("SMMU_IDR2", 0x0008, 32, ReadOnly),
        new Location("SMMU_IDR3", 0x000c, 32, ReadOnly),
        new Location("SMMU_IDR4", 0x0010, 32, ReadOnly),
        new Location("SMMU_IDR5", 0x0014, 32, ReadOnly),
        new Location("SMMU_IIDR", 0x0018, 32, ReadOnly),
        new Location("SMMU_AIDR", 0x001c, 32, ReadOnly),
        new Location("SMMU_CR0", 0x0020, 32, ReadWrite),
        new Location("SMMU_CR0ACK", 0x0024, 32, ReadOnly),
        new Location("SMMU_CR1", 0x0028, 32, ReadWrite),
        new Location("SMMU_CR2", 0x002c, 32, ReadWrite),
        new Location("SMMU_S2PII", 0x0030, 64, ReadWrite),
        new Location("SMMU_STATUSR", 0x0040, 32, ReadOnly),
        new Location("SMMU_GBPA", 0x0044, 32, ReadWrite),
        new Location("SMMU_AGBPA", 0x0048, 32, ReadWrite));

    // csharpier-ignore
    private static All Interrupts => new(
        new Location("SMMU_IRQ_CTRL", 0x0050, 32, ReadWrite),
        new Location("SMMU_IRQ_CTRLACK", 0x0054, 32, ReadOnly),
        new Location("SMMU_GERROR", 0x0060, 32, ReadOnly),
        new Location("SMMU_GERRORN", 0x0064, 32, ReadWrite),
        new Location("SMMU_GERROR_IRQ_CFG0", 0x0068, 64, ReadWrite),
        new Location("SMMU_GERROR_IRQ_CFG1", 0x0070, 32, ReadWrite),
        new Location("SMMU_GERROR_IRQ_CFG2", 0x0074, 32, ReadWrite));

    // csharpier-ignore
    private static All Tables => new(
        new Location("SMMU_STRTAB_BASE", 0x0080, 64, ReadWrite),
        new Location("SMMU_STRTAB_BASE_CFG", 0x0088, 32, ReadWrite),
        new Location("SMMU_CMDQ_BASE", 0x0090, 64, ReadWrite),
        new Location("SMMU_CMDQ_PROD", 0x0098, 32, ReadWrite),
        new Location("SMMU_CMDQ_CONS", 0x009c, 32, ReadWrite),
        new Location("SMMU_EVENTQ_BASE", 0x00a0, 64, ReadWrite),
        new Location("SMMU_EVENTQ_IRQ_CFG0", 0x00b0, 64, ReadWrite),
        new Location("SMMU_EVENTQ_IRQ_CFG1", 0x00b8, 32, ReadWrite),
        new Location("SMMU_EVENTQ_IRQ_CFG2", 0x00bc, 32, ReadWrite),
        new Location("SMMU_PRIQ_BASE", 0x00c0, 64, ReadWrite),
        new Location("SMMU_PRIQ_IRQ_CFG0", 0x00d0, 64, ReadWrite),
        new Location("SMMU_PRIQ_IRQ_CFG1", 0x00d8, 32, ReadWrite),
        new Location("SMMU_PRIQ_IRQ_CFG2", 0x00dc, 32, ReadWrite));

    // What is left to the implementation, and the pages of Enhanced Command queues, are no registers of this map.
    // csharpier-ignore
    private static All Operations => new(
        new Location("SMMU_GATOS_CTRL", 0x0100, 32, ReadWrite),
        new Location("SMMU_GATOS_SID", 0x0108, 64, ReadWrite),
        new Location("SMMU_GATOS_ADDR", 0x0110, 64, ReadWrite),
        new Location("SMMU_GATOS_PAR", 0x0118, 64, ReadOnly),
        new Location("SMMU_MPAMIDR", 0x0130, 32, ReadOnly),
        new Location("SMMU_GMPAM", 0x0138, 32, ReadWrite),
        new Location("SMMU_GBPMPAM", 0x013c, 32, ReadWrite),
        new Location("SMMU_VATOS_SEL", 0x0180, 32, ReadWrite),
        new Location("SMMU_IDR6", 0x0190, 32, ReadOnly),
        new Location("SMMU_DPT_BASE", 0x0200, 64, ReadWrite),
        new Location("SMMU_DPT_BASE_CFG", 0x0208, 32, ReadWrite),
        new Location("SMMU_DPT_CFG_FAR", 0x0210, 64, ReadWrite),
        new Constant("the registers from 0x214 to 0xffff", 0, (ulong)RegisterMap.All.Count(register => register.Offset is > 0x0210 and < 0x1_0000)));

    /// <summary>§6.1, §6.2.1, §6.2.2</summary>
    [Case(
        "hw.registers.map",
        Level.Architecture,
        "registers.006",
        "registers.014",
        "registers.015",
        "registers.016",
        "registers.017",
        "registers.055",
        "registers.065",
        "registers.066",
        "registers.067",
        "registers.075"
    )]
    [Rows(nameof(Rules)), OncePerRun]
    public void A_register_is_where_the_overview_puts_it(Profile profile, LayoutRule rule) =>
        rule.AssertHolds();
}
