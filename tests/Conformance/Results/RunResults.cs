using System.Text.Json.Serialization;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Results;

/// <summary>Everything about one run, as <c>results.json</c> holds it.</summary>
/// <param name="Format">Of this file: 1.</param>
/// <param name="Run">What was run, where and when.</param>
/// <param name="Claim">Whether the run lets anybody say that the driver conforms, and if not why.</param>
/// <param name="Verdicts">Executions by verdict.</param>
/// <param name="Cases">Every case of which something was run, by id.</param>
public sealed record RunResults(
    int Format,
    Provenance Run,
    Claim Claim,
    IReadOnlyDictionary<string, int> Verdicts,
    IReadOnlyList<CaseResults> Cases
)
{
    /// <summary>The results of a run.</summary>
    public static RunResults Of(Provenance run, Claim claim, IReadOnlyCollection<Result> results) =>
        new(
            1,
            run,
            claim,
            Summary.Count(results),
            [
                .. results
                    .GroupBy(result => result.Execution.Case)
                    .OrderBy(group => group.Key.Id, StringComparer.Ordinal)
                    .Select(group => CaseResults.Of(group.Key, group)),
            ]
        );
}

/// <summary>One case and its executions.</summary>
/// <param name="Id">Stable, dotted.</param>
/// <param name="Title">A sentence.</param>
/// <param name="Area">What it is about.</param>
/// <param name="Level">Who demands it: architecture, contract or linux.</param>
/// <param name="Rules">The rules it proves.</param>
/// <param name="Executions">By row and profile.</param>
public sealed record CaseResults(
    string Id,
    string Title,
    string Area,
    string Level,
    IReadOnlyList<string> Rules,
    IReadOnlyList<ExecutionResult> Executions
)
{
    internal static CaseResults Of(CaseDeclaration @case, IEnumerable<Result> results) =>
        new(
            @case.Id,
            @case.Title,
            @case.Area,
            @case.Attribute.Level.ToString().ToLowerInvariant(),
            @case.Attribute.Rules,
            [
                .. results
                    .OrderBy(result => result.Execution.Row)
                    .ThenBy(result => result.Execution.Profile.Name, StringComparer.Ordinal)
                    .Select(ExecutionResult.Of),
            ]
        );
}

/// <summary>One case with one row on one profile.</summary>
/// <param name="Id">The case's id, with the row if it has rows.</param>
/// <param name="Profile">Name of the hardware.</param>
/// <param name="Verdict">passed, failed, not applicable, not observable, inconclusive or waived.</param>
/// <param name="Milliseconds">Wall time.</param>
/// <param name="Reason">Why, unless it passed: one line.</param>
/// <param name="Failure">What an engineer reads, with the trace, if it failed.</param>
/// <param name="Alone">The command that runs it again and nothing else, if it did not pass and applies.</param>
public sealed record ExecutionResult(
    string Id,
    string Profile,
    string Verdict,
    double Milliseconds,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Failure,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Alone
)
{
    internal static ExecutionResult Of(Result result)
    {
        var (execution, ending, time) = result;
        var failed = ending.Verdict == Cases.Verdict.Failed;
        var settled = ending.Verdict is Cases.Verdict.Passed or Cases.Verdict.NotApplicable;
        return new(
            execution.Id,
            execution.Profile.Name,
            ending.Verdict.Name(),
            Math.Round(time.TotalMilliseconds, 3),
            ending.Reason.Length == 0 ? null : ending.Reason.Split('\n')[0],
            failed ? ending.Reason : null,
            settled ? null : Reproduction.Of(execution)
        );
    }
}
