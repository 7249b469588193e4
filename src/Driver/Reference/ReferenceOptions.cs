using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Choices the architecture leaves to a driver and this one leaves to its user.</summary>
public sealed record ReferenceOptions
{
    /// <summary>When unmapped ranges are forgotten in domains that do not say.</summary>
    public FlushMode FlushMode { get; init; } = FlushMode.Strict;

    /// <summary>SMMUs that can hear the TLB maintenance of PEs do, and are not told what they have heard.</summary>
    public bool HearsBroadcasts { get; init; }
}
