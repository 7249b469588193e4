using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>The driver under test on the machine that a snapshot needs.</summary>
internal static class Subject
{
    /// <summary>A recording of a bench with one SMMU that the driver has probed; skips the test if the driver lacks an ability.</summary>
    public static Recording Start(Profile profile, Capabilities needs, BenchOptions? options = null)
    {
        var bench = TestBench.Create(profile, options);
        Xunit.Skip.IfNot(
            bench.Description.Capabilities.HasFlag(needs),
            $"{bench.Description.Name} does not offer {needs}"
        );
        bench.Must(bench.Probe());
        return new(bench);
    }

    /// <summary>Hardware whose only granule is 16 KB.</summary>
    public static Profile Only16K { get; } = OnlyGranule("Only16K", new Idr5 { GRAN16K = true });

    /// <summary>Hardware whose only granule is 64 KB.</summary>
    public static Profile Only64K { get; } = OnlyGranule("Only64K", new Idr5 { GRAN64K = true });

    /// <summary>A device with one stream.</summary>
    public static MasterDescription Nic => new() { Name = "nic", Streams = [0x10u] };

    private static Profile OnlyGranule(string name, Idr5 granule) =>
        Profiles.Qemu10 with
        {
            Name = name,
            IDR5 = granule with { OAS = Profiles.Qemu10.IDR5.OAS },
        };
}
