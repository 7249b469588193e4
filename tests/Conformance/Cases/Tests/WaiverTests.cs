using FluentAssertions;
using SmmuConformance.Conformance.Rules;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>A waiver without what makes it answerable does not load, and one that is out of date fails.</summary>
public sealed class WaiverTests
{
    private const string Good = """
        {"case": "ste.abort", "driver": "mine", "class": "debt", "reason": "slow", "owner": "me",
         "issue": "https://example.org/7", "expires": "2030-01-15", "symptom": "boom"}
        """;

    private static readonly DateOnly s_today = new(2030, 1, 15);
    private static readonly Ending s_boom = new(Verdict.Failed, "boom: STE[0]");

    private static readonly CaseDeclaration s_case = Catalogue.Cases.Single(@case =>
        @case.Id == "ste.abort"
    );

    [Theory]
    [InlineData("\"case\": \"ste.abort\"", "\"case\": \"\"", "names no case and no rule")]
    [InlineData("\"case\"", "\"rule\": \"ste.001\", \"case\"", "or both: give 'case' or 'rule'")]
    [InlineData("ste.abort", "ste.abbot", "waives 'ste.abbot', which is no case")]
    [InlineData(
        "\"case\": \"ste.abort\"",
        "\"rule\": \"ste.0\"",
        "waives 'ste.0', which is no rule"
    )]
    [InlineData("\"driver\": \"mine\", ", "", "has no 'driver'")]
    [InlineData("\"debt\"", "\"lazy\"", "'class' is one of debt, decision, erratum, disputed")]
    [InlineData("slow", " ", "has no 'reason'")]
    [InlineData("\"owner\": \"me\",", "", "has no 'owner'")]
    [InlineData("https://example.org/7", "7", "has no address 'issue'")]
    [InlineData("2030-01-15", "soon", "has no date 'expires' (yyyy-MM-dd)")]
    [InlineData("boom", "", "has no 'symptom'")]
    [InlineData("owner", "possessor", "possessor")]
    [InlineData("\"case\"", "\"where\": \"Mmu6000\", \"case\"", "the condition 'Mmu6000'")]
    [InlineData("\"case\"", "\"where\": \"SMMU_IDR3.RILL=0\", \"case\"", "has no field RILL")]
    [InlineData("\"case\"", "\"where\": \"SMMU_IDR3.RIL=no\", \"case\"", "'no' is no number")]
    public void What_is_missing_or_unknown_is_named(string good, string bad, string message)
    {
        var reading = () => Load(Good.Replace(good, bad, StringComparison.Ordinal));

        reading.Should().Throw<FormatException>().WithMessage($"waivers.json: *{message}*");
    }

    [Fact]
    public void A_failure_as_expected_is_waived()
    {
        var ending = Load(Good).Apply(On(Profiles.Maximal), "mine", s_boom);

        ending.Verdict.Should().Be(Verdict.Waived);
        ending.Reason.Should().Be("debt: slow (me, https://example.org/7, until 2030-01-15)");
    }

    [Fact]
    public void Another_failure_fails() =>
        MustFail(
            Load(Good).Apply(On(Profiles.Maximal), "mine", new(Verdict.Failed, "bang")),
            "it fails for another reason than the waived one, 'boom'*without it: failed: bang"
        );

    [Fact]
    public void A_waived_case_that_passes_fails() =>
        MustFail(
            Load(Good).Apply(On(Profiles.Maximal), "mine", Ending.Passed),
            "it passes although it is waived: remove the waiver*"
        );

    [Fact]
    public void An_expired_waiver_fails() =>
        MustFail(
            Load(Good.Replace("01-15", "01-14", StringComparison.Ordinal))
                .Apply(On(Profiles.Maximal), "mine", s_boom),
            "the waiver has expired: mend the driver, or have me renew it*"
        );

    [Theory]
    [InlineData("Maximal", Verdict.Waived)]
    [InlineData("Minimal", Verdict.Failed)]
    [InlineData("SMMU_IDR3.RIL=1", Verdict.Waived)]
    [InlineData("SMMU_IDR3.RIL=0", Verdict.Failed)]
    public void A_condition_narrows_it(string where, Verdict verdict) =>
        Load(
                Good.Replace(
                    "\"case\"",
                    $"\"where\": \"{where}\", \"case\"",
                    StringComparison.Ordinal
                )
            )
            .Apply(On(Profiles.Maximal), "mine", s_boom)
            .Verdict.Should()
            .Be(verdict);

    [Fact]
    public void It_is_of_no_other_driver_and_no_other_case()
    {
        Load(Good).Apply(On(Profiles.Maximal), "yours", s_boom).Should().Be(s_boom);
        Load(Good.Replace("ste.abort", "cd.res0", StringComparison.Ordinal))
            .Apply(On(Profiles.Maximal), "mine", s_boom)
            .Should()
            .Be(s_boom);
    }

    [Fact]
    public void A_waived_rule_covers_what_fails_of_it_and_is_unused_until_then()
    {
        var rule = s_case.Attribute.Rules[0];
        var waivers = Load(
            Good.Replace(
                "\"case\": \"ste.abort\"",
                $"\"rule\": \"{rule}\"",
                StringComparison.Ordinal
            )
        );

        waivers.Apply(On(Profiles.Minimal), "mine", Ending.Passed).Should().Be(Ending.Passed);
        waivers.Unused("mine").Should().ContainSingle();
        waivers.Unused("yours").Should().BeEmpty();
        waivers.Apply(On(Profiles.Maximal), "mine", s_boom).Verdict.Should().Be(Verdict.Waived);
        waivers.Unused("mine").Should().BeEmpty();
    }

    private static void MustFail(Ending ending, string reason)
    {
        ending.Verdict.Should().Be(Verdict.Failed);
        ending.Reason.Should().Match(reason);
        ending.Exception.Should().NotBeNull();
    }

    private static Execution On(Profile profile) => new(s_case, 0, profile);

    private static Waivers Load(string entry) =>
        new(
            WaiverFile.Parse(
                $"[{entry}]",
                new HashSet<string> { "ste.abort", "cd.res0" },
                RuleRegistry.Catalogue
            ),
            s_today
        );
}
