using System.Text.RegularExpressions;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>The page that says which cases show which demand.</summary>
public sealed partial class SourcesTests
{
    [GeneratedRegex("`([a-z0-9]+(?:\\.[a-z0-9-]+)+)`")]
    private static partial Regex CaseId { get; }

    [GeneratedRegex("`([A-Za-z]+Tests)`")]
    private static partial Regex TestClass { get; }

    [Fact]
    public void Every_case_and_test_that_it_names_is_there()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "sources.md"));
        var cases = Catalogue.Cases.Select(declaration => declaration.Id).ToHashSet();
        var classes = typeof(SourcesTests)
            .Assembly.GetTypes()
            .Select(type => type.Name)
            .ToHashSet();

        var named = CaseId.Matches(page).Select(match => match.Groups[1].Value).ToList();

        Assert.True(named.Count > 100, "the page names hardly any case");
        Assert.Equal([], named.Where(id => !cases.Contains(id)));
        var tests = TestClass.Matches(page).Select(match => match.Groups[1].Value);
        Assert.Equal([], tests.Where(name => !classes.Contains(name)));
    }
}
