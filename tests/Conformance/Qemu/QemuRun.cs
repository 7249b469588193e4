using SmmuConformance.Bench.Qemu;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>How one execution ended on QEMU.</summary>
/// <param name="Execution">Which.</param>
/// <param name="Ending">How.</param>
internal readonly record struct QemuResult(Execution Execution, Ending Ending);

/// <summary>Runs executions of cases on QEMU's SMMU. Nothing passes that QEMU was not asked about.</summary>
internal static class QemuRun
{
    /// <summary>Every case about hardware, with each of its rows, on one kind of QEMU's SMMU.</summary>
    public static IReadOnlyList<QemuResult> OfHardwareCases(QemuPlatform platform) =>
        [
            .. from declaration in Catalogue.Cases
            where declaration.IsAboutHardware
            from execution in SilentRun.Executions(declaration, [platform.Profile])
            select new QemuResult(execution, Of(execution, platform)),
        ];

    /// <summary>How an execution ends.</summary>
    public static Ending Of(Execution execution, QemuPlatform platform)
    {
        var ending = On(execution, platform);
        if (!platform.WasAskedForAnother)
            return ending;

        // A case that makes its hardware to its own measure may hold of QEMU's as it is: if the emulator says so, QEMU is asked.
        using var made = MachineVariant.Use(platform.AsItIs);
        return SilentRun.Of(execution).Verdict == Verdict.Passed ? On(execution, platform) : ending;
    }

    private static Ending On(Execution execution, QemuPlatform platform)
    {
        using var elsewhere = platform.Use();
        var ending = SilentRun.Of(execution);
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
