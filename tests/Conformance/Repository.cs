using FluentAssertions;

namespace SmmuConformance.Conformance;

/// <summary>Where the project lies, for pages that tests verify.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find();

    /// <summary>True if verified pages are to be rewritten: never in CI.</summary>
    public static bool MayAccept =>
        Environment.GetEnvironmentVariable("SMMU_ACCEPT_DOCS") == "1"
        && Environment.GetEnvironmentVariable("CI") is null or "" or "false";

    /// <summary>Fails unless a generated document is what it would be now; rewrites it if that is allowed.</summary>
    /// <param name="document">Path below <c>docs/reference</c>.</param>
    /// <param name="text">What it would be.</param>
    public static void Verify(string document, string text)
    {
        var path = Path.Combine(Root, "docs", "reference", document);
        if (MayAccept)
            File.WriteAllText(path, text);

        File.ReadAllText(path)
            .Should()
            .Be(text, $"SMMU_ACCEPT_DOCS=1 rewrites {document} when what it tells of changes");
    }

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "SmmuConformance.sln")))
                return at.FullName;
        throw new DirectoryNotFoundException("the tests do not run inside the project");
    }
}
