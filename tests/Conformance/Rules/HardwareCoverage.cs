using System.Collections.Immutable;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Rules;

/// <summary>One rule that binds the hardware, and what proves that the emulator keeps it.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Cases">Ids of the hardware cases that cite it.</param>
/// <param name="Unproved">The reason why none has to.</param>
public sealed record CoveredRule(Rule Rule, ImmutableArray<string> Cases, UnprovedRule? Unproved)
{
    /// <summary>First part of the rule's id.</summary>
    public string Area => Rule.Id[..Rule.Id.LastIndexOf('.')];

    /// <summary>Neither a case nor a reason.</summary>
    public bool IsUncovered => Cases.IsEmpty && Unproved is null;

    /// <summary>Both a case and a reason why there is none.</summary>
    public bool IsContradictory => !Cases.IsEmpty && Unproved is not null;
}

/// <summary>
/// Every rule of the manual that binds the SMMU or a format, with the cases of <c>Hardware</c> that hold the emulator to
/// it.
/// </summary>
public static class HardwareCoverage
{
    /// <summary>The rules, by id.</summary>
    public static ImmutableArray<CoveredRule> All { get; } = Build();

    private static ImmutableArray<CoveredRule> Build()
    {
        var citing = Catalogue
            .Cases.Where(@case => @case.IsAboutHardware)
            .SelectMany(@case => @case.Attribute.Rules.Select(rule => (Rule: rule, @case.Id)))
            .ToLookup(pair => pair.Rule, pair => pair.Id);
        return
        [
            .. RuleRegistry
                .Catalogue.Rules.Where(rule =>
                    rule.Level == Level.Architecture && rule.On is "smmu" or "format"
                )
                .OrderBy(rule => rule.Id, StringComparer.Ordinal)
                .Select(rule => new CoveredRule(
                    rule,
                    [.. citing[rule.Id].Distinct().Order(StringComparer.Ordinal)],
                    UnprovedRules.All.GetValueOrDefault(rule.Id)
                )),
        ];
    }
}
