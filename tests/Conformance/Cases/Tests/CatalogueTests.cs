using SmmuConformance.Conformance.Rules;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>What must hold of every case of the catalogue.</summary>
public sealed class CatalogueTests
{
    [Fact]
    public void Every_id_is_used_once()
    {
        var repeated = Catalogue.Cases.GroupBy(@case => @case.Id).Where(group => group.Count() > 1);

        Assert.Empty(repeated.Select(group => group.Key));
    }

    [Fact]
    public void Every_rule_that_a_case_names_is_in_the_registry()
    {
        var unknown =
            from @case in Catalogue.Cases
            from rule in @case.Attribute.Rules
            where RuleRegistry.Catalogue.Find(rule) is null
            select $"{@case.Id} names {rule}";

        Assert.Empty(unknown);
    }

    [Fact]
    public void Every_case_proves_a_rule()
    {
        var idle = Catalogue.Cases.Where(@case => @case.Attribute.Rules.IsEmpty);

        Assert.Empty(idle.Select(@case => @case.Id));
    }

    [Fact]
    public void No_case_demands_more_than_its_rules_do()
    {
        var excessive = Catalogue.Cases.Where(@case =>
            !@case.Attribute.Rules.Any(rule =>
                RuleRegistry.Catalogue.Find(rule)?.Level <= @case.Attribute.Level
            )
        );

        Assert.Empty(
            excessive.Select(@case =>
                $"{@case.Id} is of level {@case.Attribute.Level}, none of its rules is"
            )
        );
    }

    [Fact]
    public void Every_level_is_one_of_the_three() =>
        Assert.All(Catalogue.Cases, @case => Assert.True(Enum.IsDefined(@case.Attribute.Level)));

    [Fact]
    public void Every_case_applies_to_a_profile()
    {
        var nowhere = Catalogue.Cases.Where(@case =>
            Profiles.All.All(profile => @case.Refusal(profile) is not null)
        );

        Assert.Empty(nowhere.Select(@case => @case.Id));
    }

    [Fact]
    public void Every_waiver_of_the_catalogue_is_complete() => Assert.NotNull(Waivers.Load());

    [Theory]
    [InlineData("ste.abort", "ste")]
    [InlineData("hitless.ste.abort-to-bypass", "hitless")]
    [InlineData("hw.ste.config", "hw.ste")]
    public void The_area_is_the_first_segment_or_two_for_hardware(string id, string area) =>
        Assert.Equal(area, Areas.Of(id));

    [Theory]
    [InlineData("ste")]
    [InlineData("ste.")]
    [InlineData("ste.Abort")]
    [InlineData("ste.a_b")]
    [InlineData("nowhere.x")]
    [InlineData("hw.ste")]
    [InlineData("hw.nowhere.x")]
    public void An_id_of_no_area_or_of_wrong_form_is_refused(string id) =>
        Assert.Throws<ArgumentException>(() => Areas.Of(id));
}
