using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Ranges of every length: what the commands cover together is what was unmapped.</summary>
public sealed class RangeSweep
{
    private const int Block = 128;
    private const int Most = 1024;

    /// <summary>A run of lengths, in pages.</summary>
    public sealed record Lengths(int First, int Last)
    {
        public override string ToString() => $"{First}-{Last}";
    }

    public static IEnumerable<Lengths> Runs =>
        Enumerable
            .Range(0, Most / Block)
            .Select(block => new Lengths(block * Block + 1, (block + 1) * Block));

    // Up to what fills a table of tables of the smallest granule, and a little more.
    private static readonly ulong[] s_around =
    [
        .. Enumerable
            .Range(10, 4)
            .SelectMany(bits => new[] { (1ul << bits) - 1, 1ul << bits, (1ul << bits) + 1 }),
    ];

    // Thousands of ranges: what else is watched is watched in the other cases about ranges.
    private static readonly BenchOptions s_unwatched = new() { Monitored = false };

    [Case("tlbi.union", Level.Architecture, "tlb.060", "tlb.061", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Runs))]
    public void Every_length_is_covered_from_end_to_end(Profile profile, Lengths lengths)
    {
        using var scene = new WarmScene(profile, s_unwatched);
        var share = ShareOf(profile);
        for (var pages = lengths.First; pages <= lengths.Last; pages++)
            if (share.Has(pages))
                MustCover(scene, first: 3, (ulong)pages, exactly: false);
    }

    [Case("tlbi.union.around", Level.Architecture, "tlb.060", "tlb.061", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void So_is_every_length_around_a_power_of_two(Profile profile)
    {
        using var scene = new WarmScene(profile, s_unwatched);
        foreach (var pages in s_around)
            MustCover(scene, first: 1, pages, exactly: false);
    }

    [Case("tlbi.union.exact", Level.Linux, "linux.tlbi.range", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Nothing_beside_the_range_is_covered(Profile profile)
    {
        using var scene = new WarmScene(profile, s_unwatched);
        for (var pages = 1ul; pages <= 64; pages++)
            MustCover(scene, first: 5, pages, exactly: true);
    }

    // Each length is seen with every granule, with ranges and without.
    private static ProfileShare ShareOf(Profile profile) =>
        ProfileShare.Among(
            profile,
            other =>
                other.IDR0.S1P
                && other.IDR3.RIL == profile.IDR3.RIL
                && other.SmallestGranule == profile.SmallestGranule
        );

    private static void MustCover(WarmScene scene, ulong first, ulong pages, bool exactly)
    {
        scene.Map(first, pages);

        scene.Unmap(first, pages);

        var covered = new InvalidatedPages(
            scene.Bench.Commands.Where(TlbiTraffic.IsTlbi),
            scene.Page
        );
        var (start, end) = (scene.At(first).Value, scene.At(first + pages).Value - 1);
        Assert.True(
            covered.FirstMissing(start, end) is null,
            $"{pages} pages: 0x{covered.FirstMissing(start, end):x} is in no command\n{Commands(scene)}"
        );
        if (exactly && !covered.IsEverything)
            Assert.True(
                covered.FirstBeyond(start, end) is null,
                $"{pages} pages: 0x{covered.FirstBeyond(start, end):x} is beyond the range and in a command\n{Commands(scene)}"
            );
    }

    private static string Commands(WarmScene scene) =>
        string.Join('\n', scene.Bench.Commands.Where(TlbiTraffic.IsTlbi));
}
