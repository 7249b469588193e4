using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Faults that somebody can resolve: the accesses that met them wait, stalled by the SMMU or asked for by the device (PRI),
/// until they are answered. Goes with <see cref="Capabilities.PageFaults"/>.
/// </summary>
public interface IPageFaults
{
    /// <summary>From now on faults of a device are handed to <see cref="ISystem.Ask"/> instead of being refused.</summary>
    /// <returns>
    /// <see cref="ErrorClass.NotSupported"/> if its accesses can neither stall nor be asked for, or it has several streams,
    /// <see cref="ErrorClass.Busy"/> if they are handed on already, <see cref="ErrorClass.NotFound"/>.
    /// </returns>
    Outcome EnableFaults(MasterHandle master);

    /// <summary>Faults of a device are refused again; those that wait for an answer are refused now.</summary>
    /// <returns><see cref="ErrorClass.Invalid"/> if they are not handed on, <see cref="ErrorClass.NotFound"/>.</returns>
    Outcome DisableFaults(MasterHandle master);

    /// <summary>Answers a group of page faults, once.</summary>
    /// <returns><see cref="ErrorClass.NotFound"/> if no such group waits: it was never handed on, or has its answer.</returns>
    Outcome Answer(PageFaultGroup group, PageFaultAnswer answer);
}

/// <summary>Faults that are answered together: all that a device asks for at once, or one access that is stalled.</summary>
/// <param name="Value">Meaningful to the driver only.</param>
public readonly record struct PageFaultGroup(long Value);

/// <summary>A page that an access needs.</summary>
/// <param name="Group">With which others it is answered; complete with <paramref name="Last"/>.</param>
/// <param name="Last">No more of the group will follow: it can be answered.</param>
/// <param name="Master">The device.</param>
/// <param name="Pasid">The PASID of the access, or null.</param>
/// <param name="Address">The address, of the access or of its page.</param>
/// <param name="Read">It reads.</param>
/// <param name="Write">It writes.</param>
/// <param name="Execute">It executes.</param>
/// <param name="Privileged">It is privileged.</param>
public readonly record struct PageFault(
    PageFaultGroup Group,
    bool Last,
    MasterHandle Master,
    SubstreamId? Pasid,
    Iova Address,
    bool Read,
    bool Write,
    bool Execute,
    bool Privileged
);

/// <summary>How a group of page faults ends.</summary>
public enum PageFaultAnswer : byte
{
    /// <summary>All pages are there: the accesses are made again.</summary>
    Resolved,

    /// <summary>There is no such page: the accesses are refused.</summary>
    Invalid,

    /// <summary>Something else failed: the accesses are refused, and the device should ask no more.</summary>
    Failure,
}
