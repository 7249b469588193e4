using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Decoding;

/// <summary>What the decoder says is what the emulator does: random words on every profile.</summary>
[Trait("Area", "decoding")]
public sealed class LegalityTests
{
    private const int Words = 400;

    [Fact]
    public void An_entry_is_objected_to_if_and_only_if_the_emulator_refuses_it()
    {
        var random = new Random(1);
        var refused = 0;
        foreach (var profile in Profiles.All)
            for (var i = 0; i < Words; i++)
            {
                var ste = new Ste(Entry(random));

                var broken = SteValidity.Broken(in ste, profile);

                Legality
                    .Of(in ste, profile)
                    .Select(o => o.Field)
                    .FirstOrDefault()
                    .Should()
                    .Be(broken?.Field);
                refused += broken is null ? 0 : 1;
            }
        refused.Should().BeInRange(1000, Words * Profiles.All.Length - 100);
    }

    [Fact]
    public void Every_reason_of_a_command_is_in_words()
    {
        var random = new Random(2);
        var reasons = new HashSet<string>();
        foreach (var profile in Profiles.All)
        foreach (var layout in LayoutCatalogue.Commands)
            for (var i = 0; i < Words / 4; i++)
            {
                var sparse = unchecked((ulong)random.NextInt64() & (ulong)random.NextInt64());
                var command = new Command(
                    (sparse & ~layout.Reserved(0) & ~0xfful) | layout.Code,
                    unchecked((ulong)random.NextInt64()) & ~layout.Reserved(1)
                );
                try
                {
                    if (Legality.Of(in command, profile) is { } objection)
                        reasons.Add(objection.Says);
                }
                catch (NotModelledException)
                {
                    // Said so, and nothing else is.
                }
            }

        reasons.Should().HaveCountGreaterThan(15);
        reasons.Should().OnlyContain(says => !says.Contains("idr") && !says.Contains("As<"));
        reasons.Should().OnlyContain(says => !says.Contains("profile") && !says.Contains("state."));
    }

    // An entry that is valid and says little: otherwise hardly one in a million were legal.
    private static ulong[] Entry(Random random)
    {
        var words = new ulong[8];
        for (var word = 0; word < 4; word++)
            words[word] = unchecked(
                (ulong)random.NextInt64() & (ulong)random.NextInt64() & (ulong)random.NextInt64()
            );
        words[0] |= 0b1001;
        return words;
    }
}
