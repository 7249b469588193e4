using SmmuConformance.Conformance.Results;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>Every way an execution can end, as xunit reports it and as the tally counts it.</summary>
public sealed class VerdictTests
{
    private static readonly DriverDescription Able = new(
        "able",
        "1",
        Capabilities.Stage1,
        new Policies(),
        Observation.EveryStore
    );

    private static readonly Profile Small = new()
    {
        Name = "small",
        IDR0 = new() { S1P = true },
    };
    private static readonly Profile Large = new()
    {
        Name = "large",
        IDR0 = new() { S1P = true, S2P = true },
    };

    [Fact]
    public void A_case_that_returns_has_passed()
    {
        var run = Run(nameof(Endings.Returns));

        Assert.Equal([Verdict.Passed, Verdict.Passed], run.Verdicts);
        Assert.IsType<TestPassed>(run.Results[0]);
    }

    [Fact]
    public void A_case_that_throws_has_failed_and_the_exception_is_reported()
    {
        var run = Run(nameof(Endings.Throws));

        Assert.Equal([Verdict.Failed, Verdict.Failed], run.Verdicts);
        Assert.StartsWith("broken\n", Assert.IsType<TestFailed>(run.Results[0]).Messages[0]);
    }

    [Fact]
    public void What_the_emulator_does_not_model_is_inconclusive()
    {
        var run = Run(nameof(Endings.Leads_beyond_the_model));

        Assert.Equal([Verdict.Inconclusive, Verdict.Inconclusive], run.Verdicts);
        Assert.StartsWith("inconclusive: PASIDTT is not modelled (§3.9)", run.SkipReason);
    }

    [Fact]
    public void A_case_may_find_while_it_runs_that_it_does_not_apply()
    {
        var run = Run(nameof(Endings.Finds_nothing_to_do));

        Assert.Equal([Verdict.NotApplicable, Verdict.NotApplicable], run.Verdicts);
        Assert.StartsWith("not applicable: nothing here", run.SkipReason);
    }

    [Fact]
    public void A_register_field_decides_and_is_named_with_the_profiles_it_rules_out()
    {
        var run = Run(nameof(Endings.Needs_stage_2));

        Assert.Equal([Verdict.NotApplicable, Verdict.Passed], run.Verdicts);
        Assert.IsType<TestPassed>(Assert.Single(run.Results));
        var refused = Run(nameof(Endings.Needs_a_field_that_nobody_has));
        Assert.Equal("not applicable: SMMU_IDR0.Hyp is 0 in 'small', 'large'", refused.SkipReason);
    }

    [Fact]
    public void A_predicate_decides_and_gives_its_own_reason()
    {
        var run = Run(nameof(Endings.Needs_a_predicate));

        Assert.StartsWith("not applicable: it never does in 'small', 'large'", run.SkipReason);
    }

    [Fact]
    public void A_capability_the_driver_does_not_declare_makes_the_case_not_applicable()
    {
        var run = Run(nameof(Endings.Needs_nesting));

        Assert.All(run.Verdicts, verdict => Assert.Equal(Verdict.NotApplicable, verdict));
        Assert.StartsWith("not applicable: driver 'able' does not declare Nesting", run.SkipReason);
    }

    [Fact]
    public void What_the_driver_does_not_show_is_not_observable_and_never_passes()
    {
        var run = Run(
            nameof(Endings.Needs_every_store),
            Able with
            {
                Observation = Observation.AtDoorbell,
            }
        );

        Assert.All(run.Verdicts, verdict => Assert.Equal(Verdict.NotObservable, verdict));
        Assert.StartsWith(
            "not observable: driver 'able' shows memory AtDoorbell only",
            run.SkipReason
        );
    }

    [Fact]
    public void An_unknown_register_field_is_a_mistake_of_the_case() =>
        Assert.Equal(
            "SMMU_IDR3 has no field RILL (Parameter 'name')",
            Assert
                .Throws<ArgumentException>(() => Run(nameof(Endings.Needs_an_unknown_field)))
                .Message
        );

    [Fact]
    public void Each_row_is_an_execution_of_its_own()
    {
        var run = Run(nameof(Endings.Has_rows));

        Assert.Equal(["ste.rows@32 Has rows", "ste.rows@36 Has rows"], run.Names);
        Assert.Equal(
            [Verdict.Failed, Verdict.Failed, Verdict.Passed, Verdict.Passed],
            run.Verdicts
        );
    }

    [Fact]
    public void Traits_let_a_filter_select_by_area_case_row_rule_and_level()
    {
        var test = Tests(nameof(Endings.Returns), Able, new Tally())[0];

        Assert.Equal(["ste"], test.Traits["Area"]);
        Assert.Equal(["ste.returns"], test.Traits["Case"]);
        Assert.Equal(["ste.001", "ste.002"], test.Traits["Rule"]);
        Assert.Equal(["contract"], test.Traits["Level"]);
        Assert.Equal(["ste.returns"], test.Traits["Id"]);
    }

