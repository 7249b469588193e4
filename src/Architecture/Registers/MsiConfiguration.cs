namespace SmmuConformance.Architecture;

/// <summary>Where the MSI of global errors is written.</summary>
/// <remarks>
/// While GERROR_IRQEN is set, or not yet acknowledged as clear, a write is ignored from SMMUv3.2 on; before that the
/// register may take any value, so MSIs may go anywhere, and it reads as UNKNOWN. Exists with IDR0.MSI. §6.3.21
/// </remarks>
[Register(
    "SMMU_GERROR_IRQ_CFG0",
    offset: 0x0068,
    bits: 64,
    clause: "6.3.21",
    Access.ReadWrite,
    Guard = Guard.GerrorIrqen,
    ResetUnknown = true
)]
public readonly partial struct GErrorIrqCfg0
{
    /// <summary>Address of the MSI target; 0 means no MSI, so that a wired interrupt can be used.</summary>
    [Address(55, 2)]
    public partial PhysicalAddress ADDR { get; init; }
}

/// <summary>What the MSI of global errors writes.</summary>
/// <remarks>Guarded as GERROR_IRQ_CFG0 is. §6.3.22</remarks>
[Register(
    "SMMU_GERROR_IRQ_CFG1",
    offset: 0x0070,
    bits: 32,
    clause: "6.3.22",
    Access.ReadWrite,
    Guard = Guard.GerrorIrqen,
    ResetUnknown = true
)]
public readonly partial struct GErrorIrqCfg1
{
    /// <summary>The word written.</summary>
    [Bits(31, 0)]
    public partial uint DATA { get; init; }
}

/// <summary>Attributes of the MSI of global errors.</summary>
/// <remarks>Guarded as GERROR_IRQ_CFG0 is. §6.3.23</remarks>
[Register(
    "SMMU_GERROR_IRQ_CFG2",
    offset: 0x0074,
    bits: 32,
    clause: "6.3.23",
    Access.ReadWrite,
    Guard = Guard.GerrorIrqen,
    ResetUnknown = true
)]
public readonly partial struct GErrorIrqCfg2
{
    /// <summary>Memory type, in the encoding of STE.MemAttr.</summary>
    [Bits(3, 0)]
    public partial MemAttr MemAttr { get; init; }

    /// <summary>Shareability; ignored for Device types.</summary>
    [Bits(5, 4)]
    public partial Shareability SH { get; init; }
}

/// <summary>Where the MSI of the Event queue is written.</summary>
/// <remarks>
/// While EVENTQ_IRQEN is set, or not yet acknowledged as clear, a write is ignored from SMMUv3.2 on; before that the
/// register may take any value, so MSIs may go anywhere, and it reads as UNKNOWN. Exists with IDR0.MSI. §6.3.30
/// </remarks>
[Register(
    "SMMU_EVENTQ_IRQ_CFG0",
    offset: 0x00B0,
    bits: 64,
    clause: "6.3.30",
    Access.ReadWrite,
    Guard = Guard.EventqIrqen,
    ResetUnknown = true
)]
public readonly partial struct EventqIrqCfg0
{
    /// <summary>Address of the MSI target; 0 means no MSI.</summary>
    [Address(55, 2)]
    public partial PhysicalAddress ADDR { get; init; }
}

/// <summary>What the MSI of the Event queue writes.</summary>
/// <remarks>Guarded as EVENTQ_IRQ_CFG0 is. §6.3.31</remarks>
[Register(
    "SMMU_EVENTQ_IRQ_CFG1",
    offset: 0x00B8,
    bits: 32,
    clause: "6.3.31",
    Access.ReadWrite,
    Guard = Guard.EventqIrqen,
    ResetUnknown = true
)]
public readonly partial struct EventqIrqCfg1
{
    /// <summary>The word written.</summary>
    [Bits(31, 0)]
    public partial uint DATA { get; init; }
}

/// <summary>Attributes of the MSI of the Event queue.</summary>
/// <remarks>Guarded as EVENTQ_IRQ_CFG0 is. §6.3.32</remarks>
[Register(
    "SMMU_EVENTQ_IRQ_CFG2",
    offset: 0x00BC,
    bits: 32,
    clause: "6.3.32",
    Access.ReadWrite,
    Guard = Guard.EventqIrqen,
    ResetUnknown = true
)]
public readonly partial struct EventqIrqCfg2
{
    /// <summary>Memory type, in the encoding of STE.MemAttr.</summary>
    [Bits(3, 0)]
    public partial MemAttr MemAttr { get; init; }

    /// <summary>Shareability; ignored for Device types.</summary>
    [Bits(5, 4)]
    public partial Shareability SH { get; init; }
}

/// <summary>Where the MSI of the PRI queue is written.</summary>
/// <remarks>
/// While PRIQ_IRQEN is set, or not yet acknowledged as clear, a write is ignored from SMMUv3.2 on; before that the
/// register may take any value, so MSIs may go anywhere, and it reads as UNKNOWN. Exists with IDR0.MSI and
/// IDR0.PRI. §6.3.34
/// </remarks>
[Register(
    "SMMU_PRIQ_IRQ_CFG0",
    offset: 0x00D0,
    bits: 64,
    clause: "6.3.34",
    Access.ReadWrite,
    Guard = Guard.PriqIrqen,
    ResetUnknown = true
)]
public readonly partial struct PriqIrqCfg0
{
    /// <summary>Address of the MSI target; 0 means no MSI, so that a wired interrupt can be used.</summary>
    [Address(55, 2)]
    public partial PhysicalAddress ADDR { get; init; }
}

/// <summary>What the MSI of the PRI queue writes.</summary>
/// <remarks>Guarded as PRIQ_IRQ_CFG0 is. §6.3.35</remarks>
[Register(
    "SMMU_PRIQ_IRQ_CFG1",
    offset: 0x00D8,
    bits: 32,
    clause: "6.3.35",
    Access.ReadWrite,
    Guard = Guard.PriqIrqen,
    ResetUnknown = true
)]
public readonly partial struct PriqIrqCfg1
{
    /// <summary>The word written.</summary>
    [Bits(31, 0)]
    public partial uint DATA { get; init; }
}

/// <summary>Attributes of the MSI of the PRI queue.</summary>
/// <remarks>
/// Guarded as PRIQ_IRQ_CFG0 is. LO works for wired interrupts too, so it must exist with IDR0.PRI alone (§6.3.1),
/// although the register is listed as present only with IDR0.MSI as well; and it resets to an UNKNOWN value, so
/// even a driver with wired interrupts must write it. §6.3.36
/// </remarks>
[Register(
    "SMMU_PRIQ_IRQ_CFG2",
    offset: 0x00DC,
    bits: 32,
    clause: "6.3.36",
    Access.ReadWrite,
    Guard = Guard.PriqIrqen,
    ResetUnknown = true
)]
public readonly partial struct PriqIrqCfg2
{
    /// <summary>Memory type, in the encoding of STE.MemAttr.</summary>
    [Bits(3, 0)]
    public partial MemAttr MemAttr { get; init; }

    /// <summary>Shareability; ignored for Device types.</summary>
    [Bits(5, 4)]
    public partial Shareability SH { get; init; }

    /// <summary>Interrupt for the last request of a group only, instead of when the queue becomes non-empty.</summary>
    [Bits(31)]
    public partial bool LO { get; init; }
}
