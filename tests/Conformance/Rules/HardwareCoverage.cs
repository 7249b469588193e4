using System.Collections.Immutable;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Rules;

/// <summary>
/// Every rule of the manual that binds the SMMU or a format, with the cases of <c>Hardware</c> that hold the emulator to
/// it.
/// </summary>
public static class HardwareCoverage
{
    /// <summary>The rules, by id.</summary>
    public static ImmutableArray<CoveredRule> All { get; } =
        CoveredRule.Of(
            RuleRegistry.Catalogue.Rules.Where(rule =>
                rule.Level == Level.Architecture && rule.On is "smmu" or "format"
            ),
            Catalogue
                .Cases.Where(@case => @case.IsAboutHardware)
                .SelectMany(@case => @case.Attribute.Rules.Select(rule => (Rule: rule, @case.Id)))
                .ToLookup(pair => pair.Rule, pair => pair.Id),
            Enumerable.Empty<string>().ToLookup(rule => rule)
        );
}
