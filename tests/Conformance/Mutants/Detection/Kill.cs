using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>A case that fails because of a bug.</summary>
/// <param name="Execution">The case, its row, and the profile.</param>
/// <param name="Rule">The rule of the bug that the failure names; null: it names others.</param>
/// <param name="Named">All rules that it names.</param>
/// <param name="Message">What an engineer reads.</param>
public sealed record Kill(
    Execution Execution,
    string? Rule,
    IReadOnlyList<string> Named,
    string Message
)
{
    /// <summary>The kill that an ending is, or null.</summary>
    public static Kill? Of(Suspect suspect, Execution execution, Ending ending)
    {
        if (ending.Verdict != Verdict.Failed)
            return null;
        var named = NamedBy(execution, ending);
        return new(execution, named.FirstOrDefault(suspect.Breaks), named, ending.Reason);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Execution.Id} [{Execution.Profile.Name}] {(Rule is null ? $"which names {string.Join(", ", Named)}" : $"naming {Rule}")}";

    // A broken rule of the monitor is what the message begins with, whatever the case is about.
    private static string[] NamedBy(Execution execution, Ending ending) =>
        ending.Exception is ViolationException broken
            ? [.. broken.Violations.Select(violation => violation.Rule.Id).Distinct()]
            : [.. execution.Case.RulesOf(execution.Row)];
}
