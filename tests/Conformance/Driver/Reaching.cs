using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a device must reach, and what it must not.</summary>
internal static class Reaching
{
    /// <summary>Fails the case unless an access ends at that place.</summary>
    public static void MustReach(
        this TestBench bench,
        Device device,
        Iova at,
        PhysicalAddress physical,
        bool write = false,
        SubstreamId? pasid = null
    )
    {
        var access = bench.Dma(device, at, write, pasid: pasid);
        Assert.True(
            access.Passed && access.Address == physical,
            $"{device}{Of(pasid)} at {at} must reach {physical}, but met {WarmScene.Text(access)}"
        );
    }

    /// <summary>Fails the case if an access passes.</summary>
    public static void MustRefuse(
        this TestBench bench,
        Device device,
        Iova at,
        bool write = false,
        SubstreamId? pasid = null
    )
    {
        var access = bench.Dma(device, at, write, pasid: pasid);
        Assert.False(
            access.Passed,
            $"{device}{Of(pasid)} at {at} must be refused, but met {WarmScene.Text(access)}"
        );
    }

    private static string Of(SubstreamId? pasid) => pasid is { } number ? $" PASID {number}" : "";
}
