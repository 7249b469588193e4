using SmmuConformance.Bench.Models;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Conformance.Platforms;
using SmmuConformance.Conformance.Plugging;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>How one execution ended on QEMU.</summary>
/// <param name="Execution">Which.</param>
/// <param name="Ending">How.</param>
internal readonly record struct QemuResult(Execution Execution, Ending Ending);

/// <summary>Runs the catalogue on QEMU's SMMU.</summary>
internal static class QemuRun
{
    /// <summary>Every case, with each of its rows, on one kind of QEMU's SMMU.</summary>
    public static IReadOnlyList<QemuResult> OfAllCases(ModelPlatform platform) =>
        [
            .. from declaration in Catalogue.Cases
            from execution in SilentRun.Executions(declaration, [platform.Profile])
            select new QemuResult(execution, ModelRun.Of(execution, platform, SilentRun.Of)),
        ];

    /// <summary>Executions of cases about drivers on another driver: one in three, for all take a minute (<c>SMMU_PLATFORM=qemu</c> runs them).</summary>
    public static IReadOnlyList<QemuResult> OfDriver(PluggedRun run, ModelPlatform platform) =>
        [
            .. from execution in PluggedRun
                .OfDrivers([platform.Profile])
                .Where((_, i) => i % 3 == 0)
            select new QemuResult(execution, ModelRun.Of(execution, platform, run.Of)),
        ];
}
