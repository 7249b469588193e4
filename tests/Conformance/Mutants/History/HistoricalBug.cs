using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>A bug that some driver for SMMUv3 once had, or still has.</summary>
/// <param name="Row">Its name: a letter for the part of a driver, and a number.</param>
/// <param name="Bug">What went wrong.</param>
/// <param name="LeftOut">Why it cannot be re-created here; null: it is.</param>
public sealed record HistoricalBug(string Row, string Bug, string? LeftOut = null)
{
    /// <summary>All that are known.</summary>
    public static ImmutableArray<HistoricalBug> All { get; } =
    [.. JsonLines.Parse<HistoricalBug>("history.jsonl", Resource.Text("Mutants/history.jsonl"))];
}
