using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>What is known to kill a mutant.</summary>
/// <param name="Suite">What the mutant is of: <c>driver</c>, <c>wire</c> or <c>emulator</c>.</param>
/// <param name="Mutant">Its id.</param>
/// <param name="First">The execution to try first, as case, row and profile; empty: the mutant survives.</param>
/// <param name="Rule">The rule of the mutant that its failure names; empty: none was asked for.</param>
/// <param name="Cases">Ids of the cases that are known to kill it.</param>
/// <param name="IsWhole">Every case was tried, on the richest hardware and where the first one fails; else some of them were.</param>
public sealed record KillRecord(
    string Suite,
    string Mutant,
    string First,
    string Rule,
    ImmutableArray<string> Cases,
    bool IsWhole = false
)
{
    /// <summary>Nothing kills it.</summary>
    public bool Survives => First.Length == 0;

    /// <summary>What this one names first is among what was found out later.</summary>
    public bool IsStillIn(KillRecord later) => later.Cases.Contains(First.Split('@', '|')[0]);

    /// <summary>This, and what was found out later.</summary>
    public KillRecord With(KillRecord later) =>
        (Survives ? later : this) with
        {
            Cases = [.. Cases.Union(later.Cases).Order(StringComparer.Ordinal)],
        };

    /// <summary>The record of what was found out of a mutant.</summary>
    public static KillRecord Of(string suite, string mutant, IReadOnlyCollection<Kill> kills)
    {
        // What names the rule; of that what comes first, the same in every run.
        var first = kills
            .OrderBy(kill => kill.Rule is null)
            .ThenBy(kill => kill.Execution.Key, StringComparer.Ordinal)
            .FirstOrDefault();
        return new(
            suite,
            mutant,
            first?.Execution.Key ?? "",
            first?.Rule ?? "",
            [
                .. kills
                    .Select(kill => kill.Execution.Case.Id)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ]
        );
    }
}
