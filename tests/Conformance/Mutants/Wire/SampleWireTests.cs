using FluentAssertions;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>What is spoiled between a driver of another make and the machine is noticed as well.</summary>
public sealed class SampleWireTests
{
    // All of them take minutes; which they are changes with every mutant that is added.
    private const int EveryNth = 12;

    [Fact]
    public void No_mutant_and_no_sample_is_in_the_table_that_is_no_more()
    {
        var pairs =
            from sample in Sample.All
            from mutant in WireMutants.All
            select (sample.Name, mutant.Id);

        SampleWireTable
            .Committed.Records.Select(one => (one.Sample, one.Mutant))
            .Should()
            .BeSubsetOf(pairs);
    }

    [Fact]
    public void A_failure_names_a_rule_that_is_broken() =>
        SampleWireTable
            .Committed.Records.Where(one => one.End == WireEnd.Killed && !one.IsNamed)
            .Select(one => $"{one.Sample}: {one.Mutant}, {one.First}")
            .Should()
            .BeEmpty();

    [Fact]
    public void What_killed_a_mutant_kills_it_still()
    {
        var alive = new List<string>();
        foreach (var sample in Sample.All.Where(sample => sample.Missing() is null))
        {
            var killed = SampleWireTable
                .Committed.Records.Where(one =>
                    one.Sample == sample.Name && one.End == WireEnd.Killed
                )
                .Where((_, i) => i % EveryNth == 0)
                .ToList();
            if (killed.Count == 0)
                continue;
            var driver = sample.Plug();
            alive.AddRange(
                killed
                    .AsParallel()
                    .Where(record => Kill(driver, record) is null)
                    .Select(record => $"{sample.Name}: {record.Mutant}")
            );
        }

        alive
            .Should()
            .BeEmpty(
                $"take it out of {SampleWireTable.File}, and {Matrix.Variable}=samples finds out what kills it now"
            );
    }

    private static Kill? Kill(PluggedDriver driver, SampleWire record)
    {
        var mutant = WireMutants.All.Single(one => one.Id == record.Mutant);
        return new Hunt(mutant.On(driver, () => { })).By(KillTable.Runnable(record.First)!);
    }
}
