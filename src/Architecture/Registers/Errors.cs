namespace SmmuConformance.Architecture;

/// <summary>Global errors, each reported by toggling a bit.</summary>
/// <remarks>
/// An error is active while its bits here and in GERRORN differ. The SMMU toggles a bit only while that error is
/// inactive, so a second occurrence before the acknowledge is not counted. §6.3.19
/// </remarks>
[Register("SMMU_GERROR", offset: 0x0060, bits: 32, clause: "6.3.19", Access.ReadOnly, Reset = 0)]
public readonly partial struct GError
{
    /// <summary>The Command queue met a command it cannot process and stopped; CMDQ_CONS.ERR says why.</summary>
    [Bits(0)]
    public partial bool CMDQ_ERR { get; init; }

    /// <summary>A write to the Event queue was aborted; events may be lost.</summary>
    [Bits(2)]
    public partial bool EVENTQ_ABT_ERR { get; init; }

    /// <summary>A write to the PRI queue was aborted; page requests may be lost. With IDR0.PRI.</summary>
    [Bits(3)]
    public partial bool PRIQ_ABT_ERR { get; init; }

    /// <summary>The MSI of a CMD_SYNC was aborted. With IDR0.MSI.</summary>
    [Bits(4)]
    public partial bool MSI_CMDQ_ABT_ERR { get; init; }

    /// <summary>An MSI of the Event queue was aborted. With IDR0.MSI.</summary>
    [Bits(5)]
    public partial bool MSI_EVENTQ_ABT_ERR { get; init; }

    /// <summary>An MSI of the PRI queue was aborted. With IDR0.MSI and IDR0.PRI.</summary>
    [Bits(6)]
    public partial bool MSI_PRIQ_ABT_ERR { get; init; }

    /// <summary>An MSI of a global error was aborted. With IDR0.MSI.</summary>
    [Bits(7)]
    public partial bool MSI_GERROR_ABT_ERR { get; init; }

    /// <summary>Service failure mode: no traffic, commands or events; acknowledging does not leave it.</summary>
    [Bits(8)]
    public partial bool SFM_ERR { get; init; }

    /// <summary>An Enhanced Command queue has an error. With IDR1.ECMDQ.</summary>
    [Bits(9)]
    public partial bool CMDQP_ERR { get; init; }

    /// <summary>A Device Permission Table lookup failed; DPT_CFG_FAR tells. With IDR3.DPT.</summary>
    [Bits(10)]
    public partial bool DPT_ERR { get; init; }
}

/// <summary>Acknowledges of the global errors.</summary>
/// <remarks>
/// Software makes a bit equal to its partner in GERROR. Toggling the bit of an inactive error may or may not raise
/// that error. The SMMU never writes this register, and no enable guards it. §6.3.20
/// </remarks>
[Register("SMMU_GERRORN", offset: 0x0064, bits: 32, clause: "6.3.20", Access.ReadWrite, Reset = 0)]
public readonly partial struct GErrorN
{
    /// <summary>Acknowledges GERROR.CMDQ_ERR.</summary>
    [Bits(0)]
    public partial bool CMDQ_ERR { get; init; }

    /// <summary>Acknowledges GERROR.EVENTQ_ABT_ERR.</summary>
    [Bits(2)]
    public partial bool EVENTQ_ABT_ERR { get; init; }

    /// <summary>Acknowledges GERROR.PRIQ_ABT_ERR.</summary>
    [Bits(3)]
    public partial bool PRIQ_ABT_ERR { get; init; }

    /// <summary>Acknowledges GERROR.MSI_CMDQ_ABT_ERR.</summary>
    [Bits(4)]
    public partial bool MSI_CMDQ_ABT_ERR { get; init; }

    /// <summary>Acknowledges GERROR.MSI_EVENTQ_ABT_ERR.</summary>
    [Bits(5)]
    public partial bool MSI_EVENTQ_ABT_ERR { get; init; }

    /// <summary>Acknowledges GERROR.MSI_PRIQ_ABT_ERR.</summary>
    [Bits(6)]
    public partial bool MSI_PRIQ_ABT_ERR { get; init; }

    /// <summary>Acknowledges GERROR.MSI_GERROR_ABT_ERR.</summary>
    [Bits(7)]
    public partial bool MSI_GERROR_ABT_ERR { get; init; }

    /// <summary>Acknowledges GERROR.SFM_ERR.</summary>
    [Bits(8)]
    public partial bool SFM_ERR { get; init; }

    /// <summary>Acknowledges GERROR.CMDQP_ERR.</summary>
    [Bits(9)]
    public partial bool CMDQP_ERR { get; init; }

    /// <summary>Acknowledges GERROR.DPT_ERR.</summary>
    [Bits(10)]
    public partial bool DPT_ERR { get; init; }
}
