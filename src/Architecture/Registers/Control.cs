namespace SmmuConformance.Architecture;

/// <summary>How many low VMID bits a TLB invalidation ignores: CR0.VMW. §6.3.9</summary>
public enum VmidWildcard : byte
{
    /// <summary>None: the whole VMID must match.</summary>
    Exact = 0b000,

    /// <summary>The lowest bit.</summary>
    IgnoreOne = 0b001,

    /// <summary>The two lowest bits.</summary>
    IgnoreTwo = 0b010,

    /// <summary>The three lowest bits.</summary>
    IgnoreThree = 0b011,

    /// <summary>The four lowest bits.</summary>
    IgnoreFour = 0b100,
}

/// <summary>The enables of the Non-secure interface.</summary>
/// <remarks>
/// A write is not an act: it starts an update, and the field has its new value when CR0ACK shows it. Until then a
/// rule that needs the enable to be 0 holds only if both registers say 0. Writing a field again before its update
/// is acknowledged is CONSTRAINED UNPREDICTABLE: from SMMUv3.2 the second value is dropped or the update ceases.
/// DPT_WALK_EN alone is read-only while it differs from its acknowledge. §6.3.9
/// </remarks>
[Register("SMMU_CR0", offset: 0x0020, bits: 32, clause: "6.3.9", Access.ReadWrite, Reset = 0)]
public readonly partial struct Cr0
{
    /// <summary>Streams are looked up in the Stream table; otherwise GBPA decides.</summary>
    [Bits(0)]
    public partial bool SMMUEN { get; init; }

    /// <summary>Page requests are written to the PRI queue; no effect while SMMUEN is 0. With IDR0.PRI.</summary>
    [Bits(1)]
    public partial bool PRIQEN { get; init; }

    /// <summary>Events are written to the Event queue.</summary>
    [Bits(2)]
    public partial bool EVENTQEN { get; init; }

    /// <summary>Commands are fetched from the Command queue.</summary>
    [Bits(3)]
    public partial bool CMDQEN { get; init; }

    /// <summary>Translated transactions are checked against STE.EATS. With IDR0.ATS.</summary>
    [Bits(4)]
    public partial bool ATSCHK { get; init; }

    /// <summary>Low VMID bits that invalidation ignores. With IDR0.VMW.</summary>
    [Bits(8, 6)]
    public partial VmidWildcard VMW { get; init; }

    /// <summary>Device Permission Table walks. With IDR3.DPT.</summary>
    [Bits(10)]
    public partial bool DPT_WALK_EN { get; init; }
}

/// <summary>The value of each CR0 field that the SMMU has acknowledged.</summary>
/// <remarks>
/// A field that CR0 reserves on this SMMU never appears here: waiting for a reserved bit never ends. §6.3.10
/// </remarks>
[Register("SMMU_CR0ACK", offset: 0x0024, bits: 32, clause: "6.3.10", Access.ReadOnly, Reset = 0)]
public readonly partial struct Cr0Ack
{
    /// <summary>Acknowledges CR0.SMMUEN.</summary>
    [Bits(0)]
    public partial bool SMMUEN { get; init; }

    /// <summary>Acknowledges CR0.PRIQEN, as written and not as effective.</summary>
    [Bits(1)]
    public partial bool PRIQEN { get; init; }

    /// <summary>Acknowledges CR0.EVENTQEN.</summary>
    [Bits(2)]
    public partial bool EVENTQEN { get; init; }

    /// <summary>Acknowledges CR0.CMDQEN.</summary>
    [Bits(3)]
    public partial bool CMDQEN { get; init; }

    /// <summary>Acknowledges CR0.ATSCHK.</summary>
    [Bits(4)]
    public partial bool ATSCHK { get; init; }

    /// <summary>Acknowledges CR0.VMW.</summary>
    [Bits(8, 6)]
    public partial VmidWildcard VMW { get; init; }

    /// <summary>Acknowledges CR0.DPT_WALK_EN.</summary>
    [Bits(10)]
    public partial bool DPT_WALK_EN { get; init; }
}

