using FluentAssertions;
using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>What is spoiled between a driver of another make and the machine is noticed as well.</summary>
public sealed class SampleWireTests
{
    // All of them take minutes; which they are changes with every mutant that is added.
    private const int EveryNth = 12;

    /// <summary>Names of the samples.</summary>
    public static TheoryData<string> Samples => [.. Sample.All.Select(sample => sample.Name)];

    [Fact]
    public void Every_mutant_was_tried_on_every_sample()
    {
        var expected =
            from sample in Sample.All
            from mutant in WireMutants.All
            select (sample.Name, mutant.Id);

        SampleWireTable
            .Committed.Records.Select(one => (one.Sample, one.Mutant))
            .Should()
            .BeEquivalentTo(expected, $"{Matrix.Variable}=samples tries them");
    }

    [Fact]
    public void What_survives_has_a_reason() =>
        SampleWireTable
            .Committed.Records.Where(one => one.End == WireEnd.Survives && one.Reason is null)
            .Select(one => $"{one.Sample}: {one.Mutant}")
            .Should()
            .BeEmpty();

    [Fact]
    public void A_failure_names_a_rule_that_is_broken() =>
        SampleWireTable
            .Committed.Records.Where(one => one.End == WireEnd.Killed && !one.IsNamed)
            .Select(one => $"{one.Sample}: {one.Mutant}, {one.First}")
            .Should()
            .BeEmpty();

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void What_killed_a_mutant_kills_it_still(string name)
    {
        var sample = Sample.All.Single(one => one.Name == name);
        Skip.If(sample.Missing() is not null, sample.Missing());
        var driver = sample.Plug();
        var killed = SampleWireTable
            .Committed.Records.Where(one => one.Sample == name && one.End == WireEnd.Killed)
            .Where((_, i) => i % EveryNth == 0);

        var alive = killed
            .AsParallel()
            .Where(record =>
                new Hunt(
                    WireMutants.All.Single(one => one.Id == record.Mutant).On(driver, () => { })
                ).By(KillTable.Runnable(record.First)!)
                    is null
            )
            .Select(record => record.Mutant);

        alive.Should().BeEmpty($"{Matrix.Variable}=samples finds out what kills it now");
    }
}
