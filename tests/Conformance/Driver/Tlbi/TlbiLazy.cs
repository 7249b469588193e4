using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Domains whose unmapped pages may linger until they are flushed.</summary>
public sealed class TlbiLazy
{
    [Case("tlbi.lazy.flush", Level.Contract, "contract.flush-lazy", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void After_a_flush_nothing_unmapped_is_reached(Profile profile)
    {
        using var scene = new WarmScene(profile, mode: FlushMode.Lazy);
        scene.Map(0, 40);
        scene.Warm(0, 40);
        scene.Unmap(1, 1);
        scene.Unmap(5, 30);

        scene.Bench.Must(scene.Bench.Flush(scene.Domain));

        scene.MustRefuse(1, 1);
        scene.MustRefuse(5, 30);
        scene.MustReach(2, 3);
    }

    [Case("tlbi.lazy.lingering", Level.Contract, "contract.flush-lazy", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Until_then_an_access_reaches_the_old_page_or_none(Profile profile)
    {
        using var scene = new WarmScene(profile, mode: FlushMode.Lazy);
        scene.Map(0, 40);
        scene.Warm(0, 40);

        scene.Unmap(1, 30);

        for (var page = 1ul; page < 31; page++)
            OldOrNone(scene, page);
    }

    [Case("tlbi.lazy.table", Level.Architecture, "tlb.035", "tlb.016", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_table_that_was_given_back_is_not_walked_even_before_a_flush(Profile profile)
    {
        using var scene = new WarmScene(profile, mode: FlushMode.Lazy);
        var table = scene.PerTable;
        scene.Map(0, table);
        scene.Warm(0, 4);
        scene.Unmap(0, table);

        // Tables of another domain, in whatever memory was given back.
        var other = scene.NewDomain();
        for (var n = 0ul; n < 8; n++)
            scene.Bench.Must(
                scene.Bench.Map(
                    other,
                    WarmScene.Window + n * table * scene.Page,
                    WarmScene.Elsewhere + scene.Page,
                    (table - 1) * scene.Page
                )
            );

        for (var page = 0ul; page < table; page++)
            OldOrNone(scene, page);
    }

    [Case("tlbi.lazy.remap", Level.Contract, "contract.flush-lazy", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_is_mapped_after_a_flush_is_reached(Profile profile)
    {
        using var scene = new WarmScene(profile, mode: FlushMode.Lazy);
        scene.Map(0, 4);
        scene.Warm(0, 4);
        scene.Unmap(1, 2);
        scene.Bench.Must(scene.Bench.Flush(scene.Domain));

        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, scene.At(1), WarmScene.Elsewhere, 2 * scene.Page)
        );

        scene.MustReach(scene.At(1), WarmScene.Elsewhere);
        scene.MustReach(scene.At(2), WarmScene.Elsewhere + scene.Page);
    }

    [Case("tlbi.lazy.twice", Level.Contract, "contract.flush-lazy", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Each_flush_covers_what_came_after_the_last(Profile profile)
    {
        using var scene = new WarmScene(profile, mode: FlushMode.Lazy);
        scene.Map(0, 12);
        scene.Warm(0, 12);

        for (var page = 0ul; page < 12; page++)
        {
            scene.Unmap(page, 1);
            scene.Bench.Must(scene.Bench.Flush(scene.Domain));
            scene.MustRefuse(page, 1);
        }
    }

    [Case("tlbi.lazy.free", Level.Architecture, "tlb.016", "tlb.059", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_freed_without_a_flush_leaves_nothing_to_its_successor(Profile profile)
    {
        using var scene = new WarmScene(profile, mode: FlushMode.Lazy);
        var bench = scene.Bench;
        scene.Map(0, 40);
        scene.Warm(0, 40);
        scene.Unmap(0, 40);
        bench.Must(bench.Detach(scene.Nic));
        bench.Must(bench.FreeDomain(scene.Domain));

        bench.Must(bench.Attach(scene.Nic, scene.NewDomain()));

        scene.MustRefuse(0, 40);
    }

    private static void OldOrNone(WarmScene scene, ulong page)
    {
        var access = scene.Bench.Dma(scene.Nic, scene.At(page));
        Assert.True(
            !access.Passed || access.Address == scene.PhysicalOf(page),
            $"page {page} must be refused or reach {scene.PhysicalOf(page)}, but met {WarmScene.Text(access)}"
        );
    }
}
