using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>What is spoiled between a driver of another make and the machine is noticed as it is with the reference driver.</summary>
public sealed class SampleWireTests
{
    public static TheoryData<string> Samples => [.. Sample.All.Select(sample => sample.Name)];

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void What_is_spoiled_on_the_way_is_noticed(string name)
    {
        var sample = Sample.All.Single(one => one.Name == name);
        Skip.If(sample.Missing() is not null, sample.Missing());
        var driver = sample.Plug();
        var suite = Matrix.WireOf(sample);
        var known = KillTable.Committed.Records.Where(record =>
            record.Suite == suite && !record.Survives
        );

        var survivors = known
            .AsParallel()
            .Select(record => WireMutants.All.Single(mutant => mutant.Id == record.Mutant))
            .Where(mutant =>
                new Hunt(mutant.On(driver, () => { })).First(
                    KillTable.Committed.FirstOf(suite, mutant.Id)
                )
                    is null
            )
            .Select(mutant => $"{mutant.Id}: {mutant.Wrong}")
            .ToArray();

        Assert.Empty(survivors);
        Assert.NotEmpty(known);
    }
}
