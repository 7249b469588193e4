using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>
/// Drivers of other makes, which take other legal choices than the reference driver, pass what applies to them. A case that fails
/// asserts one driver's way, or an adapter loses something.
/// </summary>
public sealed class SampleTests
{
    private static readonly Profile[] s_profiles =
    [
        Profiles.Maximal,
        Profiles.Minimal,
        Profiles.NonCoherent,
    ];

    /// <summary>A sample, and how many executions at least must pass.</summary>
    public static TheoryData<string, int> Samples =>
        new()
        {
            { "c", 1000 },
            { "rust", 1000 },
            { "python", 300 },
        };

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void A_driver_of_another_make_passes_what_applies_to_it(string name, int atLeast)
    {
        var sample = Sample.All.Single(one => one.Name == name);
        Skip.If(sample.Missing() is not null, sample.Missing());
        var run = new PluggedRun(sample.Plug());

        var endings = run.Of(PluggedRun.OfDrivers(s_profiles));

        var failed = endings
            .Where(one => one.Ending.Verdict == Verdict.Failed)
            .Select(one => $"{one.Execution.Key}: {one.Ending.Reason.Split('\n')[0]}");
        var passed = endings.Count(one => one.Ending.Verdict == Verdict.Passed);
        Assert.Empty(failed.Order(StringComparer.Ordinal));
        Assert.True(passed >= atLeast, $"only {passed} executions passed");
    }
}
