using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What is cached is accounted for: what was needed, too wide, redundant, missing or late.</summary>
public sealed class GhostTests
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Page = 0x10_0000;
    private static readonly Iova Neighbour = 0x10_1000;

    [Fact]
    public void An_invalidation_of_what_has_changed_is_needed_and_costs_nothing_else()
    {
        var (rig, tables) = Warm();
        tables.Put(Page, 3, 0);

        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = Page,
                Leaf = true,
            }
        );

        Assert.Equal((1, 0), Worth(rig));
    }

    [Fact]
    public void The_same_invalidation_once_more_is_redundant()
    {
        var (rig, tables) = Warm();
        tables.Put(Page, 3, 0);
        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = Page,
                Leaf = true,
            }
        );

        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = Page,
                Leaf = true,
            }
        );

        Assert.Single(rig.Smmu.Caches.Ledger!.Redundant);
    }

    [Fact]
    public void An_invalidation_before_the_store_is_redundant_and_what_it_was_for_is_missing()
    {
        var (rig, tables) = Warm();
        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = Page,
                Leaf = true,
            }
        );

        tables.Put(Page, 3, 0);

        Assert.Single(rig.Smmu.Caches.Ledger!.Redundant);
        Assert.Equal(CachedKind.Tlb, Assert.Single(rig.Smmu.Caches.Stale()).Kind);
    }

    [Fact]
    public void An_invalidation_of_an_address_space_for_one_page_is_too_wide()
    {
        var (rig, tables) = Warm();
        tables.Put(Page, 3, 0);

        rig.Send(new TlbiNhAsid { ASID = 1 });

        // The neighbour, and the three tables on the way.
        Assert.Equal((1, 4), Worth(rig));
        Assert.Single(rig.Smmu.Caches.Ledger!.TooWide);
    }

    [Fact]
    public void An_invalidation_of_configuration_is_accounted_for_too()
    {
        var (rig, _) = Warm();
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Abort });

        rig.Send(new CfgiSte { StreamID = Nic });

        // The CD that was fetched through it was still true.
        Assert.Equal((1, 1), Worth(rig));
    }

    [Fact]
    public void Memory_that_a_cached_table_leads_into_is_not_free_before_the_invalidation()
    {
        var (rig, tables) = Warm();
        var table = new PhysicalAddress(tables.SlotOf(Page, 3).Value & ~0xffful);
        tables.Put(Page, 2, 0);
        var before = rig.Smmu.Caches.LeadsInto(table, 0x1000);

        rig.Send(new TlbiNhVa { ASID = 1, Address = Page });

        Assert.StartsWith("Walk NS-EL1 VMID 0x0 ASID 0x1 VA 0x0", before);
        Assert.Null(rig.Smmu.Caches.LeadsInto(table, 0x1000));
    }

    [Fact]
    public void Without_a_ledger_nothing_is_accounted_for() =>
        Assert.Null(new TranslationRig(Profiles.Qemu10).Smmu.Caches.Ledger);

    // A stream with two pages that are cached, and an empty ledger.
    private static (TranslationRig Rig, TestTables Tables) Warm()
    {
        var rig = new TranslationRig(Profiles.Qemu10);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Page, 0x8000_0000);
        tables.Map(Neighbour, 0x8000_1000);
        Assert.True(rig.Access(Nic, Page).Passed);
        Assert.True(rig.Access(Nic, Neighbour).Passed);
        rig.Smmu.Caches.Ledger = new GhostLedger();
        return (rig, tables);
    }

    private static (int Needed, int Collateral) Worth(TranslationRig rig)
    {
        var cost = rig.Smmu.Caches.Ledger!.Costs[^1];
        return (cost.Needed, cost.Collateral);
    }
}
