using FluentAssertions;

namespace SmmuConformance.Conformance.Results.Tests;

/// <summary>The order of a run is any order, and the same again for the same seed.</summary>
public sealed class OrderTests
{
    private static readonly string[] s_names =
    [
        .. Enumerable.Range(0, 50).Select(i => $"case {i}"),
    ];

    [Fact]
    public void A_seed_gives_one_order_whatever_order_was_found() =>
        Shuffled(s_names, 7).Should().Equal(Shuffled([.. s_names.Reverse()], 7));

    [Fact]
    public void Another_seed_gives_another_order_of_the_same() =>
        Shuffled(s_names, 7)
            .Should()
            .BeEquivalentTo(s_names)
            .And.NotEqual(Shuffled(s_names, 8))
            .And.NotEqual(s_names);

    [Fact]
    public void What_is_no_seed_is_refused_with_how_to_write_one()
    {
        var refused = () => ShuffledOrder.Parse("today");

        refused
            .Should()
            .Throw<FormatException>()
            .WithMessage("SMMU_ORDER='today' is not a seed: write a number, as 20250101");
        ShuffledOrder.Parse("").Should().Be(1);
    }

    private static string[] Shuffled(string[] names, int seed) =>
        [.. ShuffledOrder.Shuffle(names, name => name, seed)];
}