/// <summary>Memory attributes of the SMMU's own accesses to tables and queues.</summary>
/// <remarks>
/// Two guards in one register: the TABLE fields need SMMUEN to be 0, the QUEUE fields need all three queues to be
/// off (and every Enhanced Command queue). A guarded field ignores a write from SMMUv3.2 on; before that it may
/// take the value at an unpredictable moment. Preset tables or queues freeze the attributes in
/// use; whether a new value can still be stored and read back is then up to the implementation. §6.3.11
/// </remarks>
[Register(
    "SMMU_CR1",
    offset: 0x0028,
    bits: 32,
    clause: "6.3.11",
    Access.ReadWrite,
    ResetUnknown = true
)]
public readonly partial struct Cr1
{
    /// <summary>Inner cacheability of queue accesses.</summary>
    [Bits(1, 0, Guard = Guard.Queues | Guard.QueuesPreset)]
    public partial AccessCacheability QUEUE_IC { get; init; }

    /// <summary>Outer cacheability of queue accesses.</summary>
    [Bits(3, 2, Guard = Guard.Queues | Guard.QueuesPreset)]
    public partial AccessCacheability QUEUE_OC { get; init; }

    /// <summary>Shareability of queue accesses; ignored when both cacheabilities are zero.</summary>
    [Bits(5, 4, Guard = Guard.Queues | Guard.QueuesPreset)]
    public partial Shareability QUEUE_SH { get; init; }

    /// <summary>Inner cacheability of Stream table and VMS accesses.</summary>
    [Bits(7, 6, Guard = Guard.Smmuen | Guard.TablesPreset)]
    public partial AccessCacheability TABLE_IC { get; init; }

    /// <summary>Outer cacheability of Stream table and VMS accesses.</summary>
    [Bits(9, 8, Guard = Guard.Smmuen | Guard.TablesPreset)]
    public partial AccessCacheability TABLE_OC { get; init; }

    /// <summary>Shareability of Stream table and VMS accesses; ignored when both cacheabilities are zero.</summary>
    [Bits(11, 10, Guard = Guard.Smmuen | Guard.TablesPreset)]
    public partial Shareability TABLE_SH { get; init; }
}

/// <summary>Behaviour that may change only while translation is off.</summary>
/// <remarks>
/// One guard for the whole register: it is read-only unless SMMUEN is 0 and acknowledged as 0. In the gap between
/// the two an SMMU before 3.2 may still take the value. What was written takes effect by the time SMMUEN has
/// updated to 1, and not at the write. §6.3.12
/// </remarks>
[Register(
    "SMMU_CR2",
    offset: 0x002C,
    bits: 32,
    clause: "6.3.12",
    Access.ReadWrite,
    Guard = Guard.Smmuen,
    ResetUnknown = true
)]
public readonly partial struct Cr2
{
    /// <summary>The hypervisor regime is EL2-E2H, with ASIDs. With IDR0.Hyp; its change needs CMD_TLBI_EL2_ALL.</summary>
    [Bits(0)]
    public partial bool E2H { get; init; }

    /// <summary>C_BAD_STREAMID is recorded.</summary>
    [Bits(1)]
    public partial bool RECINVSID { get; init; }

    /// <summary>Broadcast TLB maintenance may be ignored. With IDR0.BTM.</summary>
    [Bits(2)]
    public partial bool PTM { get; init; }

    /// <summary>More events are recorded for ATS and PRI requests. With IDR0.ATSRECERR.</summary>
    [Bits(3)]
    public partial bool REC_CFG_ATS { get; init; }
}

/// <summary>Whether the SMMU holds anything in its caches.</summary>
[Register("SMMU_STATUSR", offset: 0x0040, bits: 32, clause: "6.3.13", Access.ReadOnly, Reset = 0)]
public readonly partial struct StatusR
{
    /// <summary>Nothing is cached and no prefetch is under way. With IDR0.DORMHINT.</summary>
    [Bits(0)]
    public partial bool DORMANT { get; init; }
}
