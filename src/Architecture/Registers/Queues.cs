namespace SmmuConformance.Architecture;

/// <summary>Where the Command queue is, and its size.</summary>
/// <remarks>
/// While CMDQEN is set, or not yet acknowledged as clear, a write is ignored from SMMUv3.2 on; before that the
/// register may take any value, so commands may be fetched from anywhere, and it reads as UNKNOWN. Read-only when
/// IDR1.QUEUES_PRESET is set. It must be written before CMDQ_PROD and CMDQ_CONS, since the size may decide which of
/// their bits can be stored. The SMMU drops address bits below the larger of the queue's size and 32 bytes. §6.3.26
/// </remarks>
[Register(
    "SMMU_CMDQ_BASE",
    offset: 0x0090,
    bits: 64,
    clause: "6.3.26",
    Access.ReadWrite,
    Guard = Guard.Cmdqen | Guard.QueuesPreset,
    ResetUnknown = true
)]
public readonly partial struct CmdqBase
{
    /// <summary>log2 of the entries; more than IDR1.CMDQS counts as IDR1.CMDQS.</summary>
    [Bits(4, 0)]
    public partial byte LOG2SIZE { get; init; }

    /// <summary>Address of the queue.</summary>
    [Address(55, 5)]
    public partial PhysicalAddress ADDR { get; init; }

    /// <summary>Read-Allocate hint.</summary>
    [Bits(62)]
    public partial bool RA { get; init; }
}

/// <summary>Where software puts the next command: the doorbell.</summary>
/// <remarks>
/// No enable guards it. It may only move forward over complete commands, except back as far as CMDQ_CONS while a
/// command error is active (§7.1). Bits above the wrap bit may be stored and have no effect; above the largest queue
/// they read as UNKNOWN. §6.3.27
/// </remarks>
[Register(
    "SMMU_CMDQ_PROD",
    offset: 0x0098,
    bits: 32,
    clause: "6.3.27",
    Access.ReadWrite,
    ResetUnknown = true
)]
public readonly partial struct CmdqProd
{
    /// <summary>Index, with the wrap bit at position LOG2SIZE.</summary>
    [Bits(19, 0)]
    public partial uint WR { get; init; }
}

/// <summary>Where the SMMU takes the next command, and why it stopped.</summary>
/// <remarks>
/// Guarded as CMDQ_BASE is, but not preset. A permitted write may set ERR or leave it. After an error RD stays at the
/// command that caused it. Otherwise RD may lag behind what was consumed, but not for ever. §6.3.28
/// </remarks>
[Register(
    "SMMU_CMDQ_CONS",
    offset: 0x009C,
    bits: 32,
    clause: "6.3.28",
    Access.ReadWrite,
    Guard = Guard.Cmdqen,
    ResetUnknown = true
)]
public readonly partial struct CmdqCons
{
    /// <summary>Index, with the wrap bit at position LOG2SIZE; bits above it read as zero.</summary>
    [Bits(19, 0)]
    public partial uint RD { get; init; }

    /// <summary>Reason; UNKNOWN while GERROR.CMDQ_ERR is not active.</summary>
    [Bits(30, 24)]
    public partial CommandError ERR { get; init; }
}

/// <summary>Where the Event queue is, and its size.</summary>
/// <remarks>
/// While EVENTQEN is set, or not yet acknowledged as clear, a write is ignored from SMMUv3.2 on; before that the
/// register may take any value, so events may be written anywhere, and it reads as UNKNOWN. Read-only when
/// IDR1.QUEUES_PRESET is set. §6.3.29
/// </remarks>
[Register(
    "SMMU_EVENTQ_BASE",
    offset: 0x00A0,
    bits: 64,
    clause: "6.3.29",
    Access.ReadWrite,
    Guard = Guard.Eventqen | Guard.QueuesPreset,
    ResetUnknown = true
)]
public readonly partial struct EventqBase
{
    /// <summary>log2 of the entries; more than IDR1.EVENTQS counts as IDR1.EVENTQS.</summary>
    [Bits(4, 0)]
    public partial byte LOG2SIZE { get; init; }

    /// <summary>Address of the queue.</summary>
    [Address(55, 5)]
    public partial PhysicalAddress ADDR { get; init; }

    /// <summary>Write-Allocate hint.</summary>
    [Bits(62)]
    public partial bool WA { get; init; }
}

