using SmmuConformance.Architecture;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Which commands forget a range: figures worked out by hand.</summary>
public sealed class InvalidationTests
{
    private const ulong Page = 0x1000;
    private const ulong Block = 0x20_0000;
    private const ulong BigBlock = 0x4000_0000;

    /// <summary>What one command says of its range.</summary>
    public sealed record Part(int NUM, int SCALE, int TTL, ulong Address);

    /// <summary>Ranges, and the commands that cover them.</summary>
    public static TheoryData<string, ulong, ulong, int, bool, Part[]> Ranges =>
        new()
        {
            { "a page", 0x1000, Page, 3, true, [new(0, 0, 3, 0x1000)] },
            { "a block", Block, Block, 2, true, [new(0, 9, 2, Block)] },
            { "a big block", BigBlock, BigBlock, 1, true, [new(0, 18, 1, BigBlock)] },
            { "a table of pages", Block, Block, 3, false, [new(0, 9, 0, Block)] },
            { "a page with tables", 0x1000, Page, 3, false, [new(0, 1, 0, 0x1000)] },
            {
                "33 pages",
                0x1000,
                33 * Page,
                3,
                true,
                [new(0, 0, 3, 0x1000), new(0, 5, 3, 0x2000)]
            },
            { "33 pages with tables", 0x1000, 33 * Page, 3, false, [new(16, 1, 0, 0x1000)] },
            {
                "511 pages",
                0x1000,
                511 * Page,
                3,
                true,
                [new(30, 0, 3, 0x1000), new(14, 5, 3, 0x2_0000)]
            },
            {
                "a crooked range",
                0x1000,
                0x1234_5000,
                3,
                true,
                [new(4, 0, 3, 0x1000), new(12, 6, 3, 0x6000), new(8, 13, 3, 0x34_6000)]
            },
        };

    [Theory, MemberData(nameof(Ranges))]
    public void A_range_is_covered_by_few_commands(
        string what,
        ulong address,
        ulong bytes,
        int level,
        bool leaf,
        Part[] expected
    )
    {
        var range = new ForgottenRange(address, bytes, level, leaf);

        var pieces = PiecesOf(range, ranged: true);

        Assert.Equal(expected, pieces.Select(c => new Part(c.NUM, c.SCALE, c.TTL, c.Address)));
        Assert.All(pieces, c => Assert.Equal((what, TlbiTg.Size4K, leaf), (what, c.TG, c.Leaf)));
    }

    [Fact]
    public void Without_ranges_each_page_has_its_command_and_no_hint()
    {
        var range = new ForgottenRange(0x5000, 3 * Page, Level: 3, Leaf: true);

        var pieces = PiecesOf(range, ranged: false);

        Assert.Equal(
            [
                new RangePiece(0x5000, 0, 0, TlbiTg.Any, 0, true),
                new RangePiece(0x6000, 0, 0, TlbiTg.Any, 0, true),
                new RangePiece(0x7000, 0, 0, TlbiTg.Any, 0, true),
            ],
            pieces
        );
    }

    [Theory]
    [InlineData(511 * Page, 3, false, false)]
    [InlineData(512 * Page, 3, false, true)]
    [InlineData(512 * Page, 3, true, false)]
    [InlineData(512 * Block, 2, false, false)]
    [InlineData(1ul << 48, 3, true, true)]
    public void A_large_range_becomes_the_whole_tag(
        ulong bytes,
        int level,
        bool ranged,
        bool expected
    )
    {
        var range = new ForgottenRange(0, bytes, level, Leaf: true);

        Assert.Equal(expected, RangePieces.IsTooLarge(range, ranged, Granule.Size4K));
    }

    private static List<RangePiece> PiecesOf(ForgottenRange range, bool ranged)
    {
        var pieces = new List<RangePiece>();
        foreach (var piece in new RangePieces(range, ranged, Granule.Size4K))
            pieces.Add(piece);
        return pieces;
    }
}
