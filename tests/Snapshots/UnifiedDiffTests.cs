namespace SmmuConformance.Snapshots;

/// <summary>What a failing snapshot prints.</summary>
public sealed class UnifiedDiffTests
{
    [Fact]
    public void A_changed_field_is_shown_with_its_neighbours_and_the_word_it_is_in()
    {
        var before = "STE[0]  1\n  a  1\n  b  2\n  c  3\n  d  4\n  e  5\nSTE[1]  0\n";
        var after = "STE[0]  1\n  a  1\n  b  2\n  c  3\n  d  4\n  e  9\nSTE[1]  0\n";

        var report = UnifiedDiff.Of(before, after);

        Assert.Equal(
            "@@ line 3 @@ STE[0]  1\n   b  2\n   c  3\n   d  4\n-  e  5\n+  e  9\n STE[1]  0\n",
            report
        );
    }

    [Fact]
    public void A_word_that_changed_itself_still_names_the_places_below_it()
    {
        var fields = "  a  1\n  b  2\n  c  3\n  d  4\n  e  5\n  f  6\n  g  7\n";

        var report = UnifiedDiff.Of(
            $"STE[0]  1\nSTE[1]  0\n{fields}  h  0\n",
            $"STE[0]  1\nSTE[1]  8\n{fields}  h  1\n"
        );

        Assert.Contains("@@ line 7 @@ STE[1]  8\n", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Inserted_and_removed_lines_move_nothing_else()
    {
        Assert.Equal("@@ line 1 @@\n a\n+b\n c\n-d\n", UnifiedDiff.Of("a\nc\nd\n", "a\nb\nc\n"));
    }

    [Fact]
    public void Distant_changes_are_separate_places()
    {
        var before = string.Concat(Enumerable.Range(1, 30).Select(n => $"line {n}\n"));
        var after = before.Replace("line 5\n", "five\n").Replace("line 25\n", "");

        var report = UnifiedDiff.Of(before, after);

        Assert.Equal(
            ["@@ line 2 @@ line 1", "@@ line 22 @@ line 21"],
            report.Split('\n').Where(l => l.StartsWith('@'))
        );
    }

    [Fact]
    public void Equal_texts_have_no_difference() =>
        Assert.Equal("", UnifiedDiff.Of("a\nb\n", "a\nb\n"));

    [Theory]
    [InlineData("", "a\n", "@@ line 1 @@\n+a\n")]
    [InlineData("a\n", "", "@@ line 1 @@\n-a\n")]
    [InlineData("a\n", "a", "@@ line 1 @@\n a\n+\\ no newline at the end\n")]
    public void Ends_of_texts_count(string before, string after, string report) =>
        Assert.Equal(report, UnifiedDiff.Of(before, after));

    [Fact]
    public void A_long_difference_shows_its_first_lines_and_counts_the_rest()
    {
        var before = string.Concat(Enumerable.Range(1, 500).Select(n => $"old {n}\n"));
        var after = string.Concat(Enumerable.Range(1, 500).Select(n => $"new {n}\n"));

        var report = UnifiedDiff.Of(before, after);

        Assert.StartsWith("@@ line 1 @@\n-old 1\n-old 2\n", report, StringComparison.Ordinal);
        Assert.EndsWith(
            "-old 80\n... and 920 more changed lines\n",
            report,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Texts_with_nothing_in_common_are_compared_in_time()
    {
        var before = string.Concat(Enumerable.Range(1, 20_000).Select(n => $"old {n}\n"));
        var after = string.Concat(Enumerable.Range(1, 20_000).Select(n => $"new {n}\n"));

        Assert.EndsWith(
            "... and 39920 more changed lines\n",
            UnifiedDiff.Of(before, after),
            StringComparison.Ordinal
        );
    }
}