/// <summary>Where the SMMU puts the next event, and whether one was lost.</summary>
/// <remarks>Guarded as EVENTQ_BASE is, but not preset. OVFLG too resets to an UNKNOWN value. §6.3.95</remarks>
[Register(
    "SMMU_EVENTQ_PROD",
    offset: 0x100A8,
    bits: 32,
    clause: "6.3.95",
    Access.ReadWrite,
    Guard = Guard.Eventqen,
    ResetUnknown = true
)]
public readonly partial struct EventqProd
{
    /// <summary>Index, with the wrap bit at position LOG2SIZE; bits above it read as zero.</summary>
    [Bits(19, 0)]
    public partial uint WR { get; init; }

    /// <summary>Toggled at an overflow if it equals EVENTQ_CONS.OVACKFLG; otherwise left alone.</summary>
    [Bits(31)]
    public partial bool OVFLG { get; init; }
}

/// <summary>Where software takes the next event.</summary>
/// <remarks>No enable guards it. Each write carries OVACKFLG along. §6.3.96</remarks>
[Register(
    "SMMU_EVENTQ_CONS",
    offset: 0x100AC,
    bits: 32,
    clause: "6.3.96",
    Access.ReadWrite,
    ResetUnknown = true
)]
public readonly partial struct EventqCons
{
    /// <summary>Index, with the wrap bit at position LOG2SIZE.</summary>
    [Bits(19, 0)]
    public partial uint RD { get; init; }

    /// <summary>Made equal to EVENTQ_PROD.OVFLG once an overflow has been handled.</summary>
    [Bits(31)]
    public partial bool OVACKFLG { get; init; }
}

/// <summary>Where the PRI queue is, and its size.</summary>
/// <remarks>
/// Guarded by PRIQEN as written: clearing SMMUEN stops page requests but does not unlock this register (§6.3.9).
/// Otherwise as EVENTQ_BASE. Exists with IDR0.PRI. §6.3.33
/// </remarks>
[Register(
    "SMMU_PRIQ_BASE",
    offset: 0x00C0,
    bits: 64,
    clause: "6.3.33",
    Access.ReadWrite,
    Guard = Guard.Priqen | Guard.QueuesPreset,
    ResetUnknown = true
)]
public readonly partial struct PriqBase
{
    /// <summary>log2 of the entries; more than IDR1.PRIQS counts as IDR1.PRIQS.</summary>
    [Bits(4, 0)]
    public partial byte LOG2SIZE { get; init; }

    /// <summary>Address of the queue.</summary>
    [Address(55, 5)]
    public partial PhysicalAddress ADDR { get; init; }

    /// <summary>Write-Allocate hint.</summary>
    [Bits(62)]
    public partial bool WA { get; init; }
}

/// <summary>Where the SMMU puts the next page request, and whether one was lost.</summary>
/// <remarks>
/// Guarded as PRIQ_BASE is, but not preset. Unlike its fellow of the Event queue, OVFLG resets to 0; WR is UNKNOWN.
/// §6.3.97
/// </remarks>
[Register(
    "SMMU_PRIQ_PROD",
    offset: 0x100C8,
    bits: 32,
    clause: "6.3.97",
    Access.ReadWrite,
    Guard = Guard.Priqen,
    ResetUnknown = true
)]
public readonly partial struct PriqProd
{
    /// <summary>Index, with the wrap bit at position LOG2SIZE; bits above it read as zero.</summary>
    [Bits(19, 0)]
    public partial uint WR { get; init; }

    /// <summary>Toggled at an overflow if it equals PRIQ_CONS.OVACKFLG; otherwise left alone.</summary>
    [Bits(31)]
    public partial bool OVFLG { get; init; }
}

/// <summary>Where software takes the next page request.</summary>
/// <remarks>No enable guards it. Each write carries OVACKFLG along, which resets to an UNKNOWN value. §6.3.98</remarks>
[Register(
    "SMMU_PRIQ_CONS",
    offset: 0x100CC,
    bits: 32,
    clause: "6.3.98",
    Access.ReadWrite,
    ResetUnknown = true
)]
public readonly partial struct PriqCons
{
    /// <summary>Index, with the wrap bit at position LOG2SIZE.</summary>
    [Bits(19, 0)]
    public partial uint RD { get; init; }

    /// <summary>Made equal to PRIQ_PROD.OVFLG once an overflow has been handled.</summary>
    [Bits(31)]
    public partial bool OVACKFLG { get; init; }
}
