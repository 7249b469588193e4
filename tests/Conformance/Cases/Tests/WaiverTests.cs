namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>A waiver without what makes it answerable does not load.</summary>
public sealed class WaiverTests
{
    private const string Entry =
        """{"case": "ste.abort", "reason": "slow", "owner": "me", "expires": "2030-01-15", "removed-by": "x"}""";

    [Theory]
    [InlineData("debt", WaiverKind.Debt)]
    [InlineData("not-modelled", WaiverKind.NotModelled)]
    [InlineData("permitted", WaiverKind.Permitted)]
    public void Each_heading_gives_its_entries_their_kind(string heading, WaiverKind kind) =>
        Assert.Equal(kind, Assert.Single(Load(heading, Entry).Entries).Kind);

    [Theory]
    [InlineData("\"case\": \"ste.abort\"", "\"case\": \"\"", "names no case")]
    [InlineData("slow", " ", "gives no reason")]
    [InlineData("\"owner\": \"me\", ", "", "has no owner")]
    [InlineData("2030-01-15", "soon", "has no expiry date (yyyy-MM-dd)")]
    [InlineData(", \"removed-by\": \"x\"", "", "does not say what removes it")]
    [InlineData("owner", "possessor", "possessor")]
    public void What_is_missing_or_unknown_is_named(string good, string bad, string message)
    {
        var entry = Entry.Replace(good, bad, StringComparison.Ordinal);

        Assert.Contains(message, Assert.Throws<FormatException>(() => Load("debt", entry)).Message);
    }

    [Fact]
    public void Only_debt_must_say_what_removes_it() =>
        Assert.Single(
            Load(
                "permitted",
                Entry.Replace(", \"removed-by\": \"x\"", "", StringComparison.Ordinal)
            ).Entries
        );

    [Fact]
    public void All_three_headings_stand_in_the_file() =>
        Assert.Throws<FormatException>(() => Waivers.Parse("""{"debt": []}""", default));

    private static Waivers Load(string heading, string entry)
    {
        string Entries(string name) => name == heading ? entry : "";
        return Waivers.Parse(
            $$"""
            { "debt": [{{Entries("debt")}}], "not-modelled": [{{Entries(
                "not-modelled"
            )}}], "permitted": [{{Entries("permitted")}}] }
            """,
            new DateOnly(2030, 1, 1)
        );
    }
}
