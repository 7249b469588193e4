using System.Text;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Platforms;
using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Results;

/// <summary>A second driver that every case about drivers is run with as well (<c>SMMU_DUT_BESIDE</c>), and how the two compare.</summary>
/// <param name="Second">Runs cases with the second driver.</param>
public sealed record SideBySide(PluggedRun Second)
{
    /// <summary>Name of the environment variable that names the second driver, as SMMU_DUT names the first.</summary>
    public const string Variable = "SMMU_DUT_BESIDE";

    private static readonly Lazy<SideBySide?> Asked = new(
        FromEnvironment,
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    private static readonly Verdict[] s_verdicts = Enum.GetValues<Verdict>();

    /// <summary>The second driver that the environment asks for, or null.</summary>
    /// <exception cref="SmmuConformance.Driver.Adapters.DriverFaultException">It cannot be had.</exception>
    public static SideBySide? OfThisRun => Asked.Value;

    /// <summary>What has been run with it.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Runs an execution with the second driver.</summary>
    public void Run(Execution execution, Func<object> create)
    {
        var started = TimeProvider.System.GetTimestamp();
        var ending = CasePlatform.OfThisRun.Run(execution, one => Second.Of(one, create));
        Tally.Record(new(execution, ending, TimeProvider.System.GetElapsedTime(started)));
    }

    /// <summary>The comparison as a page of Markdown.</summary>
    /// <param name="first">Name of the first driver.</param>
    /// <param name="second">Name of the second.</param>
    /// <param name="ofFirst">Results of the first.</param>
    /// <param name="ofSecond">Results of the second.</param>
    public static string Text(
        string first,
        string second,
        IEnumerable<Result> ofFirst,
        IEnumerable<Result> ofSecond
    )
    {
        var others = ofSecond.ToDictionary(result => result.Execution.Key, result => result.Ending);
        var pairs = ofFirst
            .Where(result => others.ContainsKey(result.Execution.Key))
            .Select(result => new Pair(
                result.Execution,
                result.Ending,
                others[result.Execution.Key]
            ))
            .ToArray();
        var text = new StringBuilder();
        text.Append($"# {first} beside {second}\n\n");
        text.Append(
            $"{pairs.Length} executions with both. Rows: verdict of {first}; columns: verdict of {second}.\n\n"
        );
        Row(text, ["", .. s_verdicts.Select(verdict => verdict.Name())]);
        Row(text, Enumerable.Repeat("---", s_verdicts.Length + 1));
        foreach (var row in s_verdicts)
            Row(
                text,
                [
                    row.Name(),
                    .. s_verdicts.Select(column =>
                        Number(
                            pairs.Count(p => p.First.Verdict == row && p.Second.Verdict == column)
                        )
                    ),
                ]
            );
        text.Append("\n## By area\n\n");
        Row(
            text,
            ["area", $"{first} passed", "failed", $"{second} passed", "failed", "both passed"]
        );
        Row(text, Enumerable.Repeat("---", 6));
        foreach (var area in pairs.GroupBy(p => p.Execution.Case.Area).OrderBy(g => g.Key))
            Row(
                text,
                [
                    area.Key,
                    Number(area.Count(p => p.First.Verdict == Verdict.Passed)),
                    Number(area.Count(p => p.First.Verdict == Verdict.Failed)),
                    Number(area.Count(p => p.Second.Verdict == Verdict.Passed)),
                    Number(area.Count(p => p.Second.Verdict == Verdict.Failed)),
                    Number(
                        area.Count(p =>
                            p.First.Verdict == Verdict.Passed && p.Second.Verdict == Verdict.Passed
                        )
                    ),
                ]
            );
        Disagreements(text, first, second, pairs);
        return text.ToString();
    }

    // Where both have an opinion and it is not the same; what one cannot do is no disagreement.
    private static void Disagreements(StringBuilder text, string first, string second, Pair[] pairs)
    {
        var apart = pairs
            .Where(p =>
                p.First.Verdict != p.Second.Verdict
                && p.First.Verdict != Verdict.NotApplicable
                && p.Second.Verdict != Verdict.NotApplicable
            )
            .GroupBy(p => (p.Execution.Id, p.First.Verdict, Other: p.Second.Verdict))
            .OrderBy(g => g.Key.Id, StringComparer.Ordinal)
            .ToArray();
        text.Append("\n## Disagreements\n\n");
        if (apart.Length == 0)
            text.Append("None: wherever a case applies to both, both have the same verdict.\n");
        foreach (var group in apart)
        {
            var one = group.First();
            var reason = (
                one.First.Verdict == Verdict.Passed ? one.Second : one.First
            ).Reason.Split('\n')[0];
            text.Append(
                $"* `{group.Key.Id}` ({one.Execution.Case.Title}) on {string.Join(", ", group.Select(p => p.Execution.Profile.Name))}: {first} {group.Key.Verdict.Name()}, {second} {group.Key.Other.Name()}: {reason}\n"
            );
        }
    }

    private static SideBySide? FromEnvironment()
    {
        var text = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrWhiteSpace(text))
            return null;
        return new(new PluggedRun(PluggedDriver.Parse(text)));
    }

    private static string Number(int number) => number == 0 ? "-" : $"{number}";

    private static void Row(StringBuilder text, IEnumerable<string> cells) =>
        text.Append($"| {string.Join(" | ", cells)} |\n");

    private readonly record struct Pair(Execution Execution, Ending First, Ending Second);
}
