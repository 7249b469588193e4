using SmmuConformance.Bench.Models;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Conformance.Platforms;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>
/// All cases on every kind of QEMU's SMMU, run once for all tests about them: those about hardware, and those about drivers with
/// the driver under test.
/// </summary>
internal static class QemuTable
{
    private static readonly Lazy<QemuAgreement> Shared = new(() =>
    {
        var results = Enum.GetValues<QemuStage>().SelectMany(On).ToList();
        Note(results);
        return new QemuAgreement(results, KnownDifference.OfQemu);
    });

    /// <summary>How they ended.</summary>
    public static QemuAgreement OfThisRun => Shared.Value;

    private static IReadOnlyList<QemuResult> On(QemuStage stage)
    {
        using var platform = QemuModel.Platform(QemuFinder.OfThisRun.Path!, stage);
        return QemuRun.OfAllCases(platform);
    }

    // Every execution with its verdict and reason stands beside the other results of the run.
    private static void Note(IEnumerable<QemuResult> results)
    {
        var folder = Directory.CreateDirectory(
            Path.Combine(Repository.Root, "tests", "Conformance", "TestResults")
        );
        File.WriteAllLines(
            Path.Combine(folder.FullName, "qemu.txt"),
            results.Select(result =>
                $"{result.Ending.Verdict.Name()}\t{result.Execution.Key}\t{result.Ending.Reason.ReplaceLineEndings(" | ")}"
            )
        );
    }
}
