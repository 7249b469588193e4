using System.Collections.Immutable;
using SmmuConformance.Conformance.Results;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>Cases whose rows have rules of their own, and cases that run on one profile only.</summary>
public sealed class RuleRowTests
{
    private static readonly Profile Small = new() { Name = "small" };
    private static readonly Profile Large = new()
    {
        Name = "large",
        IDR0 = new() { S2P = true },
    };

    [Fact]
    public void A_filter_by_rule_selects_the_row_that_proves_it() =>
        Assert.Equal(
            ["ste.layout@one: ste.001", "ste.layout@two: ste.002 ste.003"],
            Discover(nameof(Tables.Layout))
                .Select(test => $"{test.Executions[0].Id}: {string.Join(' ', test.Traits["Rule"])}")
        );

    [Fact]
    public void A_case_for_one_profile_runs_on_the_first_it_applies_to()
    {
        var tests = Discover(nameof(Tables.Stage_2_layout));

        Assert.Equal("large", Assert.Single(Assert.Single(tests).Executions).Profile.Name);
    }

    [Theory]
    [InlineData(nameof(Tables.Cites_too_little), "has a row for ste.003, which it does not cite")]
    [InlineData(nameof(Tables.Cites_too_much), "cites ste.004 and has no row for it")]
    public void Rows_and_attribute_must_cite_the_same_rules(string method, string mistake) =>
        Assert.EndsWith(
            mistake,
            Assert.Throws<ArgumentException>(() => Discover(method)).Message,
            StringComparison.Ordinal
        );

    private static IReadOnlyList<CaseTest> Discover(string method)
    {
        var assembly = new TestAssembly(Reflector.Wrap(typeof(Tables).Assembly));
        var type = new TestClass(
            new TestCollection(assembly, null, "fixture"),
            Reflector.Wrap(typeof(Tables))
        );
        return CaseDiscoverer.Discover(
            new TestMethod(type, Reflector.Wrap(typeof(Tables).GetMethod(method)!)),
            [Small, Large],
            Shard.Whole,
            new Executor(
                new DriverDescription("any", "1", default, new Policies(), Observation.EveryStore),
                Waivers.None
            ),
            new Tally()
        );
    }

    /// <summary>A row with rules.</summary>
    public sealed record Row(string Name, params string[] Proves) : IRuleRow
    {
        /// <inheritdoc/>
        public ImmutableArray<string> Rules => [.. Proves];

        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    /// <summary>Cases with such rows.</summary>
    [Fixture]
    public sealed class Tables
    {
        public static IEnumerable<Row> Rows =>
            [new("one", "ste.001"), new("two", "ste.002", "ste.003")];

        [Case("ste.layout", Level.Architecture, "ste.001", "ste.002", "ste.003")]
        [Rows(nameof(Rows)), OncePerRun]
        public void Layout(Profile profile, Row row) { }

        [Case("ste.layout2", Level.Architecture, "ste.001")]
        [AppliesWhere("SMMU_IDR0.S2P", 1), OncePerRun]
        public void Stage_2_layout(Profile profile) { }

        [Case("ste.little", Level.Architecture, "ste.001", "ste.002")]
        [Rows(nameof(Rows))]
        public void Cites_too_little(Profile profile, Row row) { }

        [Case("ste.much", Level.Architecture, "ste.001", "ste.002", "ste.003", "ste.004")]
        [Rows(nameof(Rows))]
        public void Cites_too_much(Profile profile, Row row) { }
    }
}
