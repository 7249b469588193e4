namespace SmmuConformance.Architecture;

/// <summary>Whether software may write a register.</summary>
public enum Access : byte
{
    /// <summary>Writes are ignored.</summary>
    ReadOnly,

    /// <summary>Reads return what was written, or what the SMMU made of it.</summary>
    ReadWrite,
}

/// <summary>What locks a register: a write is permitted only while each named bit, and its acknowledge if it has one, is 0.</summary>
[Flags]
public enum Guard : ushort
{
    /// <summary>Writable at any time.</summary>
    None = 0,

    /// <summary>SMMU_CR0.SMMUEN.</summary>
    Smmuen = 1 << 0,

    /// <summary>SMMU_CR0.CMDQEN.</summary>
    Cmdqen = 1 << 1,

    /// <summary>SMMU_CR0.EVENTQEN.</summary>
    Eventqen = 1 << 2,

    /// <summary>SMMU_CR0.PRIQEN.</summary>
    Priqen = 1 << 3,

    /// <summary>SMMU_IRQ_CTRL.GERROR_IRQEN.</summary>
    GerrorIrqen = 1 << 4,

    /// <summary>SMMU_IRQ_CTRL.EVENTQ_IRQEN.</summary>
    EventqIrqen = 1 << 5,

    /// <summary>SMMU_IRQ_CTRL.PRIQ_IRQEN.</summary>
    PriqIrqen = 1 << 6,

    /// <summary>The register's own Update bit: a write is permitted only while no update is under way.</summary>
    Update = 1 << 7,

    /// <summary>SMMU_CR0.DPT_WALK_EN.</summary>
    DptWalkEn = 1 << 8,

    /// <summary>SMMU_GATOS_CTRL.RUN, which has no acknowledge: the SMMU clears it itself.</summary>
    GatosRun = 1 << 9,

    /// <summary>SMMU_VATOS_CTRL.RUN, likewise.</summary>
    VatosRun = 1 << 10,

    /// <summary>SMMU_IDR1.TABLES_PRESET, which is constant: where it is set the register never is writable.</summary>
    TablesPreset = 1 << 11,

    /// <summary>SMMU_IDR1.QUEUES_PRESET, likewise.</summary>
    QueuesPreset = 1 << 12,

    /// <summary>All three queues of the Non-secure interface.</summary>
    Queues = Cmdqen | Eventqen | Priqen,
}
