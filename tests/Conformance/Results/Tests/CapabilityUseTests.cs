using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Results.Tests;

/// <summary>What a driver declares and no case has seen work is named.</summary>
public sealed class CapabilityUseTests
{
    private static readonly CaseDeclaration s_case = Catalogue.Cases.First(one =>
        one.Attribute.Needs == SmmuConformance.Driver.Contract.Capabilities.Stage2
    );

    [Fact]
    public void A_capability_whose_cases_all_fail_is_named() =>
        Assert.Equal(
            "Declared, but no case that needs it passed: Stage2",
            CapabilityUse.Unproved([Result(Verdict.Failed)])
        );

    [Fact]
    public void One_that_a_case_has_seen_is_not() =>
        Assert.Empty(CapabilityUse.Unproved([Result(Verdict.Failed), Result(Verdict.Passed)]));

    [Fact]
    public void Nor_is_one_that_is_not_declared() =>
        Assert.Empty(CapabilityUse.Unproved([Result(Verdict.NotApplicable)]));

    private static Result Result(Verdict verdict) =>
        new(
            new Execution(s_case, 0, Profiles.Maximal),
            new Ending(verdict, verdict == Verdict.Passed ? "" : "because"),
            TimeSpan.Zero
        );
}
