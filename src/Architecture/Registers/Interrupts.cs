namespace SmmuConformance.Architecture;

/// <summary>Interrupt enables, for wired interrupts and MSIs alike.</summary>
/// <remarks>
/// Updated like CR0. Acknowledged as 1: the MSI configuration is in use, and only later occurrences interrupt.
/// Acknowledged as 0: earlier MSIs are visible or have aborted, and no new one follows. §6.3.16
/// </remarks>
[Register("SMMU_IRQ_CTRL", offset: 0x0050, bits: 32, clause: "6.3.16", Access.ReadWrite, Reset = 0)]
public readonly partial struct IrqCtrl
{
    /// <summary>Global errors interrupt.</summary>
    [Bits(0)]
    public partial bool GERROR_IRQEN { get; init; }

    /// <summary>The PRI queue interrupts. With IDR0.PRI.</summary>
    [Bits(1)]
    public partial bool PRIQ_IRQEN { get; init; }

    /// <summary>The Event queue interrupts.</summary>
    [Bits(2)]
    public partial bool EVENTQ_IRQEN { get; init; }
}

/// <summary>The value of each IRQ_CTRL field that the SMMU has acknowledged.</summary>
[Register(
    "SMMU_IRQ_CTRLACK",
    offset: 0x0054,
    bits: 32,
    clause: "6.3.18",
    Access.ReadOnly,
    Reset = 0
)]
public readonly partial struct IrqCtrlAck
{
    /// <summary>Acknowledges IRQ_CTRL.GERROR_IRQEN.</summary>
    [Bits(0)]
    public partial bool GERROR_IRQEN { get; init; }

    /// <summary>Acknowledges IRQ_CTRL.PRIQ_IRQEN.</summary>
    [Bits(1)]
    public partial bool PRIQ_IRQEN { get; init; }

    /// <summary>Acknowledges IRQ_CTRL.EVENTQ_IRQEN.</summary>
    [Bits(2)]
    public partial bool EVENTQ_IRQEN { get; init; }
}
