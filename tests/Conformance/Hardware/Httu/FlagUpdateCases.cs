using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Access flag and dirty state, set by software or by the SMMU, at stage 1 (§3.13).</summary>
public sealed class FlagUpdateCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x1_2340_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    // Bits of a stage 1 leaf by hand: AF [10], AP[2] [7], DBM [51].
    private const ulong AccessFlag = 1ul << 10;
    private const ulong ReadOnly = 1ul << 7;
    private const ulong Modifier = 1ul << 51;

    /// <summary>§3.13.1: nothing is cached, so setting the flag is enough.</summary>
    [Case("hw.httu.software", Level.Architecture, "httu.005")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void A_clear_Access_flag_faults_until_software_sets_it(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        var leaf = tables.Leaf(Data).Word(0);
        tables.Put(Here, 3, leaf & ~AccessFlag);

        rig.Access(Nic, Here);
        Assert.True(rig.TakeEvent().Is<FAccess>());
        tables.Put(Here, 3, leaf);

        Assert.True(rig.Access(Nic, Here).Passed, "no invalidation is needed");
    }

    /// <summary>§3.13.1</summary>
    [Case("hw.httu.affd", Level.Architecture, "httu.006")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void With_AFFD_a_clear_flag_counts_as_set_and_stays_clear(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { AFFD = true });
        var leaf = tables.Leaf(Data).Word(0) & ~AccessFlag;
        tables.Put(Here, 3, leaf);

        Assert.True(rig.Access(Nic, Here).Passed);
        Assert.Equal(leaf, tables.Read(Here, 3));
    }

    /// <summary>§3.13.2: that bit and no other.</summary>
    [Case("hw.httu.access", Level.Architecture, "httu.007", "httu.002")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 1)]
    public void The_Access_flag_is_set_and_nothing_else(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: HttuScene.Access);
        var leaf = (tables.Leaf(Data).Word(0) & ~AccessFlag) | 0x0780_0000_0000_0000;
        tables.Put(Here, 3, leaf);

        Assert.True(rig.Access(Nic, Here).Passed);

        Assert.Equal(leaf | AccessFlag, tables.Read(Here, 3));
    }

    /// <summary>§3.13, §5.4.2: what IDR0.HTTU does not offer is ILLEGAL.</summary>
    [Case("hw.httu.offered", Level.Architecture, "httu.002", "probe.034")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Asked))]
    public void What_HTTU_does_not_offer_is_C_BAD_CD(Profile profile, string row)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(
            Nic,
            adjust: row == "access" ? HttuScene.Access : HttuScene.Manage
        );
        tables.Map(Here, Data);

        var answer = rig.Access(Nic, Here);

        var offered = (int)profile.IDR0.HTTU >= (row == "access" ? 1 : 2);
        Assert.Equal(offered, answer.Passed);
        if (!offered)
            Assert.True(rig.TakeEvent().Is<CBadCd>());
    }

    /// <summary>§3.13.3.1: a write makes a page with DBM writable, and one without faults.</summary>
    [Case("hw.httu.dirty", Level.Architecture, "httu.008", "httu.009", "httu.032")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [Rows(nameof(Dirties))]
    public void A_write_makes_a_page_dirty_only_with_DBM(Profile profile, Dirty row)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: HttuScene.Manage);
        var leaf = (tables.Leaf(Data).Word(0) & ~AccessFlag) | ReadOnly;
        leaf |= row.Modifier ? Modifier : 0;
        tables.Put(Here, 3, leaf);

        var answer = rig.Access(Nic, Here, row.Write);
        var after = tables.Read(Here, 3);

        if (row.Write && !row.Modifier)
        {
            Assert.True(rig.TakeEvent().Is<FPermission>());
            Assert.Equal(leaf, after & ~AccessFlag);
            return;
        }
        Assert.True(answer.Passed, $"{answer.Event}");
        Assert.Equal(row.Write ? (leaf | AccessFlag) & ~ReadOnly : leaf | AccessFlag, after);
    }

    /// <summary>§3.13.3.1: what tables above take away stays away.</summary>
    [Case("hw.httu.aptable", Level.Architecture, "httu.009")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void A_page_below_a_read_only_table_is_not_made_writable(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: HttuScene.Manage);
        var leaf = tables.Leaf(Data).Word(0) | ReadOnly | Modifier;
        tables.Put(Here, 3, leaf);
        // APTable[1], bit 62.
        tables.Put(Here, 2, tables.Read(Here, 2) | 1ul << 62);

        Assert.False(rig.Access(Nic, Here, write: true).Passed);
        Assert.True(rig.TakeEvent().Is<FPermission>());
        Assert.Equal(leaf, tables.Read(Here, 3));
    }

    /// <summary>§3.13.3 (Arm ARM D8.5): a cached translation that is clean is checked against memory as it is now.</summary>
    [Case("hw.httu.cached-clean", Level.Architecture, "httu.031", "httu.012")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    public void A_write_through_a_cached_clean_page_uses_what_memory_says_now(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: HttuScene.Manage);
        var leaf = tables.Leaf(Data).Word(0) | ReadOnly | Modifier;
        tables.Put(Here, 3, leaf);
        Assert.True(rig.Access(Nic, Here).Passed);

        var moved = tables.Leaf(Data + 0x10_0000).Word(0) | ReadOnly | Modifier;
        tables.Put(Here, 3, moved);
        var answer = rig.Access(Nic, Here, write: true);
        rig.Send(new Sync());

        Assert.Equal(Data + 0x10_0000, answer.Address);
        Assert.Equal(moved & ~ReadOnly, tables.Read(Here, 3));
    }

    /// <summary>§3.13.3 (Arm ARM D8.5.2.2): writable-clean counts as writable for WXN and for what users may write.</summary>
    [Case("hw.httu.clean-is-writable", Level.Architecture, "httu.030")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [Rows(nameof(Managed))]
    public void A_clean_page_of_users_is_not_executable_privileged(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: row ? HttuScene.Manage : HttuScene.Access);
        tables.Put(Here, 3, tables.Leaf(Data).Word(0) | ReadOnly | Modifier);

        var answer = rig.Access(Nic, Here, instruction: true, privileged: true);

        Assert.Equal(!row, answer.Passed);
    }

    /// <summary>§3.13.6: a table is marked when a walk passes it, and not kept while its flag is clear.</summary>
    [Case("hw.httu.table", Level.Architecture, "httu.014")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", 3)]
    public void A_walk_marks_the_tables_it_passes(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => HttuScene.Access(cd) with { HAFT = true });
        tables.Map(Here, Data);
        var table = tables.Read(Here, 2) & ~AccessFlag;
        tables.Put(Here, 2, table);

        Assert.True(rig.Access(Nic, Here).Passed);

        Assert.Equal(table | AccessFlag, tables.Read(Here, 2));
    }

    /// <summary>§5.4, IR0: where tables lie in memory that no update is sure to reach, the update fails and nothing passes.</summary>
    [Case("hw.httu.memory", Level.Architecture, "httu.036", "httu.035")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 1)]
    public void An_update_of_Non_cacheable_tables_is_made_or_is_F_WALK_EABT(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { HA = true });
        var leaf = tables.Leaf(Data).Word(0) & ~AccessFlag;
        tables.Put(Here, 3, leaf);

        var answer = rig.Access(Nic, Here);

        if (answer.Passed)
        {
            Assert.Equal(leaf | AccessFlag, tables.Read(Here, 3));
            return;
        }
        Assert.True(rig.TakeEvent().Is<FWalkEabt>());
        Assert.Equal(leaf, tables.Read(Here, 3));
    }

    /// <summary>A write or a read of a page with DBM or without.</summary>
    public sealed record Dirty(bool Write, bool Modifier)
    {
        public override string ToString() =>
            $"{(Write ? "write" : "read")}-{(Modifier ? "dbm" : "plain")}";
    }

    public static IEnumerable<Dirty> Dirties =>
        [new(false, true), new(false, false), new(true, true), new(true, false)];

    public static IEnumerable<string> Asked => ["access", "dirty"];

    public static IEnumerable<bool> Managed => [false, true];
}
