using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Flags of stage 2, and updates of stage 1 tables that stage 2 must permit (§3.13.2, §3.13.3, §3.13.5).</summary>
public sealed class NestedUpdateCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x0123_0000;
    private static readonly Ipa Middle = 0x2_4000_0000;
    private static readonly Ipa Leaves = 0x3_0000_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    // Bits by hand: AF [10] of both stages, AP[2] [7] of stage 1, S2AP[1] [7] and DBM [51] of stage 2.
    private const ulong AccessFlag = 1ul << 10;
    private const ulong ReadOnly1 = 1ul << 7;
    private const ulong Writable2 = 1ul << 7;
    private const ulong Modifier = 1ul << 51;

    /// <summary>§3.13.2, §3.13.3.1: at stage 2 as at stage 1.</summary>
    [Case("hw.httu.stage2", Level.Architecture, "httu.007", "httu.008", "httu.009", "httu.032")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [Rows(nameof(Writes))]
    public void Stage_2_sets_its_flags(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(Nic, adjustEntry: HttuScene.Manage2);
        var leaf = (second.Leaf(Data).Word(0) & ~(AccessFlag | Writable2)) | Modifier;
        second.Put(Here.Value, 3, leaf);

        Assert.True(rig.Access(Nic, Here, row).Passed);

        Assert.Equal(leaf | AccessFlag | (row ? Writable2 : 0), second.Read(Here.Value, 3));
    }

    /// <summary>§3.13.3.1: S2HD and DBM together let a write make a page writable; neither does alone.</summary>
    [Case("hw.httu.stage2.read-only", Level.Architecture, "httu.008")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [Rows(nameof(Alone))]
    public void Stage_2_makes_no_page_writable_by_half(Profile profile, string row)
    {
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(
            Nic,
            adjustEntry: row == "dbm" ? HttuScene.Access2 : HttuScene.Manage2
        );
        var leaf = second.Leaf(Data).Word(0) & ~Writable2;
        leaf |= row == "dbm" ? Modifier : 0;
        second.Put(Here.Value, 3, leaf);

        Assert.False(rig.Access(Nic, Here, write: true).Passed);

        Assert.True(rig.TakeEvent().Is<FPermission>());
        Assert.Equal(leaf, second.Read(Here.Value, 3));
    }

    /// <summary>§3.13.6: at stage 2 as at stage 1.</summary>
    [Case("hw.httu.stage2.table", Level.Architecture, "httu.014")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", 3)]
    public void A_walk_of_stage_2_marks_the_tables_it_passes(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(
            Nic,
            adjustEntry: e => HttuScene.Access2(e) with { S2HAFT = true }
        );
        second.Map(Here.Value, Data);
        var table = second.Read(Here.Value, 2) & ~AccessFlag;
        second.Put(Here.Value, 2, table);

        Assert.True(rig.Access(Nic, Here).Passed);

        Assert.Equal(table | AccessFlag, second.Read(Here.Value, 2));
    }

    /// <summary>§3.13.2: also of a page that holds a CD; reading never makes it dirty.</summary>
    [Case("hw.httu.cd-fetch", Level.Architecture, "httu.007", "httu.009")]
    [AppliesIf(nameof(CannotManage))]
    public void A_CD_fetch_marks_its_page_used_and_not_dirty(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var cd = rig.Allocate(0x1_0000, 0x1_0000);
        Ipa context = 0x3_4000_0000;
        var (tables, second, _) = rig.AttachNested(
            Nic,
            adjustEntry: e => HttuScene.Manage2(e) with { S1ContextPtr = context.Value }
        );
        rig.Store(cd, rig.ContextOf(tables));
        var leaf = (second.Leaf(cd).Word(0) & ~(AccessFlag | Writable2)) | Modifier;
        second.Put(context, 3, leaf);

        rig.Access(Nic, Here);

        Assert.Equal(leaf | AccessFlag, second.Read(context, 3));
    }

    /// <summary>§3.13.5: the update of a stage 1 descriptor is a write that stage 2 must permit, and else nothing changes.</summary>
    [Case("hw.httu.nested-write", Level.Architecture, "httu.013", "httu.035")]
    [AppliesIf(nameof(CannotManage))]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void Stage_2_must_permit_the_update_of_a_stage_1_descriptor(Profile profile)
    {
        var scene = new Scene(profile, tablesWritable: false);
        var leaf = scene.Leaf & ~AccessFlag;
        scene.PutLeaf(leaf);

        var answer = scene.Rig.Access(Nic, Here);

        Assert.False(answer.Passed);
        var record = scene.Rig.TakeEvent();
        Assert.True(record.Is<FPermission>(), $"expected F_PERMISSION, was {record}");
        Assert.True(record.As<FPermission>().S2);
        Assert.Equal(EventClass.TTD, record.As<FPermission>().CLASS);
        Assert.False(record.As<FPermission>().TTRnW);
        Assert.Equal(leaf, scene.ReadLeaf());
    }

    /// <summary>§3.13.5: what needs no change is only read.</summary>
    [Case("hw.httu.nested-read", Level.Architecture, "httu.033")]
    [AppliesIf(nameof(CannotManage))]
    public void A_stage_1_descriptor_that_needs_no_update_may_be_read_only(Profile profile)
    {
        var scene = new Scene(profile, tablesWritable: false);
        scene.PutLeaf(scene.Leaf);

        var answer = scene.Rig.Access(Nic, Here, write: true);

        Assert.True(answer.Passed, $"{answer.Event}");
    }

    /// <summary>§3.13.5: with permission, both flags are set.</summary>
    [Case("hw.httu.nested-update", Level.Architecture, "httu.013", "httu.032")]
    [AppliesIf(nameof(CannotManage))]
    public void With_permission_of_stage_2_a_stage_1_descriptor_is_updated(Profile profile)
    {
        var scene = new Scene(profile, tablesWritable: true);
        var leaf = (scene.Leaf & ~AccessFlag) | ReadOnly1 | Modifier;
        scene.PutLeaf(leaf);

        Assert.True(scene.Rig.Access(Nic, Here, write: true).Passed);

        Assert.Equal((leaf | AccessFlag) & ~ReadOnly1, scene.ReadLeaf());
    }

    public static IEnumerable<bool> Writes => [false, true];

    public static IEnumerable<string> Alone => ["s2hd", "dbm"];

    private static string? CannotManage(Profile profile) =>
        profile.IDR0 is not { S1P: true, S2P: true } ? "a stage is missing"
        : (int)profile.IDR0.HTTU < 2 ? $"SMMU_IDR0.HTTU is {profile.IDR0.HTTU}"
        : null;

    /// <summary>A nested stream whose only stage 1 table stands at an IPA of its own, which stage 2 lets be written or not.</summary>
    private sealed class Scene
    {
        private readonly PhysicalAddress _slot;

        public Scene(Profile profile, bool tablesWritable)
        {
            Rig = new TranslationRig(profile);
            var granule = Rig.SmallestGranule;
            // Two levels at least, so that the last table can be reached by an IPA of its own.
            var bits = granule.PageShift + granule.BitsPerLevel + 4;
            var tables = new TestTables(Rig, granule, bits);
            Tables = tables;
            var (_, second, cd) = Rig.AttachNested(Nic);
            Rig.Store(cd, HttuScene.Manage(Rig.ContextOf(tables)));
            var page = granule.PageSize;
            _slot = tables.SlotOf(Here.Value & ((1ul << bits) - 1), 3);
            var table = _slot.Value & ~(page - 1);
            // The walk goes to the last table by its IPA; those above stay where they are.
            second.Put(
                Leaves,
                3,
                (
                    second.Leaf(table) with
                    {
                        S2AP = tablesWritable ? Stage2Ap.ReadWrite : Stage2Ap.ReadOnly,
                    }
                ).Word(0)
            );
            second.Map(Middle, Data);
            RedirectLastTable(bits);
            Rig.Send(new TlbiNsnhAll());
            Rig.Send(CfgiSteRange.All);
            Rig.Send(new TlbiNsnhAll());
            Bits = bits;
        }

        public TranslationRig Rig { get; }

        public TestTables Tables { get; }

        private int Bits { get; }

        public ulong Leaf => Tables.Leaf(Middle.Value).Word(0);

        public void PutLeaf(ulong word) => Tables.Put(Inside, 3, word);

        public ulong ReadLeaf() => Tables.Read(Inside, 3);

        private Iova Inside => Here.Value & ((1ul << Bits) - 1);

        private void RedirectLastTable(int bits)
        {
            Iova inside = Here.Value & ((1ul << bits) - 1);
            Tables.Put(inside, 2, Stage1Table.To(Leaves.Value, Tables.Granule).Word(0));
        }
    }
}
