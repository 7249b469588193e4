using System.Collections.Frozen;
using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Small parts of the catalogue that find most of what the whole finds: <c>--filter Set=smoke</c>. The lists are committed, and were chosen
/// by what each case finds (docs/reference/detection.md).
/// </summary>
public static class CaseSets
{
    /// <summary>For every build: a few seconds.</summary>
    public const string Smoke = "smoke";

    /// <summary>For every change that is proposed; has all of <see cref="Smoke"/>.</summary>
    public const string PullRequest = "pull-request";

    /// <summary>The sets, the small one first.</summary>
    public static ImmutableArray<string> Names { get; } = [Smoke, PullRequest];

    private static readonly FrozenDictionary<string, FrozenSet<string>> s_members =
        Names.ToFrozenDictionary(name => name, name => Read(Resource.Text(FileOf(name))));

    /// <summary>The file of a set, from the project's folder.</summary>
    public static string FileOf(string name) => $"Sets/{name}.txt";

    /// <summary>Ids of the cases of a set.</summary>
    /// <exception cref="KeyNotFoundException">There is no such set.</exception>
    public static IReadOnlySet<string> Members(string name) => s_members[name];

    /// <summary>The sets that a case is in.</summary>
    public static IEnumerable<string> Of(string id) =>
        Names.Where(name => s_members[name].Contains(id));

    private static FrozenSet<string> Read(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#')
            .ToFrozenSet();
}
