using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Flags of descriptors that Translation Requests set, because the device will come without asking (§3.13.7, §13.7).</summary>
public sealed class RequestFlagCases
{
    // Bits by hand: AF [10], AP[2] [7], S2AP [7:6], DBM [51].
    private const ulong AccessFlag = 1ul << 10;
    private const ulong ReadOnly = 1ul << 7;
    private const ulong Writable2 = 1ul << 7;
    private const ulong Modifier = 1ul << 51;

    /// <summary>What may happen with a stage, and a request of either kind.</summary>
    public static IEnumerable<bool> Requests => [false, true];

    /// <summary>§3.13.7.1, §13.7: what grants anything sets AF.</summary>
    [Case("hw.ats.flags.access", Level.Architecture, "httu.001", "httu.027")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 1)]
    [Rows(nameof(Requests))]
    public void A_granted_request_sets_the_Access_flag(Profile profile, bool noWrite)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach(HttuScene.Access);
        var leaf = tables.Read(AtsScene.Here, 3);
        tables.Put(AtsScene.Here, 3, leaf & ~AccessFlag);

        var completion = scene.Request(noWrite: noWrite);

        Assert.True(completion.Read);
        Assert.Equal(leaf, tables.Read(AtsScene.Here, 3));
    }

    /// <summary>§3.13.7.1: with the Access flag alone, writable-clean is read-only.</summary>
    [Case("hw.ats.flags.clean-without-dirty", Level.Architecture, "httu.015", "ats.094", "ats.102")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 1)]
    public void Without_dirty_state_a_clean_page_is_not_writable(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach(HttuScene.Access);
        var leaf = tables.Read(AtsScene.Here, 3) | ReadOnly | Modifier;
        tables.Put(AtsScene.Here, 3, leaf);

        scene.Permits(scene.Request(), read: true, write: false);

        Assert.Equal(leaf, tables.Read(AtsScene.Here, 3));
    }

    /// <summary>§3.13.7.1, §13.7: a request that will write makes the page dirty, and is granted; another does neither.</summary>
    [Case("hw.ats.flags.dirty", Level.Architecture, "httu.001", "ats.094", "ats.113")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [Rows(nameof(Requests))]
    public void Only_a_request_to_write_makes_a_page_dirty(Profile profile, bool noWrite)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach(HttuScene.Manage);
        var leaf = tables.Read(AtsScene.Here, 3) | ReadOnly | Modifier;
        tables.Put(AtsScene.Here, 3, leaf & ~AccessFlag);

        scene.Permits(scene.Request(noWrite: noWrite), read: true, write: !noWrite);

        Assert.Equal(noWrite ? leaf : leaf & ~ReadOnly, tables.Read(AtsScene.Here, 3));
    }

    /// <summary>§13.7: a page that is read-only in truth is not made dirty for whoever asks.</summary>
    [Case("hw.ats.flags.refused", Level.Architecture, "ats.094", "ats.021")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    public void A_page_that_the_request_may_not_write_stays_clean(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, _) = scene.Attach(HttuScene.Manage);
        // Privileged read-only, writable-clean: the request is unprivileged.
        var leaf =
            (tables.Leaf(AtsScene.Data) with { AP = Stage1Ap.PrivilegedReadOnly }).Word(0)
            | Modifier;
        tables.Put(AtsScene.Here, 3, leaf);

        scene.Nothing(scene.Request());

        Assert.Equal(leaf, tables.Read(AtsScene.Here, 3));
    }

    /// <summary>§3.13.7.1: what stage 1 makes read-only is not made dirty at stage 2.</summary>
    [Case("hw.ats.flags.stage1-read-only", Level.Architecture, "ats.112")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    public void Where_stage_1_is_read_only_stage_2_stays_clean(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, second, _) = scene.AttachNested(
            adjust: HttuScene.Manage,
            adjustEntry: HttuScene.Manage2
        );
        tables.Put(AtsScene.Here, 3, tables.Read(AtsScene.Here, 3) | ReadOnly);
        var leaf = (second.Read(AtsScene.Middle, 3) & ~Writable2) | Modifier;
        second.Put(AtsScene.Middle, 3, leaf);

        scene.Permits(scene.Request(), read: true, write: false);

        Assert.Equal(leaf, second.Read(AtsScene.Middle, 3));
    }

    /// <summary>§13.7: NW gets W only where nothing is left to be made dirty; without NW all of it is.</summary>
    [Case("hw.ats.flags.nested-dirty", Level.Architecture, "ats.094", "ats.113", "httu.001")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [Rows(nameof(Requests))]
    public void Both_stages_are_made_dirty_before_a_write_is_granted(Profile profile, bool noWrite)
    {
        var scene = new AtsScene(profile);
        var (tables, second, _) = scene.AttachNested(
            adjust: HttuScene.Manage,
            adjustEntry: HttuScene.Manage2
        );
        var leaf = (second.Read(AtsScene.Middle, 3) & ~Writable2) | Modifier;
        second.Put(AtsScene.Middle, 3, leaf);
        var upper = tables.Read(AtsScene.Here, 3);
        tables.Put(AtsScene.Here, 3, noWrite ? upper : upper | ReadOnly | Modifier);

        scene.Permits(scene.Request(noWrite: noWrite), read: true, write: !noWrite);

        Assert.Equal(noWrite ? leaf : leaf | Writable2, second.Read(AtsScene.Middle, 3));
        Assert.Equal(noWrite ? upper : upper | Modifier, tables.Read(AtsScene.Here, 3));
    }

    /// <summary>§3.13.7.1, §13.6.3: with split stages stage 1 is marked at once, stage 2 at the latest when the device comes.</summary>
    [Case("hw.ats.flags.split", Level.Architecture, "ats.114")]
    [AppliesIf(nameof(CannotSplit))]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    public void With_split_stages_stage_2_is_dirty_once_the_device_has_written(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (tables, second, _) = scene.AttachNested(
            Eats.SplitStage,
            HttuScene.Manage,
            HttuScene.Manage2
        );
        var upper = tables.Read(AtsScene.Here, 3) | Modifier;
        tables.Put(AtsScene.Here, 3, (upper | ReadOnly) & ~AccessFlag);
        var lower = (second.Read(AtsScene.Middle, 3) & ~(Writable2 | AccessFlag)) | Modifier;
        second.Put(AtsScene.Middle, 3, lower);

        scene.Permits(scene.Request(), read: true, write: true);
        Assert.Equal(upper, tables.Read(AtsScene.Here, 3));

        Assert.True(scene.Device.Access(AtsScene.Here, write: true)?.Passed);
        Assert.Equal(lower | Writable2 | AccessFlag, second.Read(AtsScene.Middle, 3));
    }

    private static string? CannotNest(Profile profile) => AtsScene.CannotNest(profile);

    private static string? CannotSplit(Profile profile) => AtsScene.CannotSplit(profile);
}
