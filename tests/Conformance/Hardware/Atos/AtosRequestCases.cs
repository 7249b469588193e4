using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Address translation operations as such: starting, running, and requests that cannot be answered (§6.3.37, §9.1.3).</summary>
public sealed class AtosRequestCases
{
    /// <summary>A request, the stages of the entry and of the hardware, and the error.</summary>
    public sealed record Wrong(string Name, AtosType Type, SteConfig Config, AtosFaultCode Code)
    {
        /// <summary>The request names a substream.</summary>
        public bool Substream { get; init; }

        public override string ToString() => Name;
    }

    public static IEnumerable<Wrong> Requests =>
        [
            new("reserved-type", 0, SteConfig.Nested, AtosFaultCode.InvReq),
            new("stage2-substream", AtosType.Stage2, SteConfig.Nested, AtosFaultCode.InvReq)
            {
                Substream = true,
            },
            new("stage1-of-stage2", AtosType.Stage1, SteConfig.Stage2, AtosFaultCode.InvStage),
            new("stage2-of-stage1", AtosType.Stage2, SteConfig.Stage1, AtosFaultCode.InvStage),
            new("both-of-stage1", AtosType.Both, SteConfig.Stage1, AtosFaultCode.InvStage),
            new("both-of-stage2", AtosType.Both, SteConfig.Stage2, AtosFaultCode.InvStage),
            new("stage1-of-bypass", AtosType.Stage1, SteConfig.Bypass, AtosFaultCode.InvStage),
            new("stage2-of-bypass", AtosType.Stage2, SteConfig.Bypass, AtosFaultCode.InvStage),
            new("stage1-of-abort", AtosType.Stage1, SteConfig.Abort, AtosFaultCode.InvStage),
        ];

    public static IEnumerable<AtosType> Types => [AtosType.Stage1, AtosType.Stage2, AtosType.Both];

