using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What an address translation operation tells: pages, attributes, faults, and what it changes (§6.3.40, §9.1.4).</summary>
public sealed class AtosResultCases
{
    // Bits by hand: AF [10], AP[2] [7], S2AP [7:6], DBM [51].
    private const ulong AccessFlag = 1ul << 10;
    private const ulong ReadOnly = 1ul << 7;
    private const ulong S2Ap = 3ul << 6;
    private const ulong Writable2 = 1ul << 7;
    private const ulong Modifier = 1ul << 51;

    /// <summary>Where stage 2 faults, and how each request is told.</summary>
    public sealed record Fault(string Name, AtosType Type, AtosFaultCode Code, AtosReason Reason)
    {
        /// <summary>The page at which stage 2 failed is told.</summary>
        public bool Told { get; init; }

        public override string ToString() => Name;
    }

    public static IEnumerable<Fault> Faults =>
        [
            new("in-both", AtosType.Both, AtosFaultCode.FTranslation, AtosReason.InputAddress)
            {
                Told = true,
            },
            new("in-stage2", AtosType.Stage2, AtosFaultCode.FTranslation, AtosReason.InputAddress),
            new("table-both", AtosType.Both, AtosFaultCode.FTranslation, AtosReason.WalkingStage1)
            {
                Told = true,
            },
            new("table-stage1", AtosType.Stage1, AtosFaultCode.FWalkEabt, AtosReason.Stage1OrOther),
            new("cd-both", AtosType.Both, AtosFaultCode.FTranslation, AtosReason.FetchingCd)
            {
                Told = true,
            },
            new("cd-stage1", AtosType.Stage1, AtosFaultCode.FCdFetch, AtosReason.Stage1OrOther),
        ];

    public static IEnumerable<bool> Inhibited => [false, true];

    /// <summary>§6.3.40, §9.1.4: a stage 1 request of a nested stream is told the IPA, and stage 2 is left alone.</summary>
    [Case("hw.atos.result.stages", Level.Architecture, "other.009", "other.028", "other.016")]
    [AppliesIf(nameof(CannotNest))]
    public void Each_type_tells_of_its_stages(Profile profile)
    {
        var scene = new AtosScene(profile);
        var (_, second, _) = scene.AttachNested();
        var unit = profile.SmallestGranule.PageShift;

        scene.IsPage(scene.Ask(AtosScene.Read(AtosType.Both)), AtosScene.Data, unit);
        scene.IsPage(
            scene.Ask(AtosScene.Read(AtosType.Stage2, AtosScene.Middle.Value)),
            AtosScene.Data,
            unit
        );
        scene.IsPage(scene.Ask(AtosScene.Read(AtosType.Stage1)), AtosScene.Middle.Value, unit);

        second.Put(AtosScene.Middle, 3, 0);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.IsPage(scene.Ask(AtosScene.Read(AtosType.Stage1)), AtosScene.Middle.Value, unit);
    }

    /// <summary>§6.3.40: the size of a block stands in the address; it may be told smaller.</summary>
    [Case("hw.atos.result.size", Level.Architecture, "other.009")]
    [AppliesIf(nameof(CannotNest))]
    public void The_lowest_bit_of_the_address_is_its_size(Profile profile)
    {
        var scene = new AtosScene(profile);
        var (tables, second, _) = scene.AttachNested();
        Iova block = 0x4000_0000;
        var size = profile.SmallestGranule.LeafSize(2);
        tables.Map(block, 0x2_8000_0000, 2);
        second.Map(0x2_8000_0000, 0x1_8000_0000, 2);

        var result = scene.Ask(AtosScene.Read(AtosType.Both, block));

        Assert.Equal(0ul, result & 1);
        var address = result & 0x00ff_ffff_ffff_f000;
        var told = (result >> 11 & 1) == 0 ? 0x1000 : 2 * (address & unchecked(~address + 1));
        Assert.InRange(told, profile.SmallestGranule.PageSize, size);
        Assert.Equal(0x1_8000_0000ul, address & ~(told - 1));
    }

