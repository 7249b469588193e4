using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Results;

/// <summary>What a driver declares to be able to do, and whether any case saw it do so.</summary>
public static class CapabilityUse
{
    /// <summary>A sentence that names capabilities that were asked for and never seen to work; empty if there are none.</summary>
    /// <remarks>What is offered but not declared is what case contract.facets is about.</remarks>
    public static string Unproved(IReadOnlyCollection<Result> results)
    {
        var asked = Capabilities.None;
        var proved = Capabilities.None;
        foreach (var (execution, ending, _) in results)
        {
            var needs = execution.Case.Attribute.Needs;
            if (ending.Verdict is Verdict.Passed or Verdict.Failed)
                asked |= needs;
            if (ending.Verdict == Verdict.Passed)
                proved |= needs;
        }
        return (asked & ~proved) is var unproved && unproved == Capabilities.None
            ? ""
            : $"Declared, but no case that needs it passed: {unproved}";
    }
}
