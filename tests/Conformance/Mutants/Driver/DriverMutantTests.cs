using Xunit.Abstractions;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>
/// Every bug is found by a case that names the rule it breaks. A bug that nothing finds needs a new case or a sharper rule of the
/// monitor, and stays as bad as it is.
/// </summary>
public abstract class MutantHunt(ITestOutputHelper output)
{
    /// <summary>Into how many classes the repository's mutants are dealt: classes run side by side.</summary>
    protected const int Parts = 4;

    /// <summary>The mutants of one of the classes.</summary>
    protected static TheoryData<string> Part(int number) =>
        [.. DriverMutants.Ours.Where((_, i) => i % Parts == number).Select(mutant => mutant.Id)];

    /// <summary>Fails unless a case kills a mutant and names a rule that it breaks.</summary>
    protected void MustBeFound(DriverMutant mutant)
    {
        var kill = new Hunt(mutant.Suspect()).First(
            KillTable.Committed.FirstOf(Matrix.Driver, mutant.Id)
        );

        Assert.True(kill is not null, $"{mutant.Id} survives: {mutant.Wrong}");
        output.WriteLine($"{mutant.Id}: killed by {kill}\n{kill.Message}");
        Assert.True(
            kill.Rule is not null,
            $"{mutant.Id} ({mutant.Wrong}) is killed by {kill}, but must name one of {string.Join(", ", mutant.Rules)}:\n{kill.Message}"
        );
    }
}

/// <summary>Those of the folder that SMMU_MUTANTS names, or a part of the repository's.</summary>
public sealed class DriverMutantTests(ITestOutputHelper output) : MutantHunt(output)
{
    public static TheoryData<string> All =>
        ReferenceEquals(DriverMutants.Chosen, DriverMutants.Ours)
            ? Part(0)
            : [.. DriverMutants.Chosen.Select(mutant => mutant.Id)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_bug_is_found(string id) =>
        MustBeFound(DriverMutants.Chosen.Single(one => one.Id == id));
}

/// <summary>A part of the repository's.</summary>
public sealed class SecondPartTests(ITestOutputHelper output) : MutantHunt(output)
{
    public static TheoryData<string> All => Part(1);

    [Theory]
    [MemberData(nameof(All))]
    public void A_bug_is_found(string id) =>
        MustBeFound(DriverMutants.Ours.Single(one => one.Id == id));
}

/// <summary>A part of the repository's.</summary>
public sealed class ThirdPartTests(ITestOutputHelper output) : MutantHunt(output)
{
    public static TheoryData<string> All => Part(2);

    [Theory]
    [MemberData(nameof(All))]
    public void A_bug_is_found(string id) =>
        MustBeFound(DriverMutants.Ours.Single(one => one.Id == id));
}

/// <summary>A part of the repository's.</summary>
public sealed class FourthPartTests(ITestOutputHelper output) : MutantHunt(output)
{
    public static TheoryData<string> All => Part(3);

    [Theory]
    [MemberData(nameof(All))]
    public void A_bug_is_found(string id) =>
        MustBeFound(DriverMutants.Ours.Single(one => one.Id == id));
}
