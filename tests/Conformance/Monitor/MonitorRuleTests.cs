using SmmuConformance.Bench;
using SmmuConformance.Driver.Reference;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Monitor;

/// <summary>Every monitor rule can fail: a correct driver with one thing spoiled breaks it, and is told so by name.</summary>
public sealed class MonitorRuleTests
{
    public static TheoryData<string> Names => [.. Breakages.All.Select(b => b.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_broken_rule_is_named_with_what_happened(string name)
    {
        var breakage = Breakages.All.Single(b => b.Name == name);
        using var bench = TestBench.Create(
            breakage.Profile,
            breakage.Options with
            {
                Driver = () => new SabotagedDriver(new ReferenceDriver(), breakage.Sabotage),
            }
        );

        Record.Exception(() => breakage.Act(bench, breakage.Sabotage));

        Assert.True(
            bench.Monitor.Violations.Any(v =>
                v.Rule.Id == breakage.Rule && v.Message.Contains(breakage.Message)
            ),
            $"{breakage.Rule} with `{breakage.Message}` was expected; broken were:\n"
                + string.Join(
                    '\n',
                    bench.Monitor.Violations.Select(v => $"{v.Rule.Id}: {v.Message}")
                )
                + TraceText.Of(bench.Trace.Entries.TakeLast(40))
        );
    }

    [Fact]
    public void Every_rule_has_a_breakage()
    {
        var rules = MonitorRules.All.Select(type =>
            ((MonitorRule)Activator.CreateInstance(type)!).Id
        );

        Assert.Equal(rules.Order(), Breakages.All.Select(b => b.Rule).Distinct().Order());
    }

    [Fact]
    public void A_violation_fails_the_operation_with_rule_clause_entry_and_trace()
    {
        var sabotage = new WordZeroFirst();
        using var bench = TestBench.Create(
            Profiles.Qemu10,
            new() { Driver = () => new SabotagedDriver(new ReferenceDriver(), sabotage) }
        );

        var error = Assert.Throws<ViolationException>(() => BreakageActs.Attach(bench, sabotage));

        Assert.Contains(
            "monitor.every-view (§3.21.3, §3.21.3.1): Whatever the SMMU can read",
            error.Message
        );
        Assert.Contains("[3:1]      Config         0b101  Stage1", error.Message);
        Assert.Contains("trace:", error.Message);
        Assert.Contains("->", error.Message);
    }
}
