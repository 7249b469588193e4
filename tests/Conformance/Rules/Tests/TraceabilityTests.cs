using FluentAssertions;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Rules;

/// <summary>Every rule that binds a driver leads to what proves it, and every case to a rule that binds.</summary>
public sealed class TraceabilityTests
{
    [Fact]
    public void Every_rule_of_a_driver_has_a_case_a_watcher_or_a_reason() =>
        DriverCoverage
            .All.Where(rule => rule.IsUncovered)
            .Select(rule => $"{rule.Rule.Id} ({rule.Rule.Clause}): {rule.Rule.Text}")
            .Should()
            .BeEmpty(
                "a rule of a driver needs a case that cites it, a breakage that the monitor finds (Monitor/Breakages.cs), or a line of Rules/unproved.jsonl"
            );

    [Fact]
    public void Every_area_has_cases() =>
        Areas.Driver.Keys.Except(Catalogue.Cases.Select(@case => @case.Area)).Should().BeEmpty();

    [Fact]
    public void No_case_of_the_manual_rests_on_advice_alone() =>
        Catalogue
            .Cases.Where(@case =>
                !@case.IsAboutHardware
                && @case.Attribute.Level == Level.Architecture
                && !@case
                    .Attribute.Rules.Select(id => RuleRegistry.Catalogue.Find(id)!)
                    .Any(rule => rule.Level == Level.Architecture && rule.Binds)
            )
            .Select(@case => $"{@case.Id}: {string.Join(' ', @case.Attribute.Rules)}")
            .Should()
            .BeEmpty("what the manual recommends is at most a promise of the contract");

    [Fact]
    public void What_a_breakage_breaks_is_a_rule_of_a_driver() =>
        Monitor
            .Breakages.All.SelectMany(breakage => breakage.Breaks)
            .Should()
            .BeSubsetOf(DriverCoverage.All.Select(rule => rule.Rule.Id));

    [Fact]
    public void The_page_and_the_table_say_what_proves_each_rule()
    {
        Repository.Verify(
            "traceability.md",
            TraceabilityPage.Of(DriverCoverage.All, Catalogue.Cases)
        );
        Repository.Verify(
            "traceability.csv",
            TraceabilityPage.Csv(DriverCoverage.All.Concat(HardwareCoverage.All))
        );
    }
}
