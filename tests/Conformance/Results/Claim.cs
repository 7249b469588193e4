using System.Collections.Immutable;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Results;

/// <summary>Whether a run lets anybody say that the driver conforms.</summary>
/// <param name="IsMade">True only if every required execution passed or does not apply.</param>
/// <param name="Text">The claim, or why there is none.</param>
public sealed record Claim(bool IsMade, string Text)
{
    private const int MostNamed = 3;

    /// <summary>What the manual and the contract demand of a driver; what Linux does is no obligation of others.</summary>
    public static bool IsRequired(CaseDeclaration @case) =>
        !@case.IsAboutHardware && @case.Attribute.Level is Level.Architecture or Level.Contract;

    /// <summary>The claim that these results allow.</summary>
    /// <param name="driver">Name and version of the driver.</param>
    /// <param name="catalogue">Every case there is, with the profiles it is to run on.</param>
    /// <param name="results">What was run.</param>
    public static Claim Of(
        string driver,
        IReadOnlyCollection<Execution> catalogue,
        IReadOnlyCollection<Result> results
    )
    {
        var required = catalogue.Where(execution => IsRequired(execution.Case)).ToArray();
        var endings = results
            .Where(result => IsRequired(result.Execution.Case))
            .ToDictionary(result => result.Execution.Key, result => result.Ending.Verdict);
        var reasons = ImmutableArray.CreateBuilder<string>();
        foreach (
            var verdict in (Verdict[])
                [Verdict.Failed, Verdict.Inconclusive, Verdict.NotObservable, Verdict.Waived]
        )
            Count(
                verdict.Name(),
                required.Where(e => endings.TryGetValue(e.Key, out var v) && v == verdict)
            );
        Count("not run", required.Where(execution => !endings.ContainsKey(execution.Key)));
        if (!endings.ContainsValue(Verdict.Passed))
            reasons.Add("nothing passed");
        return reasons.Count == 0
            ? new(
                true,
                $"Claim: {driver} keeps what IHI 0070 G.b and the contract demand, as far as {required.Length} executions show"
            )
            : new(false, $"No claim of conformance: {string.Join("; ", reasons)}");

        void Count(string what, IEnumerable<Execution> executions)
        {
            var all = executions.ToArray();
            if (all.Length == 0)
                return;
            var ids = all.Select(execution => execution.Case.Id).Distinct().ToArray();
            reasons.Add(
                $"{all.Length} required {what} ({string.Join(", ", ids.Take(MostNamed))}{(ids.Length > MostNamed ? ", ..." : "")})"
            );
        }
    }
}
