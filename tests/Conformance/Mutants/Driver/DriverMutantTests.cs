using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>
/// Every bug is found by a case that names the rule it breaks. A bug that nothing finds needs a new case or a sharper rule of the
/// monitor, and stays as bad as it is.
/// </summary>
public sealed class DriverMutantTests(ITestOutputHelper output)
{
    public static TheoryData<string> All => [.. DriverMutants.Chosen.Select(mutant => mutant.Id)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_bug_is_found(string id)
    {
        var mutant = DriverMutants.Chosen.Single(one => one.Id == id);

        var kill = new Hunt(mutant.Suspect()).First(KillTable.Committed.FirstOf(Matrix.Driver, id));

        Assert.True(kill is not null, $"{id} survives: {mutant.Wrong}");
        output.WriteLine($"{id}: killed by {kill}\n{kill.Message}");
        Assert.True(
            kill.Rule is not null,
            $"{id} ({mutant.Wrong}) is killed by {kill}, but must name one of {string.Join(", ", mutant.Rules)}:\n{kill.Message}"
        );
    }
}
