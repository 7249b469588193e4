using SmmuConformance.Bench.Models;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Conformance.Plugging;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>How one execution ended on QEMU.</summary>
/// <param name="Execution">Which.</param>
/// <param name="Ending">How.</param>
internal readonly record struct QemuResult(Execution Execution, Ending Ending);

/// <summary>Runs executions of cases on QEMU's SMMU. Nothing passes that QEMU was not asked about.</summary>
internal static class QemuRun
{
    /// <summary>Every case, with each of its rows, on one kind of QEMU's SMMU.</summary>
    public static IReadOnlyList<QemuResult> OfAllCases(ModelPlatform platform) =>
        [
            .. from declaration in Catalogue.Cases
            from execution in SilentRun.Executions(declaration, [platform.Profile])
            select new QemuResult(execution, Of(execution, platform, SilentRun.Of)),
        ];

    /// <summary>The cases about drivers that find most, with each of their rows, on another driver.</summary>
    public static IReadOnlyList<QemuResult> OfDriver(PluggedRun run, ModelPlatform platform) =>
        [
            .. from execution in PluggedRun.OfDrivers([platform.Profile])
            where CaseSets.Of(execution.Case.Id).Contains("smoke")
            select new QemuResult(execution, Of(execution, platform, run.Of)),
        ];

    /// <summary>How an execution ends.</summary>
    public static Ending Of(
        Execution execution,
        ModelPlatform platform,
        Func<Execution, Ending> run
    )
    {
        var ending = On(execution, platform, run);
        if (!platform.WasAskedForAnother)
            return ending;

        // A case that makes its hardware to its own measure may hold of QEMU's as it is: if the emulator says so, QEMU is asked.
        using var made = MachineVariant.Use(platform.AsItIs);
        return run(execution).Verdict == Verdict.Passed ? On(execution, platform, run) : ending;
    }

    private static Ending On(
        Execution execution,
        ModelPlatform platform,
        Func<Execution, Ending> run
    )
    {
        using var elsewhere = platform.Use();
        var ending = run(execution);
        return ending.Verdict switch
        {
            Verdict.Passed when platform.Questions == 0 => new(
                Verdict.NotApplicable,
                "QEMU is not asked anything"
            ),
            // Hardware may forget what the emulator remembers.
            Verdict.Failed when execution.Case.Attribute.AboutCaches => new(
                Verdict.NotApplicable,
                "it asserts that something is cached, and hardware need not cache it"
            ),
            _ => ending,
        };
    }
}
