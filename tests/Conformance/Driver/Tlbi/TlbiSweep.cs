using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Ranges of every length from places that make them awkward: each page is forgotten, and no neighbour lost.</summary>
public sealed class TlbiSweep
{
    private static readonly ulong[] Few = [.. Enumerable.Range(1, 33).Select(n => (ulong)n)];
    private static readonly ulong[] Many = [64, 65, 129, 511, 513];

    /// <summary>Page at which a range begins.</summary>
    public sealed record Start(ulong Page)
    {
        public override string ToString() => $"from-{Page}";
    }

    public static Start[] Starts => [new(1), new(2), new(32), new(511), new(512)];

    [Case("tlbi.sweep", Level.Architecture, "tlb.060", "tlb.061", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Starts))]
    public void Every_page_of_a_short_range_is_forgotten(Profile profile, Start start)
    {
        using var scene = new WarmScene(profile);

        foreach (var pages in Few)
            Sweep(scene, start.Page, pages);
    }

    [Case("tlbi.sweep.long", Level.Architecture, "tlb.060", "tlb.061", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Starts))]
    public void Every_page_of_a_long_range_is_forgotten(Profile profile, Start start)
    {
        using var scene = new WarmScene(profile);

        foreach (var pages in Many)
            Sweep(scene, start.Page, pages);
    }

    [Case("tlbi.sweep.holes", Level.Architecture, "tlb.060", "tlb.059", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Starts))]
    public void Pages_among_holes_are_forgotten(Profile profile, Start start)
    {
        using var scene = new WarmScene(profile);
        var pages = Enumerable
            .Range(0, 40)
            .Select(n => start.Page + (ulong)(n * n % 67))
            .ToHashSet();
        foreach (var page in pages)
            scene.Map(page, 1);
        foreach (var page in pages)
            scene.Warm(page, 1);

        var bytes = scene.Bench.Must(
            scene.Bench.Unmap(scene.Domain, scene.At(start.Page), 67 * scene.Page)
        );

        Assert.Equal((ulong)pages.Count * scene.Page, bytes);
        scene.MustRefuse(start.Page, 67);
    }

    [Case("tlbi.sweep.one-by-one", Level.Architecture, "tlb.059", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Starts))]
    public void A_range_unmapped_page_by_page_loses_one_page_at_a_time(Profile profile, Start start)
    {
        const ulong Pages = 40;
        using var scene = new WarmScene(profile);
        scene.Map(start.Page, Pages);
        scene.Warm(start.Page, Pages);
        var left = Enumerable.Range(0, (int)Pages).Select(n => start.Page + (ulong)n).ToHashSet();

        for (var n = 0ul; n < Pages; n++)
        {
            var page = start.Page + n * 7 % Pages;
            scene.Unmap(page, 1);
            left.Remove(page);

            scene.MustRefuse(page, 1);
            foreach (var other in left)
                scene.MustReach(other, 1);
        }
    }

    private static void Sweep(WarmScene scene, ulong first, ulong pages)
    {
        scene.Map(first - 1, pages + 2);
        scene.Warm(first - 1, pages + 2);

        scene.Unmap(first, pages);

        scene.MustRefuse(first, pages);
        scene.MustReach(first - 1, 1);
        scene.MustReach(first + pages, 1);
        scene.Unmap(first - 1, 1);
        scene.Unmap(first + pages, 1);
    }
}
