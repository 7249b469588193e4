using SmmuConformance.Bench.Qemu;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>All hardware cases on every kind of QEMU's SMMU, run once for all tests about them.</summary>
internal static class QemuTable
{
    private static readonly Lazy<QemuAgreement> Hardware = new(() =>
        Noted("qemu-hardware.txt", [.. Enum.GetValues<QemuStage>().SelectMany(HardwareCasesOn)])
    );

    /// <summary>Cases about hardware.</summary>
    public static QemuAgreement OfHardwareCases => Hardware.Value;

    private static IReadOnlyList<QemuResult> HardwareCasesOn(QemuStage stage)
    {
        using var platform = new QemuPlatform(QemuFinder.OfThisRun.Path!, stage);
        return QemuRun.OfHardwareCases(platform);
    }

    // Every execution with its verdict and reason stands beside the other results of the run.
    private static QemuAgreement Noted(string file, IReadOnlyList<QemuResult> results)
    {
        var folder = Directory.CreateDirectory(
            Path.Combine(Repository.Root, "tests", "Conformance", "TestResults")
        );
        File.WriteAllLines(
            Path.Combine(folder.FullName, file),
            results.Select(result =>
                $"{result.Ending.Verdict.Name()}\t{result.Execution.Key}\t{result.Ending.Reason.ReplaceLineEndings(" | ")}"
            )
        );
        return new QemuAgreement(results, QemuDeviation.All);
    }
}
