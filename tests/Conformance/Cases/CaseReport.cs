using System.Collections.Immutable;
using SmmuConformance.Conformance.Results;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Cases;

/// <summary>What a runner is told of one case with one row, which may have ended differently on each profile.</summary>
/// <param name="Results">One for each execution; at least one.</param>
public sealed record CaseReport(ImmutableArray<Result> Results)
{
    // The gravest decides what the runner counts: a case is passed only if nothing but passed and not applicable is among
    // its verdicts, and something passed.
    private static readonly ImmutableArray<Verdict> s_byGravity =
    [
        Verdict.Failed,
        Verdict.Inconclusive,
        Verdict.NotObservable,
        Verdict.Waived,
        Verdict.Passed,
        Verdict.NotApplicable,
    ];

    /// <summary>The verdict that the runner counts.</summary>
    public Verdict Verdict => s_byGravity.First(verdict => Of(verdict).Any());

    /// <summary>Why it is reported as skipped: one part for each reason, with the profiles it holds for, the gravest first.</summary>
    public string SkipText =>
        string.Join(
            "; ",
            s_byGravity
                .Where(verdict => verdict != Verdict.Failed)
                .SelectMany(verdict => Of(verdict).GroupBy(result => result.Ending.ToString()))
                .Select(group => $"{group.Key} in {Profiles(group)}")
        );

    /// <summary>True if it was not run because what stands between suite and driver is at fault.</summary>
    public bool IsUnadapted => Results.Any(result => AdapterCheck.IsFault(result.Ending));

    /// <summary>The fault, as the one failure of a run in which nothing is said of the driver.</summary>
    public TestFailed Fault(Xunit.Abstractions.ITest test, decimal seconds, string output) =>
        new(
            test,
            seconds,
            output,
            ["SmmuConformance.AdapterFault"],
            [Results.First(result => AdapterCheck.IsFault(result.Ending)).Ending.Reason],
            [""],
            [-1]
        );

    /// <summary>Where else it fails, and how to run it alone.</summary>
    public string FailureText
    {
        get
        {
            var failed = Of(Verdict.Failed).ToImmutableArray();
            var execution = failed[0].Execution;
            return $"""
                case: {execution.Id} ({string.Join(
                    ' ',
                    execution.Case.RulesOf(execution.Row)
                )}): {execution.Case.Title}
                on: {execution.Profile.Name}{Elsewhere(failed)}
                alone: {Reproduction.Of(execution)}
                """;
        }
    }

    /// <summary>What happened on the first profile it fails on, and <see cref="FailureText"/>.</summary>
    public TestFailed Failure(Xunit.Abstractions.ITest test, decimal seconds, string output)
    {
        var ending = Of(Verdict.Failed).First().Ending;
        var information = ExceptionUtility.ConvertExceptionToFailureInformation(
            ending.Exception ?? new InvalidOperationException(ending.Reason)
        );
        information.Messages[0] = $"{ending.Reason.TrimEnd()}\n\n{FailureText}";
        return new TestFailed(
            test,
            seconds,
            output,
            information.ExceptionTypes,
            information.Messages,
            information.StackTraces,
            information.ExceptionParentIndices
        );
    }

    private static string Elsewhere(ImmutableArray<Result> failed)
    {
        var (alike, otherwise) = (
            failed[1..].Where(result => Reason(result) == Reason(failed[0])).ToArray(),
            failed[1..].Where(result => Reason(result) != Reason(failed[0])).ToArray()
        );
        return (alike.Length == 0 ? "" : $", as on {Profiles(alike)}")
            + string.Concat(
                otherwise
                    .GroupBy(Reason)
                    .Select(group => $"\n    otherwise on {Profiles(group)}: {group.Key}")
            );
    }

    private IEnumerable<Result> Of(Verdict verdict) =>
        Results.Where(result => result.Ending.Verdict == verdict);

    private static string Reason(Result result) => result.Ending.Reason.Split('\n')[0];

    private static string Profiles(IEnumerable<Result> results) =>
        string.Join(", ", results.Select(result => $"'{result.Execution.Profile.Name}'"));
}
