namespace SmmuConformance.Driver.Contract;

/// <summary>What a driver says of itself before anything else is asked of it.</summary>
/// <param name="Name">Name, also of its folder of snapshots: letters, digits, dots and dashes.</param>
/// <param name="Version">Version, for reports.</param>
/// <param name="Capabilities">What it can do; a case that needs more does not apply.</param>
/// <param name="Policies">The choices the architecture leaves to it.</param>
/// <param name="Observation">How finely its stores can be watched.</param>
public sealed record DriverDescription(
    string Name,
    string Version,
    Capabilities Capabilities,
    Policies Policies,
    Observation Observation
);

/// <summary>What a driver can do beside probing, resetting and removing an SMMU.</summary>
[Flags]
public enum Capabilities : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Domains that pass addresses through unchanged.</summary>
    Identity = 1 << 0,

    /// <summary>Domains that refuse every access.</summary>
    Blocked = 1 << 1,

    /// <summary>Paging domains at stage 1.</summary>
    Stage1 = 1 << 2,

    /// <summary>Paging domains at stage 2.</summary>
    Stage2 = 1 << 3,

    /// <summary>One domain attached behind several SMMUs.</summary>
    MultipleSmmus = 1 << 4,

    /// <summary>Domains attached to a PASID.</summary>
    PasidAttach = 1 << 5,

    /// <summary>Auxiliary domains.</summary>
    AuxiliaryDomains = 1 << 6,

    /// <summary>Shared virtual addressing.</summary>
    SharedAddressing = 1 << 7,

    /// <summary>I/O page faults by stall or PRI.</summary>
    PageFaults = 1 << 8,

    /// <summary>Nested translation and vSMMUs.</summary>
    Nesting = 1 << 9,

    /// <summary>Enforced cache coherency.</summary>
    CoherencyEnforcement = 1 << 10,

    /// <summary>Dirty tracking.</summary>
    DirtyTracking = 1 << 11,

    /// <summary>Suspend, resume, shutdown.</summary>
    Power = 1 << 12,

    /// <summary>Start over an SMMU that is live.</summary>
    TakeOver = 1 << 13,

    /// <summary>Devices that offer ATS get it.</summary>
    Ats = 1 << 14,

    /// <summary>Calls may come from several threads at once.</summary>
    Concurrent = 1 << 15,

    /// <summary>
    /// Where the manual leaves a choice and the Linux driver has made it, this one makes the same: cases of level linux apply.
    /// </summary>
    LikeLinux = 1 << 16,
}

/// <summary>The choices the architecture leaves to a driver. Cases check that it keeps what it declares.</summary>
public sealed record Policies
{
    /// <summary>Within what scope an ASID is given out once only.</summary>
    public TagScope AsidScope { get; init; } = TagScope.Global;

    /// <summary>Within what scope a VMID is given out once only.</summary>
    public TagScope VmidScope { get; init; } = TagScope.Global;

    /// <summary>What a stream without a domain gets.</summary>
    public UnattachedStreams UnattachedStreams { get; init; } = UnattachedStreams.Abort;

    /// <summary>When an unmapped range is forgotten by the hardware.</summary>
    public FlushMode FlushMode { get; init; } = FlushMode.Strict;

    /// <summary>Which stream table formats it uses where the hardware offers both.</summary>
    public StreamTableChoice StreamTable { get; init; } = StreamTableChoice.TwoLevelWhereOffered;

    /// <summary>
    /// SMMUs that can (SMMU_IDR0.BTM) hear the TLB maintenance that PEs broadcast: SMMU_CR2.PTM is 0 there, and what a process
    /// with a <see cref="ProcessSpace.SharedAsid"/> invalidates itself is not invalidated once more.
    /// </summary>
    public bool HearsBroadcasts { get; init; }

    /// <summary>The lowest ASID it gives out; below are reserved. Usually 1.</summary>
    public ushort FirstAsid { get; init; } = 1;
}

/// <summary>Within what scope an identifier is unique.</summary>
public enum TagScope : byte
{
    /// <summary>Over all SMMUs of the system.</summary>
    Global,

    /// <summary>Within one SMMU.</summary>
    PerSmmu,
}

/// <summary>What a stream without a domain gets.</summary>
public enum UnattachedStreams : byte
{
    /// <summary>Every access is refused.</summary>
    Abort,

    /// <summary>Every access passes unchanged.</summary>
    Bypass,
}

/// <summary>When an unmapped range is forgotten by the hardware.</summary>
public enum FlushMode : byte
{
    /// <summary>Before <see cref="ISmmuDriver.Unmap"/> returns.</summary>
    Strict,

    /// <summary>At the latest when <see cref="ISmmuDriver.Flush"/> returns.</summary>
    Lazy,
}

/// <summary>Which stream table format a driver uses where the hardware offers both.</summary>
public enum StreamTableChoice : byte
{
    /// <summary>Two levels where SMMU_IDR0.ST_LEVEL offers them and one leaf does not cover every StreamID.</summary>
    TwoLevelWhereOffered,

    /// <summary>Always one linear table.</summary>
    Linear,
}

/// <summary>How finely a driver's stores can be watched.</summary>
public enum Observation : byte
{
    /// <summary>Every store, in order.</summary>
    EveryStore,

    /// <summary>Memory as it stands when a register is written; the order in between is not known.</summary>
    AtDoorbell,
}
