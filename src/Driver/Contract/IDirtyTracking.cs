using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Which pages devices have written, as hardware notes it in the descriptors (§3.13). Goes with
/// <see cref="Capabilities.DirtyTracking"/>; for domains that were made with <see cref="DomainRequest.DirtyTracking"/>.
/// </summary>
public interface IDirtyTracking
{
    /// <summary>From now on it is noted which pages are written; what was written before is not.</summary>
    /// <returns>
    /// <see cref="ErrorClass.Invalid"/> for a domain that was not made for it, <see cref="ErrorClass.NotFound"/>,
    /// <see cref="ErrorClass.TimedOut"/>, and then it is not tracked.
    /// </returns>
    Outcome StartTracking(DomainHandle domain);

    /// <summary>Nothing is noted any more; what is mapped stays as it is.</summary>
    /// <returns><see cref="ErrorClass.Invalid"/> if it is not tracked, <see cref="ErrorClass.NotFound"/>.</returns>
    Outcome StopTracking(DomainHandle domain);

    /// <summary>
    /// The pages of a range that were written since tracking started, or since they were last cleaned: every access that has
    /// ended before the call counts. What was mapped meanwhile may count as written.
    /// </summary>
    /// <param name="domain">A domain that is tracked.</param>
    /// <param name="address">First address; a multiple of the smallest page.</param>
    /// <param name="bytes">Size; a multiple of the smallest page.</param>
    /// <param name="clean">They count as not written from now on: a write that comes later is noted anew.</param>
    /// <returns>
    /// Pages and blocks in ascending order, each whole, also where the range cuts one;
    /// <see cref="ErrorClass.Invalid"/>, <see cref="ErrorClass.OutOfRange"/>, <see cref="ErrorClass.NotFound"/>;
    /// <see cref="ErrorClass.TimedOut"/>, and what was written still counts as written.
    /// </returns>
    Outcome<ImmutableArray<DirtyRange>> ReadDirty(
        DomainHandle domain,
        Iova address,
        ulong bytes,
        bool clean
    );
}

/// <summary>Addresses that were written.</summary>
/// <param name="Address">First address.</param>
/// <param name="Bytes">Size: of a page, of a block, or of several that adjoin.</param>
public readonly record struct DirtyRange(Iova Address, ulong Bytes);
