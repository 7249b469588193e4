using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>A case that kills no mutant, and why it is there all the same.</summary>
/// <param name="Case">Id of the case.</param>
/// <param name="Why">What it would find that no mutant does, in one sentence.</param>
public sealed record Idle(string Case, string Why)
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Idle> All { get; } =
    [.. JsonLines.Parse<Idle>("idle.jsonl", Resource.Text("Mutants/idle.jsonl"))];

    /// <summary>Ids of the cases about drivers that kill nothing.</summary>
    public static IEnumerable<string> Of(KillTable table)
    {
        var working = table.Records.SelectMany(record => record.Cases).ToHashSet();
        return Catalogue
            .Cases.Where(one => !one.IsAboutHardware && !working.Contains(one.Id))
            .Select(one => one.Id);
    }

    /// <summary>The reason of a case, or null.</summary>
    public static string? ReasonOf(string id) => All.FirstOrDefault(one => one.Case == id)?.Why;
}
