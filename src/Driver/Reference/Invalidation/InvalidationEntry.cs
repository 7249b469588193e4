using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>One instruction of a domain's array: what to forget where, when something is unmapped.</summary>
/// <param name="Smmu">Which SMMU is told.</param>
/// <param name="Kind">What it is told to forget.</param>
/// <param name="Id">ASID, VMID or StreamID, as the kind says.</param>
/// <param name="Substream">For <see cref="InvalidationKind.Device"/>: which address space of the device; 0: the one without PASID.</param>
/// <param name="Users">How many attachments need it. Nobody needs an entry of 0: it is skipped.</param>
internal readonly record struct InvalidationEntry(
    SmmuDevice Smmu,
    InvalidationKind Kind,
    uint Id,
    SubstreamId Substream = default,
    int Users = 1
)
{
    /// <summary>The tag of a TLB, not a device.</summary>
    public bool IsTag => Kind < InvalidationKind.Device;

    /// <summary>Order of the array, whatever the number of users: SMMUs one after another, devices behind tags.</summary>
    public int Against(InvalidationEntry other)
    {
        var smmu = Smmu.Handle.Value.CompareTo(other.Smmu.Handle.Value);
        if (smmu != 0)
            return smmu;
        return (Kind, Id, Substream.Value).CompareTo((other.Kind, other.Id, other.Substream.Value));
    }
}
