using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases.Tests;

/// <summary>The shards of the catalogue are its parts: none overlaps, none is missing, and each machine cuts alike.</summary>
public sealed class ShardTests
{
    private static readonly string[] Keys =
    [
        .. from @case in Catalogue.Cases
        from row in Enumerable.Range(0, @case.Rows.Length)
        from profile in Profiles.All
        select new Execution(@case, row, profile).Key,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(16)]
    public void The_union_of_the_shards_is_the_whole_and_no_two_overlap(int count)
    {
        var shards = Enumerable
            .Range(1, count)
            .Select(number => new Shard(number, count))
            .ToArray();

        Assert.All(Keys, key => Assert.Single(shards, shard => shard.Contains(key)));
    }

    [Fact]
    public void Keys_are_unique() => Assert.Equal(Keys.Length, Keys.Distinct().Count());

    // Pinned: another value means that machines with different builds would cut differently.
    [Theory]
    [InlineData("ste.abort|minimal", 2)]
    [InlineData("ste.abort|maximal", 4)]
    [InlineData("probe.oas@48|qemu-10", 2)]
    public void A_key_belongs_to_the_same_shard_on_every_machine(string key, int number) =>
        Assert.Equal(number, Enumerable.Range(1, 5).Single(n => new Shard(n, 5).Contains(key)));

    [Fact]
    public void Shards_of_many_keys_are_of_similar_size()
    {
        var keys = Enumerable
            .Range(0, 10_000)
            .Select(i => $"area.case-{i % 100}|profile-{i / 100}")
            .ToArray();

        var sizes = Enumerable.Range(1, 5).Select(n => keys.Count(new Shard(n, 5).Contains));

        Assert.All(sizes, size => Assert.InRange(size, 1_800, 2_200));
    }

    [Fact]
    public void No_shard_named_is_the_whole() => Assert.Equal(Shard.Whole, Shard.Parse(null));

    [Theory]
    [InlineData("2")]
    [InlineData("0/5")]
    [InlineData("6/5")]
    [InlineData("-1/5")]
    [InlineData("a/b")]
    [InlineData("1/0")]
    [InlineData("1/2/3")]
    public void A_value_that_is_not_a_shard_is_refused_with_how_to_write_one(string value)
    {
        var message = Assert.Throws<FormatException>(() => Shard.Parse(value)).Message;

        Assert.Equal(
            $"SMMU_SHARD='{value}' is not a shard: write the part and the number of parts, as 2/5",
            message
        );
    }
}
