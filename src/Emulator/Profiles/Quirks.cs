namespace SmmuConformance.Emulator;

/// <summary>
/// Faults of real parts: what hardware does against the manual, and a driver must live with. Each says when it strikes,
/// so that it strikes the same way in every run. Where a maker tells only the work-around, the worst that the
/// work-around still covers is taken.
/// </summary>
[Flags]
public enum Quirks : ushort
{
    /// <summary>The part keeps the manual.</summary>
    None = 0,

    /// <summary>
    /// No wake-up event is sent when the Command queue stops being full, which §4.1.2 demands with IDR0.SEV. A PE that
    /// waits for space with WFE never wakes. The event of a CMD_SYNC with CS = 0b10 is sent as it should be. Arm MMU-600
    /// before r1p0, erratum 1076982.
    /// </summary>
    LosesWakeEvents = 1 << 0,

    /// <summary>
    /// CMD_TLBI_NH_VA, CMD_TLBI_NH_VAA and CMD_TLBI_NH_ASID leave every TLB entry and every cached table that was made
    /// while both stages translated (STE.Config 0b111), against §4.4.2. Scopes of a whole VMID, and everything at stage
    /// 2, remove them. So nesting is unsafe. Arm MMU-600 before r2p0, erratum 1209401; Arm MMU-700 before r1p1, erratum
    /// 2268618.
    /// </summary>
    MissesNestedEntries = 1 << 1,

    /// <summary>
    /// A broadcast TLB invalidation removes nothing, whatever CR2.PTM says, against §3.17. So IDR0.BTM must not be relied
    /// on. Arm MMU-700 (errata 2812531, 3777127), MMU-L1 (3878312) and MMU-S3 (3995052).
    /// </summary>
    MissesBroadcasts = 1 << 2,

    /// <summary>
    /// A CMD_CFGI_* or CMD_TLBI_* has no effect if the last such command before it had another opcode and no CMD_SYNC was
    /// consumed between the two, against §4.7.3. It is consumed without an error. Commands of one opcode may follow one
    /// another. Arm MMU-700 before r1p1, erratum 2812531.
    /// </summary>
    LosesUnsyncedCommands = 1 << 3,

    /// <summary>
    /// Whatever a CMD_CFGI_* or CMD_TLBI_* must remove from a configuration cache, the TLB or the walk cache survives the
    /// first such command and goes with the second, if a CMD_SYNC was consumed between the two, against §4.3 and §4.4.
    /// Filling the entry anew starts the count again; CMD_ATC_INV is not affected. NVIDIA Tegra264, erratum T264-SMMU-3,
    /// where it takes traffic that races with the invalidation; nothing in the ID registers tells.
    /// </summary>
    SurvivesOneInvalidation = 1 << 4,

    /// <summary>
    /// CMD_PREFETCH_CONFIG and CMD_PREFETCH_ADDR stop the queue with CERROR_ILL, against §4.2. HiSilicon Hi161x; only
    /// firmware tells.
    /// </summary>
    RefusesPrefetch = 1 << 5,

    /// <summary>
    /// An MSI writes eight bytes: the data, and after it four bytes of the part's own, against §3.18. Memory behind the
    /// target of a CMD_SYNC is overwritten. HiSilicon Hi161x.
    /// </summary>
    WidensMessages = 1 << 6,

    /// <summary>
    /// There is no register page 1 (§6.1): EVENTQ_PROD, EVENTQ_CONS, PRIQ_PROD and PRIQ_CONS stand at the same offsets of
    /// page 0, where software must otherwise not touch them (§6.2). Cavium ThunderX2 CN99xx, erratum 74; only firmware
    /// tells.
    /// </summary>
    PageZeroOnly = 1 << 7,

    /// <summary>
    /// One wire serves all interrupts (§3.18.2 has one for each), so an interrupt does not say its source. Cavium
    /// ThunderX2 CN99xx, erratum 126; firmware tells.
    /// </summary>
    SharesInterrupt = 1 << 8,
}
