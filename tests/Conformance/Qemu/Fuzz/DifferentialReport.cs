using System.Collections.Immutable;
using System.Text;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>What came of comparing many scenarios.</summary>
/// <param name="Compared">How many came to the same on both.</param>
/// <param name="Filtered">How many differed in a way that is known, by the name of the deviation.</param>
/// <param name="Skipped">How many would have ended QEMU, or met devices that the emulator does not have.</param>
/// <param name="Found">What differed otherwise.</param>
internal sealed record DifferentialReport(
    long Compared,
    ImmutableSortedDictionary<string, int> Filtered,
    int Skipped,
    ImmutableArray<FoundDifference> Found
)
{
    /// <summary>Compares the scenarios of some seeds.</summary>
    /// <param name="run">Where.</param>
    /// <param name="seed">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="most">After so many differences it ends.</param>
    public static DifferentialReport Of(DifferentialRun run, ulong seed, long count, int most)
    {
        var filtered = ImmutableSortedDictionary.CreateBuilder<string, int>();
        var found = ImmutableArray.CreateBuilder<FoundDifference>();
        var (same, skipped) = (0L, 0);
        for (var end = seed + (ulong)count; seed < end && found.Count < most; seed++)
        {
            var scenario = ScenarioRandom.Of(seed);
            if (FuzzDeviations.IsFatal(scenario))
                skipped++;
            else if (run.Of(scenario) is not { } difference)
                same++;
            else if (FuzzDeviations.MeetsDevices(difference))
                skipped++;
            else if (FuzzDeviations.Of(difference) is { } known)
                filtered[known] = filtered.GetValueOrDefault(known) + 1;
            else
                found.Add(new(seed, run.Shrunk(difference)));
        }
        return new(same, filtered.ToImmutable(), skipped, found.ToImmutable());
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder(
            $"{Compared} scenarios the same, {Skipped} skipped, {Filtered.Values.Sum()} known to differ, {Found.Length} found\n"
        );
        foreach (var (id, times) in Filtered)
            text.Append($"{times, 7} {id}\n");
        return text.ToString();
    }
}

/// <summary>A difference that nothing explains, made as small as it can be.</summary>
/// <param name="Seed">Of the scenario that showed it first.</param>
/// <param name="Difference">The smallest that shows it too.</param>
internal sealed record FoundDifference(ulong Seed, Difference Difference)
{
    /// <summary>Writes its scenario into a folder, in the form of those in Fuzz/Examples.</summary>
    /// <returns>The file.</returns>
    public string Keep(string folder)
    {
        var path = Path.Combine(Directory.CreateDirectory(folder).FullName, $"seed-{Seed}.json");
        File.WriteAllText(path, $"{Difference.Scenario}\n");
        return path;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"seed {Seed}: {Difference.What}, in step {Difference.Step} of\n{Difference.Scenario}\n";
}