    /// <summary>§9.1.4: which stage, of what, and where.</summary>
    [Case("hw.atos.result.stage2-fault", Level.Architecture, "other.021", "other.022", "other.012")]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Faults))]
    public void A_fault_of_stage_2_is_told_as_the_request_may_know(Profile profile, Fault row)
    {
        var scene = new AtosScene(profile);
        Ipa tables = 0x3_0000_0000;
        Ipa cds = 0x3_4000_0000;
        var (first, second, cd) = scene.AttachNested(adjustEntry: entry =>
            entry with
            {
                S1ContextPtr = cds.Value,
            }
        );
        // The CD and the first table at IPAs of their own, so that one alone can be missing.
        var page = scene.Rig.Allocate(0x1_0000, 0x1_0000);
        scene.Rig.Store(page, scene.Rig.ContextOf(first) with { TTB0 = tables.Value });
        second.Map(cds, page);
        second.Map(tables, first.Root);
        var missing =
            row.Name.StartsWith("in", StringComparison.Ordinal) ? AtosScene.Middle
            : row.Name.StartsWith("table", StringComparison.Ordinal) ? tables
            : cds;
        second.Put(missing, 3, 0);
        var address =
            row.Type == AtosType.Stage2 ? new Iova(AtosScene.Middle.Value) : AtosScene.Here;

        var result = scene.Ask(AtosScene.Read(row.Type, address));

        // Descriptors of level 0 stand at the start of the table: the page is the table's.
        scene.IsError(result, row.Code, row.Reason, row.Told ? missing : default);
        Assert.NotEqual(default, cd);
    }

    /// <summary>§9.1.4: faults of stage 1, and of an address that is none.</summary>
    [Case("hw.atos.result.stage1-fault", Level.Architecture, "other.021", "other.012", "other.030")]
    [AppliesWhere("SMMU_IDR0.ATOS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_fault_of_stage_1_is_told_and_not_recorded(Profile profile)
    {
        var scene = new AtosScene(profile);
        var (tables, _) = scene.Attach(cd => cd with { S = profile.CanStall, A = true, R = true });
        tables.Put(
            AtosScene.Here,
            3,
            (tables.Leaf(AtosScene.Data) with { AP = Stage1Ap.ReadOnly, UXN = true }).Word(0)
        );
        var read = AtosScene.Read(AtosType.Stage1);
        var shift = profile.SmallestGranule.PageShift;

        scene.IsPage(scene.Ask(read), AtosScene.Data, shift);
        scene.IsError(scene.Ask(read with { RnW = false }), AtosFaultCode.FPermission);
        scene.IsError(scene.Ask(read with { InD = true }), AtosFaultCode.FPermission);
        // InD of a write does not count: it fails as a write does, and where writes pass it passes.
        tables.Put(AtosScene.Here, 3, (tables.Leaf(AtosScene.Data) with { UXN = true }).Word(0));
        scene.Rig.Send(new TlbiNsnhAll());
        scene.IsPage(scene.Ask(read with { RnW = false, InD = true }), AtosScene.Data, shift);

        scene.IsError(
            scene.Ask(AtosScene.Read(AtosType.Stage1, 0x4000_0000)),
            AtosFaultCode.FTranslation
        );
        scene.IsError(
            scene.Ask(AtosScene.Read(AtosType.Stage1, 1ul << 60)),
            AtosFaultCode.FTranslation
        );
        tables.Put(AtosScene.Here, 3, tables.Leaf(AtosScene.Data).Word(0) & ~AccessFlag);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.IsError(scene.Ask(read), AtosFaultCode.FAccess);
        scene.Rig.Memory.AbortRange(tables.SlotOf(AtosScene.Here, 3), 8);
        scene.IsError(scene.Ask(read), AtosFaultCode.FWalkEabt);
        Assert.Empty(scene.Rig.Smmu.Stalled);
    }

    /// <summary>§9, §13.1.4: what the entry overrides does not count; what the CD controls does.</summary>
    [Case("hw.atos.result.overrides", Level.Architecture, "other.015", "other.030")]
    [AppliesWhere("SMMU_IDR0.ATOS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Overrides_of_the_entry_do_not_count_and_controls_of_the_CD_do(Profile profile)
    {
        var scene = new AtosScene(profile);
        var (tables, _) = scene.Attach(
            cd => cd with { PAN = true, WXN = true },
            entry =>
                entry with
                {
                    PRIVCFG = PrivCfg.Privileged,
                    INSTCFG = InstCfg.Instruction,
                    MTCFG = true,
                    MemAttr = MemAttr.DeviceGRE,
                    SHCFG = ShCfg.Outer,
                }
        );
        tables.Put(
            AtosScene.Here,
            3,
            (tables.Leaf(AtosScene.Data) with { SH = Shareability.Inner }).Word(0)
        );
        var read = AtosScene.Read(AtosType.Stage1);

        // An unprivileged read of data: PAN does not bar it, and INSTCFG would have (WXN makes it not executable).
        var result = scene.Ask(read);
        scene.IsPage(result, AtosScene.Data, profile.SmallestGranule.PageShift);
        // MAIR0 of the CD is 0: Device-nGnRnE, and so Outer Shareable.
        Assert.Equal(0b10ul, result >> 8 & 3);
        Assert.Equal(0ul, result >> 56);

        scene.IsError(scene.Ask(read with { PnU = true }), AtosFaultCode.FPermission);
        scene.IsError(scene.Ask(read with { InD = true }), AtosFaultCode.FPermission);
    }

    /// <summary>§6.3.40, §9.1.4: attributes in the form of a MAIR byte.</summary>
    [Case("hw.atos.result.attributes", Level.Architecture, "other.029", "other.009")]
    [AppliesIf(nameof(CannotNest))]
    public void Attributes_are_those_of_the_tables(Profile profile)
    {
        var scene = new AtosScene(profile);
        // Write-Through, read-allocate, transient on both levels: 0b0010_0010.
        var (tables, second, _) = scene.AttachNested(cd => cd with { MAIR0 = 0x22 });
        tables.Put(
            AtosScene.Here,
            3,
            (tables.Leaf(AtosScene.Middle.Value) with { SH = Shareability.Inner }).Word(0)
        );

        var first = scene.Ask(AtosScene.Read(AtosType.Stage1));
        Assert.Equal((0x22ul, 0b11ul), (first >> 56, first >> 8 & 3));

        // Stage 2 alone: Write-Back, RA = WA = 1, TR = 0.
        var alone = scene.Ask(AtosScene.Read(AtosType.Stage2, AtosScene.Middle.Value));
        Assert.Equal((0xfful, 0b11ul), (alone >> 56, alone >> 8 & 3));

        // Both: Write-Through is the stronger, its hints are stage 1's.
        var both = scene.Ask(AtosScene.Read(AtosType.Both));
        Assert.Equal((0x22ul, 0b11ul), (both >> 56, both >> 8 & 3));

        // Device of stage 2 makes both Device, and Outer Shareable.
        second.Put(
            AtosScene.Middle,
            3,
            (second.Leaf(AtosScene.Data) with { MemAttr = 0b0001, SH = Shareability.Inner }).Word(0)
        );
        scene.Rig.Send(new TlbiNsnhAll());
        both = scene.Ask(AtosScene.Read(AtosType.Both));
        Assert.Equal((0x04ul, 0b10ul), (both >> 56, both >> 8 & 3));
    }

    /// <summary>§9: HTTUI changes nothing, and answers as if it had.</summary>
    [Case("hw.atos.result.httui", Level.Architecture, "httu.025", "httu.029", "other.030")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [Rows(nameof(Inhibited))]
    public void HTTUI_answers_without_marking_the_pages(Profile profile, bool inhibited)
    {
        var scene = new AtosScene(profile);
        var (tables, second, _) = scene.AttachNested(HttuScene.Manage, HttuScene.Manage2);
        var upper = tables.Read(AtosScene.Here, 3) | Modifier | ReadOnly;
        tables.Put(AtosScene.Here, 3, upper & ~AccessFlag);
        var lower = (second.Read(AtosScene.Middle, 3) | Modifier) & ~Writable2;
        second.Put(AtosScene.Middle, 3, lower & ~AccessFlag);
        var write = AtosScene.Read(AtosType.Both) with { RnW = false, HTTUI = inhibited };

        scene.IsPage(scene.Ask(write), AtosScene.Data, profile.SmallestGranule.PageShift);

        if (!inhibited)
        {
            Assert.Equal(upper & ~ReadOnly, tables.Read(AtosScene.Here, 3));
            Assert.Equal(lower | Writable2, second.Read(AtosScene.Middle, 3));
            return;
        }
        // AF may be set or not; nothing becomes dirty.
        Assert.Equal(upper, tables.Read(AtosScene.Here, 3) | AccessFlag);
        Assert.Equal(lower, second.Read(AtosScene.Middle, 3) | AccessFlag);

        // And nothing marked is remembered: a write of the device still marks both.
        Assert.True(scene.Rig.Access(AtosScene.Nic, AtosScene.Here, write: true).Passed);
        Assert.Equal(upper & ~ReadOnly, tables.Read(AtosScene.Here, 3));
        Assert.Equal(lower | Writable2, second.Read(AtosScene.Middle, 3));
    }

    /// <summary>§9, §6.3.1: HTTUI says what is updated, not whose memory is read.</summary>
    [Case("hw.atos.result.httui-coherency", Level.Architecture, "httu.025", "probe.013")]
    [AppliesWhere("SMMU_IDR0.ATOS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Inhibited))]
    public void What_a_PE_has_only_in_its_cache_is_not_there_for_a_non_coherent_SMMU(
        Profile profile,
        bool inhibited
    )
    {
        var scene = new AtosScene(
            profile with
            {
                Coherent = false,
                IDR0 = profile.IDR0 with { COHACC = false },
            }
        );
        var (tables, _) = scene.Attach();
        var ask = AtosScene.Read(AtosType.Stage1) with { HTTUI = inhibited };
        var slot = tables.SlotOf(AtosScene.Here, 3);

        scene.Rig.Machine.HeldBack().Store(slot, old: 0);
        var cached = scene.Ask(ask);
        scene.Rig.Machine.HeldBack().Clean(slot, 8);
        scene.Rig.Machine.HeldBack().Complete();

        scene.IsError(cached, AtosFaultCode.FTranslation);
        scene.IsPage(scene.Ask(ask), AtosScene.Data, profile.SmallestGranule.PageShift);
    }

    /// <summary>§9: nothing is written, so nobody asks whether it might be.</summary>
    [Case("hw.atos.result.httui-read-only", Level.Architecture, "httu.025")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    public void HTTUI_finds_a_clean_page_writable_though_its_table_is_not(Profile profile)
    {
        var scene = new AtosScene(profile);
        var (tables, second, _) = scene.AttachNested(HttuScene.Manage);
        tables.Put(AtosScene.Here, 3, tables.Read(AtosScene.Here, 3) | Modifier | ReadOnly);
        // Every structure and table of the rig lies in blocks of stage 2 that map themselves: all read-only now.
        foreach (var at in second.RigBlocks())
            second.Put(
                new Ipa(at),
                2,
                (second.Leaf(at, 2) with { S2AP = Stage2Ap.ReadOnly }).Word(0)
            );
        scene.Rig.Send(new TlbiNsnhAll());
        var write = AtosScene.Read(AtosType.Both) with { RnW = false };

        scene.IsPage(
            scene.Ask(write with { HTTUI = true }),
            AtosScene.Data,
            profile.SmallestGranule.PageShift
        );
        Assert.Equal(1ul, scene.Ask(write) & 1);
    }

    /// <summary>§9: a stage 1 request does not make the page of its IPA dirty.</summary>
    [Case("hw.atos.result.stage1-httu", Level.Architecture, "other.028")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    public void A_stage_1_request_does_not_dirty_the_page_of_its_IPA(Profile profile)
    {
        var scene = new AtosScene(profile);
        var (tables, second, _) = scene.AttachNested(HttuScene.Manage, HttuScene.Manage2);
        var upper = tables.Read(AtosScene.Here, 3) | Modifier | ReadOnly;
        tables.Put(AtosScene.Here, 3, upper);
        var lower = (second.Read(AtosScene.Middle, 3) | Modifier) & ~Writable2;
        second.Put(AtosScene.Middle, 3, lower);

        scene.IsPage(
            scene.Ask(AtosScene.Read(AtosType.Stage1) with { RnW = false }),
            AtosScene.Middle.Value,
            profile.SmallestGranule.PageShift
        );

        Assert.Equal(upper & ~ReadOnly, tables.Read(AtosScene.Here, 3));
        Assert.Equal(lower, second.Read(AtosScene.Middle, 3));
    }

    /// <summary>§9.1.4: permissions of stage 2, of both stages and of it alone.</summary>
    [Case("hw.atos.result.permission", Level.Architecture, "other.021", "other.015")]
    [AppliesIf(nameof(CannotNest))]
    public void Permissions_are_those_of_the_stages_asked_for(Profile profile)
    {
        var scene = new AtosScene(profile);
        var (_, second, _) = scene.AttachNested();
        second.Put(AtosScene.Middle, 3, second.Leaf(AtosScene.Data).Word(0) & ~S2Ap);

        scene.IsError(
            scene.Ask(AtosScene.Read(AtosType.Both)),
            AtosFaultCode.FPermission,
            AtosReason.InputAddress,
            AtosScene.Middle
        );
        scene.IsError(
            scene.Ask(AtosScene.Read(AtosType.Both) with { HTTUI = true }),
            AtosFaultCode.FPermission,
            AtosReason.InputAddress,
            AtosScene.Middle
        );
        scene.IsError(
            scene.Ask(AtosScene.Read(AtosType.Stage2, AtosScene.Middle.Value)),
            AtosFaultCode.FPermission,
            AtosReason.InputAddress
        );
        scene.IsPage(
            scene.Ask(AtosScene.Read(AtosType.Stage1)),
            AtosScene.Middle.Value,
            profile.SmallestGranule.PageShift
        );
    }

    private static string? CannotNest(Profile profile) => AtosScene.CannotNest(profile);
}
