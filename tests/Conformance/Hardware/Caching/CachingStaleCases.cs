using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What the emulator says of copies that memory no longer agrees with.</summary>
public sealed class CachingStaleCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Page = 0x1000;

    [Case("hw.caches.stale-none", Level.Contract, "config-cache.004")]
    public void Nothing_is_stale_while_memory_is_unchanged(Profile profile)
    {
        var (rig, _, _) = Warm(profile);

        Assert.Empty(rig.Smmu.Caches.Stale());
    }

    [Case("hw.caches.stale-ste", Level.Contract, "config-cache.004", AboutCaches = true)]
    public void A_changed_STE_is_stale_unless_only_ignored_bits_changed(Profile profile)
    {
        var (rig, _, cd) = Warm(profile);
        var ste = TranslationRig.Stage1(cd);

        rig.StoreSte(Nic, ste with { SW_RESERVED = 0xf });
        Assert.Empty(rig.Smmu.Caches.Stale());
        rig.StoreSte(Nic, ste with { V = false });
        var stale = Assert.Single(rig.Smmu.Caches.Stale());
        Assert.Equal(CachedKind.Ste, stale.Kind);
        Assert.Contains("CMD_CFGI_STE StreamID=0xd", stale.ToString(), StringComparison.Ordinal);
    }

    [Case("hw.caches.stale-cd", Level.Contract, "config-cache.004", AboutCaches = true)]
    public void A_changed_CD_is_stale(Profile profile)
    {
        var (rig, tables, cd) = Warm(profile);

        rig.Store(cd, rig.ContextOf(tables) with { R = false });

        var stale = Assert.Single(rig.Smmu.Caches.Stale());
        Assert.Equal(CachedKind.Cd, stale.Kind);
    }

    [Case("hw.tlb.stale", Level.Contract, "tlb.072", AboutCaches = true)]
    public void An_unmapped_page_is_stale_until_it_is_invalidated(Profile profile)
    {
        var (rig, tables, _) = Warm(profile);

        tables.Put(Page, 3, 0);

        var stale = Assert.Single(rig.Smmu.Caches.Stale());
        Assert.Equal(CachedKind.Tlb, stale.Kind);
        Assert.Contains("CMD_TLBI_NH_VA", stale.RemovedBy, StringComparison.Ordinal);
        rig.Send(new TlbiNhVa { ASID = 1, Address = Page });
        Assert.Empty(rig.Smmu.Caches.Stale());
    }

    [Case("hw.tlb.stale-table", Level.Contract, "tlb.072", AboutCaches = true)]
    public void A_replaced_table_is_stale_even_if_it_translates_alike(Profile profile)
    {
        var (rig, tables, _) = Warm(profile);
        var table = rig.Allocate(4096, 4096);
        rig.Memory.Write64(table + 8, tables.Leaf(0x8000).Word(0));

        tables.Put(Page, 2, Stage1Table.To(table, Granule.Size4K).Word(0));

        var stale = Assert.Single(rig.Smmu.Caches.Stale());
        Assert.Equal(CachedKind.Walk, stale.Kind);
        Assert.Contains("Leaf=0", stale.RemovedBy, StringComparison.Ordinal);
    }

    [Case("hw.tlb.stale-unreachable", Level.Contract, "tlb.004")]
    public void A_translation_that_no_stream_can_reach_is_not_stale(Profile profile)
    {
        var (rig, tables, cd) = Warm(profile);
        tables.Put(Page, 3, 0);

        rig.Store(cd, rig.ContextOf(tables, asid: 9));
        rig.Send(new CfgiCd { StreamID = Nic });

        Assert.Empty(rig.Smmu.Caches.Stale());
    }

    private static (TranslationRig Rig, TestTables Tables, PhysicalAddress Cd) Warm(Profile profile)
    {
        var rig = new TranslationRig(CachingProfiles.Able(profile));
        var (tables, cd) = rig.Attach(Nic);
        tables.Map(Page, 0x8000);
        rig.Access(Nic, Page);
        return (rig, tables, cd);
    }
}
