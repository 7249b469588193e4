using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>All bugs that need no driver of their own.</summary>
internal static class WireMutants
{
    /// <summary>Those that were written by hand, and one for each field of what drivers write.</summary>
    public static ImmutableArray<WireMutant> All { get; } =
    [.. CommandMutants.All, .. OrderMutants.All, .. LossMutants.All, .. FieldMutants.All];

    /// <summary>A mutant of a kind.</summary>
    internal static WireMutant Of(
        WireKind kind,
        string what,
        string wrong,
        Func<Wire> make,
        string[] rules,
        params string[] likely
    ) =>
        new(
            $"{kind.ToString().ToLowerInvariant()}-{what}",
            kind,
            wrong,
            [.. rules],
            [.. likely],
            make
        );
}
