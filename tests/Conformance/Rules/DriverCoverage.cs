using System.Collections.Immutable;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Conformance.Monitor;

namespace SmmuConformance.Conformance.Rules;

/// <summary>
/// Every rule that binds a driver, of the manual, of the contract and of Linux, with the cases that hold a driver to it and
/// the monitor rules that watch it in all of them.
/// </summary>
public static class DriverCoverage
{
    /// <summary>The rules, by id.</summary>
    public static ImmutableArray<CoveredRule> All { get; } =
        CoveredRule.Of(
            RuleRegistry.Catalogue.Rules.Where(rule => rule.On == "driver"),
            Catalogue
                .Cases.Where(@case => !@case.IsAboutHardware)
                .SelectMany(@case => @case.Attribute.Rules.Select(rule => (Rule: rule, @case.Id)))
                .ToLookup(pair => pair.Rule, pair => pair.Id),
            // That a monitor rule watches a rule is shown by a spoiled driver that breaks it and is found out.
            Breakages
                .All.SelectMany(breakage =>
                    breakage.Breaks.Select(rule => (Rule: rule, Monitor: breakage.Rule))
                )
                .ToLookup(pair => pair.Rule, pair => pair.Monitor)
        );
}
