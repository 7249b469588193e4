using System.Collections.Immutable;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>A driver with one bug, which the suite must find.</summary>
/// <param name="Id">Its name in reports.</param>
/// <param name="Wrong">What it does wrong, in one sentence.</param>
/// <param name="Rules">The rules that it breaks: of the registry, or of the monitor. A failure must name one of them.</param>
/// <param name="Driver">The driver.</param>
/// <param name="Likely">Where to look first: areas, or beginnings of ids of cases.</param>
/// <param name="Profiles">Where to look first: names of profiles.</param>
public sealed record Suspect(
    string Id,
    string Wrong,
    ImmutableArray<string> Rules,
    PluggedDriver Driver,
    ImmutableArray<string> Likely,
    ImmutableArray<string> Profiles
)
{
    /// <summary>Where a case stands in the order in which cases are tried: low is early.</summary>
    public int Distance(CaseDeclaration declaration)
    {
        var far = Likely.Any(prefix => IsBelow(declaration.Id, prefix)) ? 0 : 1;
        return declaration.Attribute.Rules.Any(Breaks) ? far : far + 1;
    }

    /// <summary>It breaks a rule: the rule is named, or the rules of its area are (<c>tlb.*</c>).</summary>
    public bool Breaks(string rule) =>
        Rules.Any(one =>
            one.EndsWith(".*", StringComparison.Ordinal)
                ? rule.StartsWith(one[..^1], StringComparison.Ordinal)
                : one == rule
        );

    /// <inheritdoc/>
    public override string ToString() => Id;

    private static bool IsBelow(string id, string prefix) =>
        id.StartsWith(prefix, StringComparison.Ordinal)
        && (id.Length == prefix.Length || id[prefix.Length] == '.');
}
