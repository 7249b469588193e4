using System.Collections.Immutable;
using System.Text;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// The committed list of cases, <c>catalogue.lock</c>: one line a case, then the ids that are retired. It changes only on
/// purpose, so that a case that vanishes or changes its meaning is seen in review.
/// </summary>
public static class CatalogueLock
{
    /// <summary>Environment variable that lets the file be rewritten; refused where CI is set.</summary>
    public const string AcceptVariable = "SMMU_ACCEPT_LOCK";

    /// <summary>The file's name.</summary>
    public const string FileName = "catalogue.lock";

    private const string Heading =
        "# Every case: id | level | since | rules | title. Rewritten by SMMU_ACCEPT_LOCK=1 dotnet test --filter CatalogueLock.\n";

    private const string RetiredHeading =
        "# Retired: ids of cases that are gone. An id is never used again.\n";

    /// <summary>The file as the attributes demand it, with the retired ids of the file there is.</summary>
    public static string Write(IEnumerable<CaseDeclaration> cases, string committed)
    {
        var text = new StringBuilder(Heading);
        foreach (var @case in cases)
            text.Append(Line(@case)).Append('\n');
        text.Append('\n').Append(RetiredHeading);
        foreach (var id in Retired(committed))
            text.Append(id).Append('\n');
        return text.ToString();
    }

    /// <summary>The file after the change is accepted: what has gone joins the retired ids.</summary>
    /// <exception cref="InvalidOperationException">A retired id is in use again.</exception>
    public static string Accept(IReadOnlyCollection<CaseDeclaration> cases, string committed)
    {
        var ids = cases.Select(@case => @case.Id).ToHashSet();
        if (Retired(committed).FirstOrDefault(ids.Contains) is { } reused)
            throw new InvalidOperationException($"'{reused}' is retired: give the case another id");
        var gone = Lines(committed).Select(Id).Where(id => !ids.Contains(id));
        var retired = Retired(committed).Concat(gone).Order(StringComparer.Ordinal);
        return Write(cases, RetiredHeading + string.Join('\n', retired));
    }

    /// <summary>What differs between the committed file and the attributes, one line each; empty if nothing does.</summary>
    public static ImmutableArray<string> Differences(
        IReadOnlyCollection<CaseDeclaration> cases,
        string committed
    )
    {
        var differences = ImmutableArray.CreateBuilder<string>();
        foreach (var twice in cases.GroupBy(@case => @case.Id).Where(group => group.Count() > 1))
            differences.Add($"! {twice.Key} is the id of two cases");
        if (differences.Count > 0)
            return differences.ToImmutable();

        var before = Lines(committed)
            .GroupBy(Id)
            .ToDictionary(group => group.Key, group => string.Join('\n', group));
        var now = cases.ToDictionary(@case => @case.Id, Line);
        var retired = Retired(committed).ToHashSet();
        foreach (var id in before.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            var old = before.GetValueOrDefault(id);
            var current = now.GetValueOrDefault(id);
            if (retired.Contains(id))
                differences.Add($"! {id} is retired and must not be used again");
            if (old == current)
                continue;
            if (old is not null)
                differences.Add($"- {old}");
            if (current is not null)
                differences.Add($"+ {current}");
        }
        return differences.ToImmutable();
    }

    private static string Line(CaseDeclaration @case) =>
        $"{@case.Id} | {@case.Attribute.Level.ToString().ToLowerInvariant()} | {@case.Attribute.Since} | "
        + $"{string.Join(' ', @case.Attribute.Rules)} | {@case.Title}";

    private static string Id(string line) => line[..line.IndexOf(" | ", StringComparison.Ordinal)];

    private static IEnumerable<string> Lines(string file) =>
        file.Split('\n')
            .Where(line => line.Contains(" | ", StringComparison.Ordinal) && line[0] != '#');

    private static string[] Retired(string file)
    {
        var start = file.IndexOf(RetiredHeading, StringComparison.Ordinal);
        return start < 0
            ? []
            : file[(start + RetiredHeading.Length)..]
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
