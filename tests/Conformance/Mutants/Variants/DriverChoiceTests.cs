using System.Collections.Immutable;
using FluentAssertions;
using SmmuConformance.Conformance.Plugging;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>
/// The reference driver with other choices made, which the manual and the contract leave to it: every case still passes or does not
/// apply. A case that fails asserts one driver's way.
/// </summary>
public sealed class DriverChoiceTests
{
    private static readonly Lazy<IReadOnlyList<ImmutableArray<DriverChoice>>> s_combinations = new(
        Combinations.FromEnvironment
    );

    private static readonly ImmutableArray<Profile> s_profiles = [Profiles.Maximal];

    public static TheoryData<int, string> All
    {
        get
        {
            var all = new TheoryData<int, string>();
            foreach (var (choices, i) in s_combinations.Value.Select((one, i) => (one, i)))
                all.Add(i, string.Join('+', choices.Select(choice => choice.Id)));
            return all;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_driver_that_chooses_otherwise_passes_what_applies_to_it(int number, string names)
    {
        var run = new PluggedRun(DriverChoice.Driver(s_combinations.Value[number]));
        var part = Combinations.ShardOf(number);

        var endings = run.Of(
            PluggedRun
                .OfDrivers(CaseProfiles.FromEnvironmentOr(s_profiles))
                .Where(execution => part.Contains(execution.Key))
        );

        // Some things never happen to a driver that chooses otherwise.
        var failed = endings
            .Where(one =>
                one.Ending.Verdict
                    is not (Verdict.Passed or Verdict.NotApplicable or Verdict.NotObservable)
            )
            .Select(one =>
                $"{one.Execution.Key}: {one.Ending.Verdict}: {one.Ending.Reason.Split('\n')[0]}"
            );
        var passed = endings.Count(one => one.Ending.Verdict == Verdict.Passed);
        failed
            .Order(StringComparer.Ordinal)
            .Should()
            .BeEmpty($"a legal choice fails no case ({names})");
        passed.Should().BeGreaterThan(100, "the driver must be in use");
    }

    [Fact]
    public void Few_rows_hold_every_two_choices()
    {
        var rows = Combinations.Rows(DriverChoice.All);

        foreach (var pair in Combinations.Pairs(DriverChoice.All))
            rows.Should().Contain(row => row.Contains(pair[0]) && row.Contains(pair[1]));
        foreach (var choice in DriverChoice.All)
            rows.Should().Contain(row => !row.Contains(choice));
        rows.Should().HaveCountLessThan(25);
    }
}
