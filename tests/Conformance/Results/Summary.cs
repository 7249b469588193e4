using System.Text;
using SmmuConformance.Bench.Models;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Results;

/// <summary>What a run came to, as text: cases, executions, verdicts by area, time, and the claim.</summary>
/// <param name="Results">What was run.</param>
/// <param name="Run">How.</param>
/// <param name="Claim">What it allows to say.</param>
public sealed record Summary(IReadOnlyCollection<Result> Results, Provenance Run, Claim Claim)
{
    /// <summary>Where the comparison with a second driver is, if there is one.</summary>
    public string? Beside { get; init; }

    private static readonly Verdict[] s_verdicts = Enum.GetValues<Verdict>();

    /// <summary>Distinct cases of which at least one execution was counted.</summary>
    public int Cases => Results.Select(result => result.Execution.Case.Id).Distinct().Count();

    /// <summary>Executions, those that do not apply included.</summary>
    public int Executions => Results.Count;

    /// <summary>A table by area, and the totals.</summary>
    public string Text
    {
        get
        {
            var text = new StringBuilder();
            Line(text, "area", s_verdicts.Select(verdict => verdict.Name()));
            foreach (
                var area in Results
                    .GroupBy(result => result.Execution.Case.Area)
                    .OrderBy(group => group.Key, StringComparer.Ordinal)
            )
                Line(text, area.Key, Numbers([.. area]));
            Line(text, "all", Numbers(Results));
            text.Append(
                $"Catalogue: {Cases} cases, {Executions} executions, {Run.Seconds:F1} s (driver '{Run.Driver}'"
                    + $"{(Run.Shard == "1/1" ? "" : $", shard {Run.Shard}")}"
                    + $"{(Run.Platform == ChosenModels.Emulator ? "" : $", on '{Run.Platform}'")}"
                    + $"{(Run.Machine == Temper.Kind.Name ? "" : $", machine '{Run.Machine}'")}, order {Run.Order})\n"
            );
            text.AppendJoin(", ", Count(Results).Select(pair => $"{pair.Value} {pair.Key}"));
            text.Append('\n');
            if (CapabilityUse.Unproved(Results) is { Length: > 0 } unproved)
                text.Append(unproved).Append('\n');
            if (Beside is not null)
                text.Append($"Beside the second driver: {Beside}\n");
            return text.Append(Claim.Text).ToString();
        }
    }

    /// <summary>How many of each verdict; all of them, also those at zero.</summary>
    public static IReadOnlyDictionary<string, int> Count(IReadOnlyCollection<Result> results) =>
        s_verdicts.ToDictionary(
            verdict => verdict.Name(),
            verdict => results.Count(result => result.Ending.Verdict == verdict)
        );

    private static IEnumerable<string> Numbers(IReadOnlyCollection<Result> results) =>
        Count(results).Values.Select(count => count == 0 ? "-" : $"{count}");

    private static void Line(StringBuilder text, string first, IEnumerable<string> columns)
    {
        text.Append($"{first, -14}");
        foreach (var column in columns)
            text.Append($"{column, 16}");
        text.Append('\n');
    }
}
