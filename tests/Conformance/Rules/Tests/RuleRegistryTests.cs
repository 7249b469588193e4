using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Rules;

/// <summary>The registry refuses what would make a rule's name ambiguous or empty.</summary>
public sealed class RuleRegistryTests
{
    private const string Good =
        """{"id": "a.1", "clause": "5.2", "on": "smmu", "rule": "It is so.", "test": ""}""";

    [Fact]
    public void The_catalogue_has_rules_of_every_level()
    {
        var levels = RuleRegistry.Catalogue.Rules.Select(rule => rule.Level).Distinct().Order();

        Assert.Equal(Enum.GetValues<Level>(), levels);
    }

    [Fact]
    public void A_rule_is_found_by_its_id()
    {
        var rule = RuleRegistry.Catalogue.Find("reset.004");

        Assert.Equal(
            ("3.11 Reset", "driver", Level.Architecture),
            (rule!.Clause, rule.On, rule.Level)
        );
    }

    [Fact]
    public void An_id_that_stands_twice_is_refused_with_both_places() =>
        Assert.Equal(
            "second.jsonl:2: rule 'a.1' stands already at first.jsonl:1",
            Mistake(("first.jsonl", Good), ("second.jsonl", "\n" + Good))
        );

    [Fact]
    public void A_malformed_line_is_refused_with_its_place() =>
        Assert.StartsWith("f.jsonl:2: ", Mistake(("f.jsonl", Good + "\n{")));

    [Fact]
    public void An_unknown_field_is_refused_by_name() =>
        Assert.Contains(
            "note",
            Mistake(
                (
                    "f.jsonl",
                    Good.Replace("\"test\"", "\"note\": \"\", \"test\"", StringComparison.Ordinal)
                )
            )
        );

    [Fact]
    public void A_missing_field_is_refused_by_name() =>
        Assert.Contains(
            "clause",
            Mistake(
                ("f.jsonl", Good.Replace("\"clause\": \"5.2\", ", "", StringComparison.Ordinal))
            )
        );

    [Fact]
    public void A_rule_without_text_is_refused() =>
        Assert.Equal(
            "f.jsonl:1: id, clause and rule must not be empty",
            Mistake(("f.jsonl", Good.Replace("It is so.", "", StringComparison.Ordinal)))
        );

    [Fact]
    public void A_rule_binds_a_driver_an_smmu_or_a_format() =>
        Assert.Equal(
            "f.jsonl:1: 'kernel' is not one of driver, smmu, format",
            Mistake(("f.jsonl", Good.Replace("smmu", "kernel", StringComparison.Ordinal)))
        );

    private static string Mistake(params (string Name, string Text)[] files) =>
        Assert
            .Throws<FormatException>(() =>
                RuleRegistry.Parse(
                    files.Select(file => new RuleFile(file.Name, Level.Linux, file.Text))
                )
            )
            .Message;
}
