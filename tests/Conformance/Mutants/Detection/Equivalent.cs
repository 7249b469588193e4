using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>A mutant that no case can tell from what it is made of, and why.</summary>
/// <param name="Suite">What it is of.</param>
/// <param name="Mutant">Its id.</param>
/// <param name="Why">Why nobody could tell, in one sentence.</param>
public sealed record Equivalent(string Suite, string Mutant, string Why)
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Equivalent> All { get; } =
    [.. JsonLines.Parse<Equivalent>("equivalent.jsonl", Resource.Text("Mutants/equivalent.jsonl"))];

    /// <summary>The reason why a mutant may survive, or null: it may not.</summary>
    public static string? Of(string suite, string mutant) =>
        All.FirstOrDefault(one => one.Suite == suite && one.Mutant == mutant)?.Why;
}
