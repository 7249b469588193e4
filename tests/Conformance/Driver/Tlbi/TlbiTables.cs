using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Tables that go with the last page in them: walk caches must not follow a pointer to what they were.</summary>
public sealed class TlbiTables
{
    /// <summary>What is mapped where a whole table of pages was.</summary>
    public sealed record Successor(string Name)
    {
        public override string ToString() => Name;
    }

    public static Successor[] Successors => [new("page"), new("pages"), new("block")];

    [Case("tlbi.table.remap", Level.Architecture, "tlb.035", "tlb.036", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Successors))]
    public void What_follows_a_whole_table_of_pages_is_found(Profile profile, Successor next)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, scene.PerTable);
        scene.Warm(0, scene.PerTable);
        scene.Unmap(0, scene.PerTable);

        var bytes = next.Name == "page" ? scene.Page : scene.PerTable * scene.Page;
        var physical = WarmScene.Elsewhere + (next.Name == "block" ? 0 : scene.Page);
        scene.Bench.Must(scene.Bench.Map(scene.Domain, WarmScene.Window, physical, bytes));

        for (var offset = 0ul; offset < bytes; offset += scene.Page)
            scene.MustReach(WarmScene.Window + offset, physical + offset);
        if (next.Name == "page")
            scene.MustRefuse(1, scene.PerTable - 1);
    }

    [Case("tlbi.table.block-to-pages", Level.Architecture, "tlb.019", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Pages_that_follow_a_block_are_found(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var block = scene.Block;
        scene.Bench.Must(scene.Bench.Map(scene.Domain, WarmScene.Window, WarmScene.Target, block));
        scene.MustReach(WarmScene.Window, WarmScene.Target);
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, WarmScene.Window, block));

        scene.Map(0, 2);

        scene.MustReach(0, 2);
        scene.MustRefuse(2, 2);
    }

    [Case("tlbi.table.reuse", Level.Architecture, "tlb.016", "tlb.035", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_table_that_became_another_domains_is_not_walked(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, scene.PerTable);
        scene.Warm(0, scene.PerTable);
        scene.Unmap(0, scene.PerTable);

        // Memory freed is given out again at once: these tables stand where the old one stood.
        var other = scene.NewDomain();
        for (var n = 0ul; n < 8; n++)
            scene.Bench.Must(
                scene.Bench.Map(
                    other,
                    WarmScene.Window + n * scene.PerTable * scene.Page,
                    WarmScene.Elsewhere + scene.Page,
                    (scene.PerTable - 1) * scene.Page
                )
            );

        scene.MustRefuse(0, scene.PerTable);
    }

    [Case(
        "tlbi.table.order",
        Level.Architecture,
        "tlb.016",
        "linux.tlbi.table-freed",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Memory_is_given_back_after_a_flush_that_was_waited_for(Profile profile)
    {
        using var scene = new WarmScene(profile, Everyday.Slow);
        scene.Map(0, scene.PerTable);
        scene.Warm(0, scene.PerTable);

        scene.Unmap(0, scene.PerTable);

        var since = scene.Bench.Trace.Since(scene.Bench.LastOperation).ToList();
        foreach (var freed in since.Where(entry => entry is FreeEntry))
        {
            var flush = since.FindIndex(entry =>
                entry is CommandEntry { Command.Opcode: >= 0x10 and <= 0x30 }
            );
            var waited = since.FindIndex(
                int.Max(flush, 0),
                entry => entry is CommandEntry c && c.Command.Is<Sync>()
            );
            Assert.True(
                flush >= 0 && waited >= 0 && since[waited].Number < freed.Number,
                $"memory was freed too early\n{TraceText.Of(since, freed.Number)}"
            );
        }
    }

    [Case(
        "tlbi.table.neighbour",
        Level.Contract,
        "contract.map-translates",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Tables_beside_the_one_that_goes_are_walked_as_before(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var table = scene.PerTable;
        scene.Map(0, 3 * table);
        scene.Warm(table - 2, 4);
        scene.Warm(2 * table - 2, 4);

        scene.Unmap(table, table);

        scene.MustRefuse(table, table);
        scene.MustReach(0, table);
        scene.MustReach(2 * table, table);
    }

    [Case("tlbi.domain.freed", Level.Architecture, "tlb.016", "vmid.008", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Nothing_of_a_freed_domain_is_reached_through_its_successor(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        scene.Map(0, 2 * scene.PerTable);
        scene.Warm(0, 2 * scene.PerTable);
        bench.Must(bench.Detach(scene.Nic));
        bench.Must(bench.FreeDomain(scene.Domain));

        var next = scene.NewDomain();
        bench.Must(bench.Map(next, scene.At(1), WarmScene.Elsewhere, scene.Page));
        bench.Must(bench.Attach(scene.Nic, next));

        scene.MustReach(scene.At(1), WarmScene.Elsewhere);
        scene.MustRefuse(scene.At(0));
        scene.MustRefuse(2, 2 * scene.PerTable - 2);
    }
}
