using FluentAssertions;
using SmmuConformance.Bench;
using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Captures;

/// <summary>The reference driver writes what Linux writes, or there is a listed reason.</summary>
[Trait("Area", "captures")]
public sealed class ComparisonTests(ITestOutputHelper output)
{
    private static readonly Lazy<LinuxComparison> Comparison = new(() =>
        LinuxComparison.Of(CaptureLibrary.All)
    );

    [Fact]
    public void Every_field_is_equal_or_an_address_or_a_tag_or_differs_for_a_listed_reason()
    {
        output.WriteLine(ComparisonPage.WordTable(Comparison.Value, CaptureLibrary.All.Count()));

        Comparison
            .Value.Words.Rows.Where(row => row.Row.Verdict == WordVerdict.Different)
            .Should()
            .BeEmpty();
    }

    [Fact]
    public void Every_change_takes_the_same_steps_or_differs_for_a_listed_reason()
    {
        Comparison.Value.Sequences.Where(row => !row.Row.IsExplained).Should().BeEmpty();
    }

    [Fact]
    public void Every_unmap_issues_the_same_commands()
    {
        Comparison.Value.DifferentUnmaps.Should().BeEmpty();
        Comparison.Value.Tally.Sum().Unmaps.Should().BeGreaterThan(1000);
    }

    [Theory, MemberData(nameof(CaptureLibrary.Names), MemberType = typeof(CaptureLibrary))]
    public void Every_store_and_every_command_of_a_capture_is_compared(string name)
    {
        var events = CaptureLibrary.Named(name).Phases.SelectMany(phase => phase.Events).ToList();

        var compared = Comparison.Value.Tally[name];

        compared.Commands.Should().Be(events.OfType<CommandStore>().Count());
        compared
            .Stores.Should()
            .Be(events.Count(e => e is SteStore or CdStore or L1StdStore or L1CdStore));
    }

    [Fact]
    public void Every_listed_reason_is_needed()
    {
        var fields = Comparison
            .Value.Words.Rows.Where(row => row.Row.Verdict == WordVerdict.Explained)
            .Select(row => row.Row.Reason)
            .ToHashSet();
        var steps = Comparison
            .Value.Sequences.SelectMany(row => row.Row.Reasons.Split(", "))
            .ToHashSet();

        WordReason.All.Select(reason => reason.Text).Should().BeSubsetOf(fields);
        SequenceReason.All.Select(reason => reason.Id).Should().BeSubsetOf(steps);
    }

    [Fact]
    public void The_newest_kernel_differs_in_few_steps_only()
    {
        var different = Comparison
            .Value.Sequences.Where(row => row.Row.Release == "7.2" && row.Row.Reasons.Length > 0)
            .SelectMany(row => row.Row.Reasons.Split(", "))
            .Distinct();

        different.Should().BeSubsetOf(["ats-off", "s1dss", "not-logged", "irq-cfg", "leaf"]);
    }

    [Fact]
    public void The_page_says_what_the_comparison_found() =>
        Repository.Verify(
            "linux-comparison.md",
            ComparisonPage.Of(Comparison.Value, [.. CaptureLibrary.All])
        );
}
