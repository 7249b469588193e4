using FluentAssertions;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Results.Tests;

/// <summary>What can be said only when everything else has run: xunit runs what is not parallel last.</summary>
[CollectionDefinition(nameof(AfterAll), DisableParallelization = true)]
[Collection(nameof(AfterAll))]
public sealed class AfterAll
{
    [Fact]
    public void Every_waiver_of_the_driver_was_met()
    {
        var run = Suite.Tally.Results.Select(result => result.Execution.Key).ToHashSet();
        var driver = Subject.Description.Name;

        Suite
            .Executor.Waivers.Unused(driver)
            .Where(waiver =>
                Catalogue
                    .Executions.Where(execution => waiver.Covers(execution, driver))
                    .All(execution => run.Contains(execution.Key))
            )
            .Select(waiver => $"{waiver.Case ?? waiver.Rule}: {waiver}")
            .Should()
            .BeEmpty($"what fails no more is not waived: remove it from {WaiverFile.Name}");
    }
}
