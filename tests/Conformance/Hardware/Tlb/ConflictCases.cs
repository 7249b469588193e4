using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Blocks and pages that were exchanged without break-before-make, by IDR3.BBML (§3.20.1, §3.21.1).</summary>
public sealed class ConflictCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x4000_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>§3.20.1, §7.3.17: at level 0 a size may not change under the TLB.</summary>
    [Case("hw.conflict.level0", Level.Architecture, "tlb.014", "tlb.069")]
    [AppliesIf(nameof(CannotBlock))]
    [AppliesWhere("SMMU_IDR3.BBML", 0)]
    public void Two_sizes_at_once_are_F_TLB_CONFLICT_or_one_of_them(Profile profile)
    {
        var (rig, _) = TwoSizes(profile, 0xd);

        var answer = rig.Access(Nic, Here);

        if (answer.Passed)
        {
            Assert.Contains(answer.Address.Value, new[] { Data.Value, Data.Value + 0x1000_0000 });
            return;
        }
        var record = rig.TakeEvent();
        Assert.True(record.Is<FTlbConflict>(), $"expected F_TLB_CONFLICT, was {record}");
        Assert.Equal(FaultResponse.Abort, answer.Response);
        Assert.Equal(Here, record.As<FTlbConflict>().InputAddr);
    }

    /// <summary>§3.20.1: one address space's conflict is nobody else's.</summary>
    [Case("hw.conflict.others", Level.Architecture, "faults.040", "tlb.014")]
    [AppliesIf(nameof(CannotBlock))]
    [AppliesWhere("SMMU_IDR3.BBML", 0)]
    public void A_conflict_of_one_stream_leaves_another_alone(Profile profile)
    {
        var (rig, _) = TwoSizes(profile, 0xd);
        var (other, _) = rig.Attach(
            0xe,
            asid: 9,
            adjustEntry: entry => entry with { S2VMID = (ushort)(profile.IDR0.S2P ? 7 : 0) }
        );
        other.Map(Here, 0x1_d000_0000);

        rig.Access(Nic, Here);

        Assert.Equal(0x1_d000_0000ul, rig.Access(0xe, Here).Address.Value);
    }

    /// <summary>§3.21.1.2: a block with nT is not held where it could conflict.</summary>
    [Case("hw.conflict.nt", Level.Architecture, "tlb.021")]
    [AppliesIf(nameof(CannotBlock))]
    public void At_level_1_a_block_with_nT_never_conflicts(Profile profile)
    {
        var rig = new TranslationRig(With(profile, BreakBeforeMake.Level1));
        var (tables, _) = rig.Attach(Nic);
        var block = tables.Leaf(Data + 0x1000_0000, 2).Word(0) | 1ul << 16;
        tables.Put(Here, 2, block);
        rig.Access(Nic, Here);
        rig.Access(Nic, Here);

        Split(rig, tables);

        var answer = rig.Access(Nic, Here);
        Assert.True(answer.Passed, $"{answer.Event}");
        Assert.Equal(Data, answer.Address);
    }

    /// <summary>§3.21.1.2: nothing but the Contiguous bit changes, and nothing but a hint is lost.</summary>
    [Case("hw.conflict.contiguous", Level.Architecture, "tlb.022")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Levels))]
    public void A_change_of_the_Contiguous_bit_never_conflicts(Profile profile, BreakBeforeMake row)
    {
        var rig = new TranslationRig(With(profile, row));
        var (tables, _) = rig.Attach(Nic);
        var page = tables.Granule.PageSize;
        var count = tables.Granule.ContiguousCount(3);
        void Store(bool contiguous)
        {
            for (var i = 0; i < count; i++)
            {
                var leaf = tables.Leaf(Data + (ulong)i * page) with { Contiguous = contiguous };
                tables.Put(Here + (ulong)i * page, 3, leaf.Word(0));
            }
        }
        foreach (var contiguous in new[] { true, false, true })
        {
            Store(contiguous);
            for (var i = 0; i < count; i++)
                Assert.Equal(
                    Data + (ulong)i * page,
                    rig.Access(Nic, Here + (ulong)i * page).Address
                );
        }
    }

    /// <summary>§3.21.1.3: one result, never a conflict, and an invalidation removes both.</summary>
    [Case("hw.conflict.level2", Level.Architecture, "tlb.023")]
    [AppliesIf(nameof(CannotBlock))]
    [AppliesWhere("SMMU_IDR3.BBML", 2)]
    public void At_level_2_sizes_may_change_under_traffic(Profile profile)
    {
        var (rig, tables) = TwoSizes(profile, 0xd);

        var answer = rig.Access(Nic, Here);
        Assert.True(answer.Passed, $"{answer.Event}");
        Assert.Contains(answer.Address.Value, new[] { Data.Value, Data.Value + 0x1000_0000 });
        tables.Put(Here, 2, 0);
        rig.Send(new TlbiNhVa { ASID = 1, Address = Here });
        rig.Send(new Sync());

        Assert.False(rig.Access(Nic, Here).Passed);
    }

    public static IEnumerable<BreakBeforeMake> Levels =>
        [BreakBeforeMake.Level1, BreakBeforeMake.Level2];

    // A block that was used, then a table with pages in its place, then a page that was used beside the block.
    private static (TranslationRig Rig, TestTables Tables) TwoSizes(Profile profile, uint stream)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(stream);
        // The page is made first, through an address that the block does not hold yet.
        Split(rig, tables);
        Assert.Equal(Data, rig.Access(stream, Here).Address);
        tables.Put(Here, 2, tables.Leaf(Data + 0x1000_0000, 2).Word(0));
        rig.Send(new TlbiNhVa { ASID = 1, Address = Here + tables.Granule.LeafSize(2) });
        // Another page of the block brings it into the TLB beside the first.
        rig.Access(stream, Here + 8 * tables.Granule.PageSize);
        return (rig, tables);
    }

    private static void Split(TranslationRig rig, TestTables tables)
    {
        var table = rig.Allocate(tables.Granule.PageSize, tables.Granule.PageSize);
        new TableMemory(rig).Write(table, tables.Leaf(Data).Word(0));
        tables.Put(Here, 2, Stage1Table.To(table, tables.Granule).Word(0));
    }

    private static Profile With(Profile profile, BreakBeforeMake level) =>
        profile with
        {
            IDR3 = profile.IDR3 with { BBML = level },
        };

    private static string? CannotBlock(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.IDR5.GRAN4K ? null
        : "the blocks of this case are of 4 KB tables";
}