    [Fact]
    public void The_summary_counts_every_verdict_apart()
    {
        var tally = new Tally();
        foreach (
            var method in new[]
            {
                nameof(Endings.Returns),
                nameof(Endings.Leads_beyond_the_model),
                nameof(Endings.Needs_nesting),
            }
        )
            Run(method, tally: tally);

        var summary = new Summary(
            tally.Results,
            Provenance.Of(Able, tally.Results, TimeSpan.FromSeconds(1.25)),
            new Claim(false, "no claim")
        );

        Assert.Equal((3, 6), (summary.Cases, summary.Executions));
        Assert.Equal(
            "2 passed, 0 failed, 2 not applicable, 0 not observable, 2 inconclusive, 0 waived",
            summary.Text.Split('\n')[^2]
        );
    }

    private static RunResult Run(
        string method,
        DriverDescription? driver = null,
        Tally? tally = null
    )
    {
        var counted = new Tally();
        var bus = new Bus();
        var tests = Tests(method, driver ?? Able, counted);
        foreach (var test in tests)
            test.RunAsync(
                    new NullMessageSink(),
                    bus,
                    [],
                    new ExceptionAggregator(),
                    new CancellationTokenSource()
                )
                .GetAwaiter()
                .GetResult();
        foreach (var result in counted.Results)
            tally?.Record(result);
        return new RunResult(
            [.. tests.Select(test => test.DisplayName)],
            [.. bus.Messages.OfType<ITestResultMessage>()],
            [.. counted.Results.Select(result => result.Ending.Verdict)]
        );
    }

    private static IReadOnlyList<CaseTest> Tests(
        string method,
        DriverDescription driver,
        Tally tally
    )
    {
        var assembly = new TestAssembly(Reflector.Wrap(typeof(Endings).Assembly));
        var type = new TestClass(
            new TestCollection(assembly, null, "fixture"),
            Reflector.Wrap(typeof(Endings))
        );
        var testMethod = new TestMethod(type, Reflector.Wrap(typeof(Endings).GetMethod(method)!));
        return CaseDiscoverer.Discover(
            testMethod,
            [Small, Large],
            Shard.Whole,
            new Executor(driver, Waivers.None),
            tally
        );
    }

    private sealed record RunResult(
        string[] Names,
        ITestResultMessage[] Results,
        Verdict[] Verdicts
    )
    {
        public string SkipReason => Results.OfType<TestSkipped>().First().Reason;
    }

    private sealed class Bus : IMessageBus
    {
        public List<IMessageSinkMessage> Messages { get; } = [];

        public bool QueueMessage(IMessageSinkMessage message)
        {
            Messages.Add(message);
            return true;
        }

        public void Dispose() { }
    }

    /// <summary>A case for every way to end.</summary>
    [Fixture]
    public sealed class Endings
    {
        public static string[] Sizes => ["32", "36"];

        [Case("ste.returns", Level.Contract, "ste.001", "ste.002")]
        public void Returns(Profile profile) { }

        [Case("ste.throws", Level.Architecture, "ste.001")]
        public void Throws(Profile profile) => throw new InvalidOperationException("broken");

        [Case("ste.model", Level.Architecture, "ste.001")]
        public void Leads_beyond_the_model(Profile profile) =>
            throw new NotModelledException("PASIDTT", "3.9");

        [Case("ste.nothing", Level.Architecture, "ste.001")]
        public void Finds_nothing_to_do(Profile profile) =>
            throw VerdictException.NotApplicable("nothing here");

        [Case("ste.stage2", Level.Architecture, "ste.001")]
        [AppliesWhere("SMMU_IDR0.S2P", 1)]
        public void Needs_stage_2(Profile profile) { }

        [Case("ste.hyp", Level.Architecture, "ste.001")]
        [AppliesWhere("SMMU_IDR0.Hyp", 1)]
        public void Needs_a_field_that_nobody_has(Profile profile) { }

        [Case("ste.predicate", Level.Architecture, "ste.001")]
        [AppliesIf(nameof(Never))]
        public void Needs_a_predicate(Profile profile) { }

        [Case(
            "ste.nesting",
            Level.Architecture,
            "ste.001",
            Needs = Capabilities.Stage1 | Capabilities.Nesting
        )]
        public void Needs_nesting(Profile profile) { }

        [Case("ste.stores", Level.Architecture, "ste.001", Observes = Observation.EveryStore)]
        public void Needs_every_store(Profile profile) { }

        [Case("ste.unknown", Level.Architecture, "ste.001")]
        [AppliesWhere("SMMU_IDR3.RILL", 1)]
        public void Needs_an_unknown_field(Profile profile) { }

        [Case("ste.rows", Level.Architecture, "ste.001")]
        [Rows(nameof(Sizes))]
        public void Has_rows(Profile profile, string size) => Assert.Equal("36", size);

        public static string? Never(Profile profile) => "it never does";
    }
}
