using SmmuConformance.Bench;
using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>What is lost, late, doubled, out of order or damaged between the reference driver and the machine is noticed.</summary>
public sealed class WireMutantTests(ITestOutputHelper output)
{
    public static TheoryData<string> All =>
        [
            .. WireMutants
                .All.Select(mutant => mutant.Id)
                .Where(id => Equivalent.Of(Matrix.Wire, id) is null),
        ];

    [Theory]
    [MemberData(nameof(All))]
    public void What_is_spoiled_on_the_way_is_noticed(string id)
    {
        var mutant = WireMutants.All.Single(one => one.Id == id);
        var acted = false;

        var kill = new Hunt(mutant.On(PluggedDriver.Reference, () => acted = true)).First(
            KillTable.Committed.FirstOf(Matrix.Wire, id)
        );

        Assert.True(acted, $"{id} never did anything");
        Assert.True(kill is not null, $"{id} survives: {mutant.Wrong}");
        output.WriteLine($"{id}: killed by {kill}");
        Assert.True(
            mutant.Rules.IsEmpty || kill.Rule is not null,
            $"{id} ({mutant.Wrong}) is killed by {kill}, but must name one of {string.Join(", ", mutant.Rules)}"
        );
    }
}
