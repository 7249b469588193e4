using FluentAssertions;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Cases and properties notice hardware that lies: each mutant of the emulator is killed by the case it names.</summary>
public sealed class EmulatorMutantTests(Xunit.Abstractions.ITestOutputHelper output)
{
    /// <summary>Profiles that have between them every feature that is modelled.</summary>
    internal const string Profiles = "Maximal,Lpa2,Mmu700,BigEndian,MmuS3,Minimal";

    public static IEnumerable<object[]> All =>
        EmulatorMutant.All.Select(mutant => new object[] { mutant.Id });

    [Theory]
    [MemberData(nameof(All))]
    public void A_mutant_is_noticed(string id)
    {
        var mutant = EmulatorMutant.All.Single(m => m.Id == id);
        var world = new EmulatorWorld(mutant.Compile());
        try
        {
            var killed =
                mutant.Case == EmulatorMutant.AnyCase
                    ? world.Ask(nameof(EmulatorJudge.Any), Profiles)
                    : world.Ask(nameof(EmulatorJudge.Case), mutant.Case);
            killed.Should().NotBeNull($"{mutant.Case} must notice: {mutant.Lie}");
            output.WriteLine(killed);
            if (mutant.Property is not { } property)
                return;
            killed = world.Ask(nameof(EmulatorJudge.Property), property);
            killed.Should().NotBeNull($"{property} must notice: {mutant.Lie}");
            output.WriteLine(killed);
        }
        finally
        {
            world.Unload();
        }
    }

    [Fact]
    public void Three_at_least_are_noticed_by_a_property_too() =>
        EmulatorMutant
            .All.Count(mutant => mutant.Property is not null)
            .Should()
            .BeGreaterThanOrEqualTo(3);

    [Fact]
    public void A_mutant_whose_text_is_gone_says_so()
    {
        var change = new Replacement("Machine.cs", "no such text", "");

        var applying = () => change.Apply("gone", "public sealed class Machine");

        applying.Should().Throw<FormatException>().WithMessage("mutant gone: its text is not in *");
    }
}
