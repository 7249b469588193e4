using FluentAssertions;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Cases and properties notice hardware that lies: each mutant of the emulator is killed by the case it names.</summary>
public sealed class MutantTests(Xunit.Abstractions.ITestOutputHelper output)
{
    // Between them they have every feature that is modelled.
    private const string Profiles = "Maximal,Lpa2,Mmu700,BigEndian,MmuS3,Minimal";

    public static IEnumerable<object[]> All => Mutants.Select(mutant => new object[] { mutant.Id });

    private static IReadOnlyList<Mutant> Mutants { get; } =
        Mutant.Parse(Resource.Text("Mutants/emulator.jsonl"));

    [Theory]
    [MemberData(nameof(All))]
    public void A_mutant_is_noticed(string id)
    {
        var mutant = Mutants.Single(m => m.Id == id);
        var world = new MutantWorld(MutantCompiler.Compile(mutant));
        try
        {
            var killed =
                mutant.Case == Mutant.AnyCase
                    ? world.Ask(nameof(MutantJudge.Any), Profiles)
                    : world.Ask(nameof(MutantJudge.Case), mutant.Case);
            killed.Should().NotBeNull($"{mutant.Case} must notice: {mutant.Lie}");
            output.WriteLine(killed);
            if (mutant.Property is not { } property)
                return;
            killed = world.Ask(nameof(MutantJudge.Property), property);
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
        Mutants.Count(mutant => mutant.Property is not null).Should().BeGreaterThanOrEqualTo(3);

    [Fact]
    public void A_mutant_whose_text_is_gone_says_so()
    {
        var mutant = new Mutant("gone", "Machine.cs", "no such text", "", "", "");

        var applying = () => mutant.Apply("public sealed class Machine");

        applying.Should().Throw<FormatException>().WithMessage("mutant gone: its text is not in *");
    }
}
