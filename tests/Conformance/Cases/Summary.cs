using System.Text.Json;

namespace SmmuConformance.Conformance.Cases;

/// <summary>What a run came to: cases, executions, verdicts, time.</summary>
/// <param name="Driver">Name of the driver under test.</param>
/// <param name="Shard">Which part of the catalogue.</param>
/// <param name="Cases">Distinct cases of which at least one execution was counted.</param>
/// <param name="Executions">Executions, those that do not apply included.</param>
/// <param name="Verdicts">How many of each; all of them, also those at zero.</param>
/// <param name="Seconds">Wall time of the test run, without discovery.</param>
/// <param name="Areas">The same counts, area by area.</param>
/// <param name="NotPassed">Every execution that ran to something else than passed, and why.</param>
public sealed record Summary(
    string Driver,
    string Shard,
    int Cases,
    int Executions,
    IReadOnlyDictionary<string, int> Verdicts,
    double Seconds,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Areas,
    IReadOnlyList<Summary.Line> NotPassed
)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    /// <summary>One execution that did not pass.</summary>
    /// <param name="Case">Id with the variant.</param>
    /// <param name="Profile">Name of the profile.</param>
    /// <param name="Verdict">The verdict.</param>
    /// <param name="Reason">First line of the reason.</param>
    public sealed record Line(string Case, string Profile, string Verdict, string Reason);

    /// <summary>One block of text.</summary>
    public string Text =>
        $"Catalogue: {Cases} cases, {Executions} executions, {Seconds:F1} s"
        + $" (driver '{Driver}'{(Shard == "1/1" ? "" : $", shard {Shard}")}{(Suite.Temper == Temper.Kind ? "" : $", machine '{Suite.Temper}'")})\n"
        + string.Join(", ", Verdicts.Select(pair => $"{pair.Value} {pair.Key}"));

    /// <summary>The summary of a tally.</summary>
    public static Summary Of(Tally tally, TimeSpan elapsed)
    {
        var endings = tally.Endings;
        return new Summary(
            Subject.Description.Name,
            Conformance.Cases.Shard.FromEnvironment().ToString(),
            endings.Select(pair => pair.Execution.Case.Id).Distinct().Count(),
            endings.Count,
            Count(endings),
            Math.Round(elapsed.TotalSeconds, 3),
            endings
                .GroupBy(pair => pair.Execution.Case.Area)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, Count),
            [
                .. endings
                    .Where(pair =>
                        pair.Ending.Verdict is not (Verdict.Passed or Verdict.NotApplicable)
                    )
                    .Select(pair => new Line(
                        pair.Execution.Id,
                        pair.Execution.Profile.Name,
                        pair.Ending.Verdict.Name(),
                        pair.Ending.Reason.Split('\n')[0]
                    ))
                    .OrderBy(line => line.Case, StringComparer.Ordinal)
                    .ThenBy(line => line.Profile, StringComparer.Ordinal),
            ]
        );
    }

    /// <summary>Writes <c>TestResults/summary.json</c> and <c>summary.txt</c> beside the assembly's other results.</summary>
    public void WriteFiles()
    {
        var folder = Resource.ResultsFolder;
        Directory.CreateDirectory(folder);
        File.WriteAllText(
            Path.Combine(folder, "summary.json"),
            JsonSerializer.Serialize(this, Json)
        );
        File.WriteAllText(Path.Combine(folder, "summary.txt"), Text + "\n");
    }

    private static IReadOnlyDictionary<string, int> Count(
        IEnumerable<(Execution Execution, Ending Ending)> endings
    ) =>
        Enum.GetValues<Verdict>()
            .ToDictionary(
                verdict => verdict.Name(),
                verdict => endings.Count(pair => pair.Ending.Verdict == verdict)
            );
}
