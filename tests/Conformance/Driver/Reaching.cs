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
        bool write = false
    )
    {
        var access = bench.Dma(device, at, write);
        Assert.True(
            access.Passed && access.Address == physical,
            $"{device} at {at} must reach {physical}, but met {WarmScene.Text(access)}"
        );
    }

    /// <summary>Fails the case if an access passes.</summary>
    public static void MustRefuse(this TestBench bench, Device device, Iova at, bool write = false)
    {
        var access = bench.Dma(device, at, write);
        Assert.False(
            access.Passed,
            $"{device} at {at} must be refused, but met {WarmScene.Text(access)}"
        );
    }
}
