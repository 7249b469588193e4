using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Choices the architecture leaves to a driver and this one leaves to its user.</summary>
public sealed record ReferenceOptions
{
    /// <summary>When unmapped ranges are forgotten in domains that do not say.</summary>
    public FlushMode FlushMode { get; init; } = FlushMode.Strict;

    /// <summary>Within what an ASID is given out once only.</summary>
    public TagScope AsidScope { get; init; } = TagScope.Global;

    /// <summary>Within what a VMID is given out once only.</summary>
    public TagScope VmidScope { get; init; } = TagScope.Global;

    /// <summary>SMMUs that can hear the TLB maintenance of PEs do, and are not told what they have heard.</summary>
    public bool HearsBroadcasts { get; init; }
}
