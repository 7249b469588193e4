using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Rules;

/// <summary>How a rule stands.</summary>
public enum RuleStatus : byte
{
    /// <summary>At least one case cites it and fails when it is broken.</summary>
    Cases,

    /// <summary>No case is about it: the monitor watches it in every case, and a spoiled driver shows that it sees.</summary>
    Watched,

    /// <summary>The emulator does not have the feature, no operation gives occasion, or no one could tell.</summary>
    NotTestable,

    /// <summary>Nothing is demanded, or another rule demands it.</summary>
    NoObligation,

    /// <summary>Neither a proof nor a reason: a defect of the catalogue.</summary>
    Uncovered,
}

/// <summary>One rule, and what proves that it is kept.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Cases">Ids of the cases that cite it.</param>
/// <param name="Watched">Ids of the monitor rules that watch it in every case.</param>
/// <param name="Unproved">The reason why nothing has to.</param>
public sealed record CoveredRule(
    Rule Rule,
    ImmutableArray<string> Cases,
    ImmutableArray<string> Watched,
    UnprovedRule? Unproved
)
{
    /// <summary>What proves it, cases first.</summary>
    public IEnumerable<string> Proof => Cases.Concat(Watched);

    /// <summary>Neither a proof nor a reason.</summary>
    public bool IsUncovered => Status == RuleStatus.Uncovered;

    /// <summary>Both a proof and a reason why there is none.</summary>
    public bool IsContradictory => Proof.Any() && Unproved is not null;

    /// <summary>How it stands.</summary>
    public RuleStatus Status =>
        this switch
        {
            { Cases.IsEmpty: false } => RuleStatus.Cases,
            { Watched.IsEmpty: false } => RuleStatus.Watched,
            { Unproved.Why: Rules.Unproved.NotAnObligation } => RuleStatus.NoObligation,
            { Unproved: not null } => RuleStatus.NotTestable,
            { Rule.Force: Force.Advised or Force.SaidElsewhere } => RuleStatus.NoObligation,
            _ => RuleStatus.Uncovered,
        };

    /// <summary>Why nothing proves it; empty if something does.</summary>
    public string Reason =>
        Proof.Any() ? ""
        : Unproved is { } reason ? $"{CoveragePage.Name(reason.Why)}: {reason.Reason}"
        : Rule.Why;

    /// <summary>Rules with what cites and watches them, by id.</summary>
    public static ImmutableArray<CoveredRule> Of(
        IEnumerable<Rule> rules,
        ILookup<string, string> citing,
        ILookup<string, string> watching
    ) =>
        [
            .. rules
                .OrderBy(rule => rule.Id, StringComparer.Ordinal)
                .Select(rule => new CoveredRule(
                    rule,
                    [.. citing[rule.Id].Distinct().Order(StringComparer.Ordinal)],
                    [.. watching[rule.Id].Distinct().Order(StringComparer.Ordinal)],
                    UnprovedRules.All.GetValueOrDefault(rule.Id)
                )),
        ];
}
