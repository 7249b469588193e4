using System.Collections.Immutable;
using SmmuConformance.Conformance.Platforms;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>What executions on QEMU say, held against the differences that are known.</summary>
/// <param name="results">How executions ended.</param>
/// <param name="known">What is known.</param>
internal sealed class QemuAgreement(
    IReadOnlyList<QemuResult> results,
    ImmutableArray<KnownDifference> known
)
{
    /// <summary>How executions ended.</summary>
    public IReadOnlyList<QemuResult> Results => results;

    /// <summary>What is known of differences.</summary>
    public ImmutableArray<KnownDifference> Known => known;

    /// <summary>The same of cases about hardware alone, or of those about drivers.</summary>
    public QemuAgreement About(bool hardware) =>
        new([.. results.Where(r => r.Execution.Case.IsAboutHardware == hardware)], known);

    /// <summary>Failures that nothing explains, as messages.</summary>
    public IEnumerable<string> Unexplained =>
        from result in results
        where result.Ending.Verdict is not (Verdict.Passed or Verdict.NotApplicable)
        where WhyOf(result) is null
        select $"{result.Execution.Key}: {result.Ending}";

    /// <summary>What is listed and does not show, as messages.</summary>
    public IEnumerable<string> Unshown =>
        from difference in known
        from show in difference.Shows
        let wrong = WhyNotShown(results.Where(result => Names(show, result.Execution)))
        where wrong is not null
        select $"{difference.Id} is listed for {show}, which {wrong}";

    /// <summary>The difference that explains a failure; null if nothing does, or nothing has to.</summary>
    public KnownDifference? WhyOf(QemuResult result) =>
        known.FirstOrDefault(difference => difference.Explains(result.Execution, result.Ending));

    // It must fail somewhere, and pass nowhere.
    private static string? WhyNotShown(IEnumerable<QemuResult> results)
    {
        var verdicts = results
            .Select(result => result.Ending.Verdict)
            .Where(verdict => verdict != Verdict.NotApplicable)
            .Distinct()
            .ToList();
        return verdicts is [Verdict.Failed] ? null
            : verdicts.Count == 0 ? "runs nowhere"
            : $"ends as {string.Join(" and ", verdicts.Select(verdict => verdict.Name()))}";
    }

    private static bool Names(string show, Execution execution) =>
        show == execution.Id || show == execution.Key;
}
