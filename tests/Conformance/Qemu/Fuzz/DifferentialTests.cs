using FluentAssertions;
using SmmuConformance.Bench.Qemu;
using SmmuConformance.Conformance.Mutants;
using SmmuConformance.Conformance.Plugging;
using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>
/// Arbitrary configurations come to the same on the emulator and on QEMU, but for what is known of QEMU. <c>SMMU_DIFFERENTIAL</c> is how many,
/// <c>SMMU_DIFFERENTIAL_SEED</c> the first seed.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    // Each found is made smaller by running it a few hundred times.
    private const int MostFound = 10;

    // To find a bug that is planted.
    private const int Enough = 3_000;

    /// <summary>Names of the known deviations.</summary>
    public static TheoryData<string> Deviations => [.. FuzzDeviation.All.Select(one => one.Id)];

    [SkippableFact]
    public void Whatever_is_configured_comes_to_the_same()
    {
        QemuTests.RequireQemu();
        using var run = new DifferentialRun(QemuFinder.OfThisRun.Path!);
        var count = Setting.Number("SMMU_DIFFERENTIAL", 2_000);
        var seed = (ulong)Setting.Number("SMMU_DIFFERENTIAL_SEED", 1);

        var report = DifferentialReport.Of(run, seed, count, MostFound);

        output.WriteLine($"{report}");
        var folder = Path.Combine(Resource.ResultsFolder, "differential");
        report
            .Found.Select(found => $"{found}kept in {found.Keep(folder)}")
            .Should()
            .BeEmpty(
                "the manual decides whose fault it is: the emulator's, which is mended, or QEMU's, which is listed in deviations.jsonl with the file in Examples"
            );
    }

    [Fact]
    public void What_is_found_is_kept_as_the_examples_are()
    {
        using var folder = new TemporaryFolder();
        var example = FuzzDeviation.All[0];
        var found = new FoundDifference(
            7,
            new(example.Example, 0, default!, default!, "it differs")
        );

        File.ReadAllText(found.Keep(folder.Path))
            .Should()
            .Be(Resource.Text($"Qemu/Fuzz/Examples/{example.Id}.json"));
        found.ToString().Should().StartWith("seed 7: it differs, in step 0 of\n{");
    }

    /// <summary>So it is noticed when QEMU mends it.</summary>
    [SkippableTheory]
    [MemberData(nameof(Deviations))]
    public void A_deviation_that_is_listed_shows(string id)
    {
        QemuTests.RequireQemu();
        var deviation = FuzzDeviation.All.Single(one => one.Id == id);
        using var run = new DifferentialRun(QemuFinder.OfThisRun.Path!);

        var difference = run.Of(deviation.Example);

        Assert.True(
            difference is not null,
            $"QEMU does as {deviation.Clause} demands now: {deviation.Demands} Take {id} out of deviations.jsonl"
        );
        (difference.Field == Difference.Death ? "dies" : FuzzDeviations.Of(difference))
            .Should()
            .Be(id.StartsWith("dies", StringComparison.Ordinal) ? "dies" : id, difference.What);
    }

    /// <summary>Bugs of the emulator that comparison must find.</summary>
    public static TheoryData<string> Planted =>
        [
            "stage2-size-unchecked",
            "s2r-ignored",
            "joined-too-large",
            "nsnh-without-stage2",
            "config-0xx-not-abort",
        ];

    [SkippableTheory]
    [MemberData(nameof(Planted))]
    public void A_bug_of_the_emulator_is_found(string id)
    {
        QemuTests.RequireQemu();
        var mutant = EmulatorMutant.All.Single(one => one.Id == id);
        var world = new EmulatorWorld(mutant.Compile());
        try
        {
            var found = world.Ask(nameof(EmulatorJudge.Differential), $"{Enough}");

            found.Should().NotBeNull($"{Enough} scenarios must show: {mutant.Lie}");
            output.WriteLine(found);
        }
        finally
        {
            world.Unload();
        }
    }

    [Fact]
    public void Every_deviation_that_can_be_told_is_listed() =>
        FuzzDeviations
            .Ids.Should()
            .BeEquivalentTo(
                FuzzDeviation
                    .All.Select(one => one.Id)
                    .Where(id => !id.StartsWith("dies", StringComparison.Ordinal))
            );
}