    /// <summary>§9.1.3</summary>
    [Case("hw.atos.request.wrong", Level.Architecture, "other.016", "other.021", "other.012")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    [Rows(nameof(Requests))]
    public void A_request_for_a_stage_that_is_not_there_is_an_error(Profile profile, Wrong row)
    {
        var scene = new AtosScene(profile);
        var (_, second, cd) = scene.AttachNested();
        var entry = second.Into(TranslationRig.Stage1(cd)) with { Config = row.Config };
        scene.Rig.StoreSte(AtosScene.Nic, entry);
        scene.Rig.Send(new CfgiSte { StreamID = AtosScene.Nic });

        scene.IsError(
            scene.Ask(AtosScene.Read(row.Type), substream: row.Substream ? 0u : null),
            row.Code
        );
    }

    /// <summary>§9.1.3, §9.1.5: INV_REQ is decided before anything is read; INV_STAGE after the entry, before all else.</summary>
    [Case("hw.atos.request.priority", Level.Architecture, "other.020")]
    [AppliesIf(nameof(CannotNest))]
    public void INV_REQ_comes_before_the_entry_and_INV_STAGE_after_it(Profile profile)
    {
        var scene = new AtosScene(profile);
        scene.IsError(scene.Ask(AtosScene.Read(0), stream: 1u << 6), AtosFaultCode.InvReq);
        scene.IsError(
            scene.Ask(AtosScene.Read(AtosType.Stage1), stream: 1u << 6),
            AtosFaultCode.CBadStreamid
        );
        // An entry that is not valid, and would not have the stage.
        scene.IsError(scene.Ask(AtosScene.Read(AtosType.Both)), AtosFaultCode.CBadSte);

        // A CD that is not valid, of a stream without the other stage.
        scene.Attach(cd => cd with { V = false });
        scene.IsError(scene.Ask(AtosScene.Read(AtosType.Both)), AtosFaultCode.InvStage);
        scene.IsError(scene.Ask(AtosScene.Read(AtosType.Stage1)), AtosFaultCode.CBadCd);

        // It is not to be read, either; and the entry before it.
        var (_, context) = scene.Attach();
        scene.Rig.Memory.AbortRange(context, 64);
        scene.Rig.Send(CfgiSteRange.All);
        scene.IsError(scene.Ask(AtosScene.Read(AtosType.Stage1)), AtosFaultCode.FCdFetch);
        scene.Rig.Memory.AbortRange(scene.Rig.SteAt(AtosScene.Nic), 64);
        scene.Rig.Send(CfgiSteRange.All);
        scene.IsError(scene.Ask(AtosScene.Read(AtosType.Stage1)), AtosFaultCode.FSteFetch);
    }

    /// <summary>§9.1.5: substreams, as for a transaction.</summary>
    [Case("hw.atos.request.substreams", Level.Architecture, "other.020", "other.027")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    public void The_substream_selects_a_CD_or_an_error(Profile profile)
    {
        var scene = new AtosScene(profile);
        var (tables, second, _) = scene.AttachNested();
        var cds = scene.Rig.Allocate(128, 128);
        scene.Rig.Store(cds + 64, scene.Rig.ContextOf(tables));
        Configure(scene, second, cds, S1Dss.Terminate);
        var read = AtosScene.Read(AtosType.Both);

        scene.IsPage(
            scene.Ask(read, substream: 1),
            AtosScene.Data,
            profile.SmallestGranule.PageShift
        );
        scene.IsError(scene.Ask(read, substream: 2), AtosFaultCode.CBadSubstreamid);
        scene.IsError(scene.Ask(read), AtosFaultCode.FStreamDisabled);

        // S1DSS = 0b01 is no INV_STAGE: stage 1 is an identity, stage 2 translates the address.
        Configure(scene, second, cds, S1Dss.Bypass);
        var first = scene.Ask(AtosScene.Read(AtosType.Stage1, AtosScene.Middle.Value));
        Assert.Equal(0ul, first & 1);
        Assert.Equal(AtosScene.Middle.Value >> 30, (first & 0x00ff_ffff_ffff_f000) >> 30);
        scene.IsPage(
            scene.Ask(AtosScene.Read(AtosType.Both, AtosScene.Middle.Value)),
            AtosScene.Data,
            profile.SmallestGranule.PageShift
        );
        var beyond = 1ul << Needs.IpaBits(profile);
        scene.IsError(scene.Ask(AtosScene.Read(AtosType.Stage1, beyond)), AtosFaultCode.FAddrSize);
        scene.IsError(scene.Ask(AtosScene.Read(AtosType.Both, beyond)), AtosFaultCode.FAddrSize);
    }

    /// <summary>§6.3.37: while translation is off, or going off, a start is ignored.</summary>
    [Case("hw.atos.request.off", Level.Architecture, "other.005", "other.012")]
    [AppliesWhere("SMMU_IDR0.ATOS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void While_translation_is_off_a_start_is_ignored(Profile profile)
    {
        var scene = new AtosScene(profile);
        scene.Attach();
        var before = scene.Ask(AtosScene.Read(AtosType.Stage1));
        scene.Rig.Disable();

        scene.Start(AtosScene.Read(AtosType.Stage1, 0x20_0000));

        Assert.Equal(0u, scene.Rig.Smmu.Read32(GatosCtrl.Offset));
        Assert.Equal(before, scene.Result);
    }

    /// <summary>§6.3.37: what runs is finished, or aborted, before SMMUEN is acknowledged as clear.</summary>
    [Case("hw.atos.request.switched-off", Level.Architecture, "other.005")]
    [AppliesWhere("SMMU_IDR0.ATOS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Switching_off_translation_finishes_what_runs(Profile profile)
    {
        var scene = new AtosScene(profile, options => options with { AckDelay = 3 });
        scene.Attach();
        scene.Start(AtosScene.Read(AtosType.Stage1));

        scene.Rig.Disable();

        Assert.Equal(0u, scene.Rig.Smmu.Read32(GatosCtrl.Offset));
        if ((scene.Result & 1) == 1)
            scene.IsError(scene.Result, AtosFaultCode.InternalErr);
        else
            scene.IsPage(scene.Result, AtosScene.Data, profile.SmallestGranule.PageShift);
    }

    /// <summary>§6.3.37, §6.3.38: while it runs the group cannot be changed, and the result is not yet one.</summary>
    [Case("hw.atos.request.running", Level.Architecture, "other.026")]
    [AppliesWhere("SMMU_IDR0.ATOS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void While_a_request_runs_its_registers_are_read_only(Profile profile)
    {
        var scene = new AtosScene(profile, options => options with { AckDelay = 4 });
        scene.Attach();
        scene.Start(AtosScene.Read(AtosType.Stage1));
        Assert.Equal(1u, scene.Rig.Smmu.Read32(GatosCtrl.Offset) & 1);

        scene.Rig.Smmu.Write64(GatosSid.Offset, new GatosSid { STREAMID = 6 }.Word(0));
        scene.Rig.Smmu.Write64(GatosAddr.Offset, AtosScene.Read(AtosType.Stage1, 0).Word(0));
        scene.Rig.Smmu.Write32(GatosCtrl.Offset, 0);

        Assert.Equal((ulong)AtosScene.Nic.Value, scene.Rig.Smmu.Read64(GatosSid.Offset));
        Assert.Equal(
            AtosScene.Read(AtosType.Stage1).Word(0),
            scene.Rig.Smmu.Read64(GatosAddr.Offset)
        );
        for (var turn = 0; turn < 64 && scene.Rig.Smmu.Read32(GatosCtrl.Offset) != 0; turn++) { }
        scene.IsPage(scene.Result, AtosScene.Data, profile.SmallestGranule.PageShift);
    }

    /// <summary>§9, §4.7.3: an answer after a CMD_SYNC rests on nothing that was invalidated before it.</summary>
    [Case("hw.atos.request.invalidated", Level.Architecture, "other.014", "ordering.028")]
    [AppliesWhere("SMMU_IDR0.ATOS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_answer_after_an_invalidation_is_not_stale(Profile profile)
    {
        var scene = new AtosScene(profile, options => options with { AckDelay = 4 });
        var (tables, _) = scene.Attach();
        scene.Rig.Access(AtosScene.Nic, AtosScene.Here);
        scene.Start(AtosScene.Read(AtosType.Stage1));

        tables.Map(AtosScene.Here, AtosScene.Data + 0x100_0000);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());
        var after = scene.Rig.Smmu.Read32(GatosCtrl.Offset) & 1;
        for (var turn = 0; turn < 64 && scene.Rig.Smmu.Read32(GatosCtrl.Offset) != 0; turn++) { }

        // Complete before the CMD_SYNC was, it may tell of the old page; else of the new one.
        if (after == 1)
            scene.IsPage(
                scene.Result,
                AtosScene.Data + 0x100_0000,
                profile.SmallestGranule.PageShift
            );
        scene.IsPage(
            scene.Ask(AtosScene.Read(AtosType.Stage1)),
            AtosScene.Data + 0x100_0000,
            profile.SmallestGranule.PageShift
        );
    }

    private static void Configure(
        AtosScene scene,
        Stage2Tables second,
        PhysicalAddress cds,
        S1Dss dss
    )
    {
        scene.Rig.StoreSte(
            AtosScene.Nic,
            second.Into(TranslationRig.Stage1(cds) with { S1CDMax = 1, S1DSS = dss })
        );
        scene.Rig.Send(new CfgiSte { StreamID = AtosScene.Nic });
        scene.Rig.Send(new CfgiCdAll { StreamID = AtosScene.Nic });
    }

    private static string? CannotNest(Profile profile) => AtosScene.CannotNest(profile);
}
