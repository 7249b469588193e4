using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// Which pages were written.
public sealed partial class ReferenceDriver : IDirtyTracking
{
    /// <inheritdoc/>
    public Outcome StartTracking(DomainHandle domain)
    {
        var paging = Paging(domain);
        return paging.IsDone ? Alone(() => paging.Value.Track(true)) : paging.WithoutResult;
    }

    /// <inheritdoc/>
    public Outcome StopTracking(DomainHandle domain)
    {
        var paging = Paging(domain);
        return paging.IsDone ? Alone(() => paging.Value.Track(false)) : paging.WithoutResult;
    }

    /// <inheritdoc/>
    public Outcome<ImmutableArray<DirtyRange>> ReadDirty(
        DomainHandle domain,
        Iova address,
        ulong bytes,
        bool clean
    )
    {
        var paging = Paging(domain);
        if (!paging.IsDone)
            return paging.Error;
        var format = paging.Value.Table.Format;
        if (!paging.Value.IsTracked || !format.IsAligned(address.Value | bytes))
            return ErrorClass.Invalid;
        if (!format.CanMap(address, bytes))
            return ErrorClass.OutOfRange;
        return paging.Value.ReadDirty(address, bytes, clean);
    }
}
