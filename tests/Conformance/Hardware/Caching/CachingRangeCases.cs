using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Tables, ranges and level hints: what CMD_TLBI_NH_VA must remove and what may stay (§4.4.1.1).</summary>
public sealed class CachingRangeCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Block = 0x40_0020_0000;
    private static readonly Iova Page = 0x40_0000_1000;

    /// <summary>A command, and which of the block and the pages around the range outlive it.</summary>
    public sealed record Row(string Name, TlbiNhVa Command, params int[] Forgotten)
    {
        public override string ToString() => Name;
    }

    [Case("hw.tlb.range", Level.Architecture, "tlb.029", "tlb.027", AboutCaches = true)]
    [Rows(nameof(Ranges))]
    public void A_range_is_forgotten_to_the_page(Profile profile, Row row)
    {
        var rig = CachingProfiles.Quiet(CachingProfiles.Able(profile));
        var (tables, _) = rig.Attach(Nic);
        for (var page = 0; page < 16; page++)
        {
            tables.Map(Page + (0x1000ul * (uint)page), 0x8000);
            rig.Access(Nic, Page + (0x1000ul * (uint)page));
            tables.Put(Page + (0x1000ul * (uint)page), 3, 0);
        }

        rig.Send(row.Command with { ASID = 1 });

        for (var page = 0; page < 16; page++)
        {
            var forgotten = !rig.Access(Nic, Page + (0x1000ul * (uint)page)).Passed;
            Assert.True(row.Forgotten.Contains(page) == forgotten, $"page {page}");
        }
    }

    [Case("hw.tlb.ttl", Level.Architecture, "tlb.030", AboutCaches = true)]
    [Rows(nameof(Hints))]
    public void A_level_hint_spares_leaves_of_other_levels(Profile profile, Row row)
    {
        var rig = CachingProfiles.Quiet(CachingProfiles.Able(profile));
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Block, 0x20_0000, level: 2);
        rig.Access(Nic, Block);
        tables.Put(Block, 2, 0);

        rig.Send(row.Command with { ASID = 1 });

        Assert.Equal(row.Forgotten.Length != 0, !rig.Access(Nic, Block).Passed);
    }

    [Case("hw.tlb.no-ril", Level.Architecture, "tlb.027", "tlb.062")]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    public void Without_RIL_only_the_address_counts(Profile profile)
    {
        var able = CachingProfiles.Able(profile);
        var rig = CachingProfiles.Quiet(able with { IDR3 = able.IDR3 with { RIL = false } });
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Page, 0x8000);
        rig.Access(Nic, Page);
        tables.Put(Page, 3, 0);

        rig.Smmu.Caches.Invalidate(
            Command.From(
                new TlbiNhVa
                {
                    ASID = 1,
                    Address = Page,
                    TG = TlbiTg.Size64K,
                    TTL = 1,
                }
            )
        );

        Assert.False(rig.Access(Nic, Page).Passed);
    }

    [Case("hw.tlb.inside-block", Level.Architecture, "tlb.026")]
    public void Any_address_inside_a_block_forgets_the_block(Profile profile)
    {
        var rig = CachingProfiles.Quiet(CachingProfiles.Able(profile));
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Block, 0x20_0000, level: 2);
        rig.Access(Nic, Block);
        tables.Put(Block, 2, 0);

        rig.Send(new TlbiNhVa { ASID = 1, Address = Block + 0x1f_f000 });

        Assert.False(rig.Access(Nic, Block).Passed);
    }

    [Case("hw.tlb.tables-leaf", Level.Architecture, "tlb.044", "tlb.015", AboutCaches = true)]
    public void With_Leaf_the_tables_on_the_way_may_stay(Profile profile)
    {
        var (rig, _) = Replaced(profile);

        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = Page,
                Leaf = true,
            }
        );
        Assert.Equal(0x8000ul, rig.Access(Nic, Page).Address.Value);
        rig.Send(new TlbiNhVa { ASID = 1, Address = Page });
        Assert.Equal(0x9000ul, rig.Access(Nic, Page).Address.Value);
    }

    [Case("hw.tlb.tables-asid", Level.Architecture, "asid.012", AboutCaches = true)]
    public void CMD_TLBI_NH_ASID_forgets_the_tables_of_its_ASID(Profile profile)
    {
        var (rig, _) = Replaced(profile);

        rig.Send(new TlbiNhAsid { ASID = 2 });
        Assert.Equal(0x8000ul, rig.Access(Nic, Page).Address.Value);
        rig.Send(new TlbiNhAsid { ASID = 1 });
        Assert.Equal(0x9000ul, rig.Access(Nic, Page).Address.Value);
    }

    [Case("hw.tlb.tables-ttl", Level.Architecture, "tlb.030", AboutCaches = true)]
    public void With_a_level_hint_tables_at_and_below_the_level_stay(Profile profile)
    {
        var (rig, _) = Replaced(profile);

        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = new(Page.Value & ~0x1f_fffful),
                TG = TlbiTg.Size4K,
                TTL = 2,
            }
        );
        Assert.Equal(0x8000ul, rig.Access(Nic, Page).Address.Value);
        rig.Send(
            new TlbiNhVa
            {
                ASID = 1,
                Address = Page,
                TG = TlbiTg.Size4K,
                TTL = 3,
            }
        );
        Assert.Equal(0x9000ul, rig.Access(Nic, Page).Address.Value);
    }

    [Case("hw.tlb.ttb", Level.Architecture, "tlb.072", "stage1.024", AboutCaches = true)]
    public void A_new_TTB0_does_not_reach_what_the_old_tables_left_behind(Profile profile)
    {
        var rig = CachingProfiles.Quiet(CachingProfiles.Able(profile));
        var (tables, cd) = rig.Attach(Nic);
        tables.Map(Page, 0x8000);
        tables.Map(Page + 0x1000, 0x8000);
        rig.Access(Nic, Page);
        rig.Store(cd, rig.ContextOf(new TestTables(rig)));

        rig.Send(new CfgiCd { StreamID = Nic });

        // Neither the page nor a neighbour that was never used needs the new tables.
        Assert.True(rig.Access(Nic, Page).Passed);
        Assert.True(rig.Access(Nic, Page + 0x1000).Passed);
        rig.Send(new TlbiNhAsid { ASID = 1 });
        Assert.False(rig.Access(Nic, Page).Passed);
    }

    public static IEnumerable<Row> Ranges =>
        [
            new("one", Range(Page + 0x3000, num: 0, scale: 0, ttl: 3), 3),
            new("three", Range(Page + 0x3000, num: 2, scale: 0), 3, 4, 5),
            new("four-by-scale", Range(Page + 0x3000, num: 1, scale: 1), 3, 4, 5, 6),
            new(
                "other-granule",
                Range(Page + 0x7000, num: 1, scale: 0) with
                {
                    TG = TlbiTg.Size16K,
                }
            ),
            new("other-level", Range(Page + 0x1f_f000, num: 1, scale: 0, ttl: 2)),
            new("without-granule", new TlbiNhVa { Address = Page + 0x3000 }, 3),
        ];

    public static IEnumerable<Row> Hints =>
        [
            new("level3", Range(Block, num: 0, scale: 0, ttl: 3)),
            new("level2", Range(Block, num: 0, scale: 0, ttl: 2), 0),
            new("level1", Range(0x40_0000_0000, num: 31, scale: 5, ttl: 1)),
            new("any-level", Range(Block + 0x1000, num: 1, scale: 0), 0),
            new("misaligned", Range(Block + 0x1000, num: 1, scale: 0, ttl: 2)),
        ];

    private static TlbiNhVa Range(Iova address, byte num, byte scale, byte ttl = 0) =>
        new()
        {
            Address = address,
            NUM = num,
            SCALE = scale,
            TTL = ttl,
            TG = TlbiTg.Size4K,
        };

    // A warm page whose level 2 table was replaced by one that maps it elsewhere.
    private static (TranslationRig Rig, TestTables Tables) Replaced(Profile profile)
    {
        var rig = CachingProfiles.Quiet(CachingProfiles.Able(profile));
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Page, 0x8000);
        rig.Access(Nic, Page);
        var table = rig.Allocate(4096, 4096);
        rig.Memory.Write64(table + 8, tables.Leaf(0x9000).Word(0));
        tables.Put(Page, 2, Stage1Table.To(table, Granule.Size4K).Word(0));
        return (rig, tables);
    }
}
