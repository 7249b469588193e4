using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Which regime a translation belongs to, with which tags, and what removes it (§3.17, §4.4.2).</summary>
public sealed class WorldCases
{
    /// <summary>A regime and an invalidation; the ones that reach it, by hand.</summary>
    public sealed record Row(string World, string Command, bool Removes)
    {
        public override string ToString() => $"{World}-{Command}";
    }

    public static IEnumerable<Row> Rows =>
        from world in new[] { "EL1", "EL2", "E2H" }
        from command in new[]
        {
            "nsnh-all",
            "nh-all",
            "nh-asid",
            "nh-va",
            "nh-vaa",
            "el2-all",
            "el2-va",
            "el2-asid",
            "el2-vaa",
        }
        // What they remove in EL2 without E2H is not told.
        where world != "EL2" || command is not ("el2-vaa" or "el2-asid")
        select new Row(
            world,
            command,
            world == "EL1"
                ? command.StartsWith('n')
                : command switch
                {
                    "el2-all" or "el2-va" => true,
                    // Without E2H, EL2 has no address spaces to name.
                    "el2-asid" => world == "E2H",
                    "el2-vaa" => world == "E2H",
                    _ => false,
                }
        );

    [Case("hw.tlb.worlds", Level.Architecture, "tlb.002", "tlb.006", "tlb.013", AboutCaches = true)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.Hyp", 1)]
    [Rows(nameof(Rows))]
    public void An_invalidation_reaches_the_translations_of_its_regime(Profile profile, Row row)
    {
        var warm = new WarmWorld(profile, row.World);

        Send(warm.Rig, row.Command);
        warm.Rig.Send(new Sync());

        Assert.Equal(!row.Removes, warm.IsHeld);
    }

    /// <summary>§3.3.2: one address, two address spaces.</summary>
    [Case("hw.tlb.tags-asid", Level.Architecture, "tlb.001", "tlb.006")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_translation_is_used_by_its_ASID_alone(Profile profile) =>
        Alternate(profile, asid: 2, vmid: 1);

    /// <summary>§3.3.2: one address and ASID, two machines.</summary>
    [Case("hw.tlb.tags-vmid", Level.Architecture, "tlb.001", "tlb.006")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void A_translation_is_used_by_its_VMID_alone(Profile profile) =>
        Alternate(profile, asid: 1, vmid: 2);

    /// <summary>§3.17: in EL2 the ASID of a CD does not count; with E2H it does.</summary>
    [Case(
        "hw.tlb.el2-asid-field",
        Level.Architecture,
        "asid.008",
        "tlb.006",
        "tlb.013",
        AboutCaches = true
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.Hyp", 1)]
    [Rows(nameof(El2Worlds))]
    public void Streams_of_EL2_share_translations_whatever_their_ASID(Profile profile, string row)
    {
        var warm = new WarmWorld(profile, row, asid: 1);
        warm.Rig.Attach(0xe, asid: 2, adjustEntry: entry => entry with { STRW = Strw.El2 });

        Assert.Equal(row == "EL2", warm.Rig.Access(0xe, WarmWorld.Here).Passed);
    }

    /// <summary>§3.17: eight bits where IDR0 says so, in STE, CD and commands.</summary>
    [Case("hw.tlb.asid-size", Level.Architecture, "asid.004")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_ASID_beyond_eight_bits_is_legal_only_with_ASID16(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(0xd, asid: 0x1ff);
        tables.Map(0x10_0000, 0x1_c000_0000);

        Assert.Equal(profile.IDR0.ASID16, rig.Access(0xd, 0x10_0000).Passed);
        if (!profile.IDR0.ASID16)
            Assert.True(rig.TakeEvent().Is<CBadCd>());
    }

    /// <summary>§3.21.1, §5.2.1: while translation is off, and through bypassed streams, nothing is kept.</summary>
    [Case("hw.tlb.bypass-invisible", Level.Architecture, "tlb.018", "tlb.053")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Bypass_leaves_nothing_that_needs_a_TLB_invalidation(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var bypass = new Ste
        {
            V = true,
            Config = SteConfig.Bypass,
            SHCFG = ShCfg.Incoming,
        };
        rig.StoreSte(0xd, bypass);
        rig.Send(new CfgiSte { StreamID = 0xd });
        Assert.Equal(0x10_0000ul, rig.Access(0xd, 0x10_0000).Address.Value);
        rig.Disable();
        rig.Write32(
            Gbpa.Offset,
            TranslationRig.Word(new Gbpa { Update = true, SHCFG = ShCfg.Incoming })
        );
        Assert.True(rig.Access(0xd, 0x10_0000).Passed);
        rig.Reshape(rig.Configuration);

        var (tables, _) = rig.Attach(0xd);
        tables.Map(0x10_0000, 0x1_c000_0000);

        Assert.Equal(0x1_c000_0000ul, rig.Access(0xd, 0x10_0000).Address.Value);
    }

    /// <summary>§5.2.1, §5.4.1: fields that no translation holds act once the entry or descriptor is read again.</summary>
    [Case("hw.tlb.not-held", Level.Architecture, "tlb.056", "tlb.058")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [AppliesWhere("SMMU_IDR0.TERM_MODEL", 0)]
    public void Fault_behaviour_and_overrides_need_no_TLB_invalidation(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(0xd);
        var leaf = tables.Leaf(0x1_c000_0000) with { AP = Stage1Ap.ReadOnly };
        tables.Put(0x10_0000, 3, leaf.Word(0));
        Assert.True(rig.Access(0xd, 0x10_0000).Passed);

        rig.Store(cd, rig.ContextOf(tables) with { A = false, R = false });
        rig.Send(new CfgiCd { StreamID = 0xd, Leaf = true });
        rig.Send(new Sync());
        var silent = rig.Access(0xd, 0x10_0000, write: true);

        Assert.Equal(FaultResponse.ReadZeroWriteIgnored, silent.Response);
        Assert.Empty(rig.TakeEvents());
        rig.StoreSte(0xd, TranslationRig.Stage1(cd) with { MTCFG = true, MEV = true });
        rig.Send(new CfgiSte { StreamID = 0xd, Leaf = true });
        rig.Send(new Sync());
        Assert.True(rig.Access(0xd, 0x10_0000).Passed);
    }

    public static IEnumerable<string> El2Worlds => ["EL2", "E2H"];

    private static void Alternate(Profile profile, ushort asid, int vmid)
    {
        var rig = new TranslationRig(profile);
        var (one, _) = rig.Attach(0xd, 1, adjustEntry: e => e with { S2VMID = Vmid(profile, 1) });
        var (two, _) = rig.Attach(
            0xe,
            asid,
            adjustEntry: e => e with { S2VMID = Vmid(profile, vmid) }
        );
        one.Map(0x10_0000, 0x1_c000_0000);
        two.Map(0x10_0000, 0x1_d000_0000);

        for (var turn = 0; turn < 3; turn++)
        {
            Assert.Equal(0x1_c000_0000ul, rig.Access(0xd, 0x10_0000).Address.Value);
            Assert.Equal(0x1_d000_0000ul, rig.Access(0xe, 0x10_0000).Address.Value);
        }
    }

    private static ushort Vmid(Profile profile, int vmid) =>
        profile.IDR0.S2P ? (ushort)vmid : (ushort)0;

    private static void Send(TranslationRig rig, string command)
    {
        var here = WarmWorld.Here;
        switch (command)
        {
            case "nsnh-all":
                rig.Send(new TlbiNsnhAll());
                break;
            case "nh-all":
                rig.Send(new TlbiNhAll());
                break;
            case "nh-asid":
                rig.Send(new TlbiNhAsid { ASID = 1 });
                break;
            case "nh-va":
                rig.Send(new TlbiNhVa { ASID = 1, Address = here });
                break;
            case "nh-vaa":
                rig.Send(new TlbiNhVaa { Address = here });
                break;
            case "el2-all":
                rig.Send(new TlbiEl2All());
                break;
            case "el2-va":
                rig.Send(new TlbiEl2Va { ASID = 1, Address = here });
                break;
            case "el2-asid":
                rig.Send(new TlbiEl2Asid { ASID = 1 });
                break;
            default:
                rig.Send(new TlbiEl2Vaa { Address = here });
                break;
        }
    }
}
