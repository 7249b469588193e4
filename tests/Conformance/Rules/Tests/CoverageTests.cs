using FluentAssertions;

namespace SmmuConformance.Conformance.Rules;

/// <summary>Every rule that binds the hardware has a case that proves it, or a reason why it has none.</summary>
public sealed class CoverageTests
{
    [Fact]
    public void No_rule_has_both_a_case_and_a_reason_for_having_none() =>
        HardwareCoverage
            .All.Concat(DriverCoverage.All)
            .Where(rule => rule.IsContradictory)
            .Select(rule => $"{rule.Rule.Id}: {string.Join(", ", rule.Proof)}")
            .Should()
            .BeEmpty();

    [Fact]
    public void Every_rule_of_the_hardware_has_a_case_or_a_reason() =>
        HardwareCoverage
            .All.Where(rule => rule.IsUncovered)
            .Select(rule => $"{rule.Rule.Id} ({rule.Rule.Clause}): {rule.Rule.Text}")
            .Should()
            .BeEmpty(
                "a rule of the hardware needs a case in tests/Conformance/Hardware that cites it, or a line of Rules/unproved.jsonl"
            );

    [Fact]
    public void The_page_says_what_is_proved() =>
        Repository.Verify("emulator-coverage.md", CoveragePage.Of(HardwareCoverage.All));

    [Fact]
    public void Every_reason_is_of_a_rule() =>
        UnprovedRules
            .All.Keys.Should()
            .BeSubsetOf(RuleRegistry.Catalogue.Rules.Select(rule => rule.Id));

    [Fact]
    public void A_reason_without_text_is_refused_with_its_line()
    {
        var reading = () =>
            UnprovedRules
                .Parse("\n" + """{"id": "a.001", "why": "not-modelled", "reason": ""}""")
                .ToList();

        reading.Should().Throw<FormatException>().WithMessage("unproved.jsonl:2: *");
    }

    [Fact]
    public void A_reason_of_an_unknown_class_is_refused_with_its_line()
    {
        var reading = () =>
            UnprovedRules.Parse("""{"id": "a.001", "why": "lazy", "reason": "x"}""").ToList();

        reading.Should().Throw<FormatException>().WithMessage("unproved.jsonl:1: *why*");
    }
}
