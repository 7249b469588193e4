using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

// What a case asks of the driver about pages that were written.
public sealed partial class TestBench
{
    /// <summary>A paging domain that can tell what was written, if the driver does not refuse it.</summary>
    public Outcome<DomainHandle> TryTrackedDomain(params int[] smmus) =>
        TryPagingDomain(DomainStage.Any, smmus, tracked: true);

    /// <summary>Has the driver note from now on what is written.</summary>
    public Outcome StartTracking(DomainHandle domain) =>
        Operate(
            $"start tracking domain {domain.Value}",
            () => Facet<IDirtyTracking>().StartTracking(domain)
        );

    /// <summary>Has the driver note nothing any more.</summary>
    public Outcome StopTracking(DomainHandle domain) =>
        Operate(
            $"stop tracking domain {domain.Value}",
            () => Facet<IDirtyTracking>().StopTracking(domain)
        );

    /// <summary>What was written of a range.</summary>
    public Outcome<ImmutableArray<DirtyRange>> ReadDirty(
        DomainHandle domain,
        Iova address,
        ulong bytes,
        bool clean
    ) =>
        Operate(
            $"read dirty of domain {domain.Value} {address} +0x{bytes:x}{(clean ? ", clean" : "")}",
            () => Facet<IDirtyTracking>().ReadDirty(domain, address, bytes, clean)
        );
}
