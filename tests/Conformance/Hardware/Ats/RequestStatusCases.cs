using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Translation Requests that find ATS switched off, or the configuration broken (§3.9.1.2, §5.2 EATS, §7.3.6).</summary>
public sealed class RequestStatusCases
{
    private static StreamId Nic => AtsScene.Nic;

    public static IEnumerable<string> Off => ["smmuen", "bypass", "eats-0", "dpt"];

    public static IEnumerable<string> Broken =>
        ["stream", "ste-fetch", "ste", "substream", "stream-disabled", "walk", "cd-fetch", "cd"];

    /// <summary>§3.9.1.2: Unsupported Request, and F_BAD_ATS_TREQ.</summary>
    [Case(
        "hw.ats.request.off",
        Level.Architecture,
        "ats.017",
        "ats.058",
        "ats.076",
        "ats.082",
        "ats.083",
        "ats.100",
        "ats.104",
        "ats.099",
        "ats.064"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR3.DPT", 0)]
    [Rows(nameof(Off))]
    public void Where_ATS_is_off_a_request_is_unsupported_and_recorded(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        scene.SwitchOff(row);

        var completion = scene.Request(AtsScene.Here + 0x123, noWrite: true);

        Assert.Equal(AtsStatus.UnsupportedRequest, completion.Status);
        var record = scene.Rig.TakeEvent();
        Assert.True(record.Is<FBadAtsTreq>(), $"expected F_BAD_ATS_TREQ, was {record}");
        var told = record.As<FBadAtsTreq>();
        Assert.Equal((Nic, false), (told.StreamID, told.SSV));
        Assert.Equal((true, false, false, false), (told.R, told.W, told.X, told.P));
        Assert.Equal(1, told.Span);
        Assert.Equal(AtsScene.Here, told.InputAddr);
    }

    /// <summary>§7.3.6: what the device asked for, before any override.</summary>
    [Case("hw.ats.request.off-with-pasid", Level.Architecture, "ats.082", "ats.100")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    public void The_record_says_what_was_asked_for(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (_, cd) = scene.Attach();
        scene.Replace(
            TranslationRig.Stage1(cd) with
            {
                S1CDMax = 1,
                PRIVCFG = PrivCfg.Unprivileged,
                INSTCFG = InstCfg.Data,
            }
        );

        scene.Request(pasid: 1, execute: true, privileged: true);

        var told = scene.Rig.TakeEvent().As<FBadAtsTreq>();
        Assert.Equal((true, true, true, true), (told.R, told.W, told.X, told.P));
        Assert.Equal((true, 1u), (told.SSV, told.SubstreamID.Value));
    }

    /// <summary>§3.9.1.2, §5.2: split stages need ATSCHK.</summary>
    [Case("hw.ats.request.split-unchecked", Level.Architecture, "ats.019", "ats.010", "ats.062")]
    [AppliesIf(nameof(CannotSplit))]
    public void Without_ATSCHK_split_stages_are_no_ATS(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.AttachNested(Eats.SplitStage);
        scene.Configure(check: false);
        scene.Rig.Send(CfgiSteRange.All);

        Assert.Equal(AtsStatus.UnsupportedRequest, scene.Request().Status);
        Assert.True(scene.Rig.TakeEvent().Is<FBadAtsTreq>());
    }

    /// <summary>§6.3.9.2, §3.9.2: a new ATSCHK counts for entries that are read anew.</summary>
    [Case("hw.ats.request.check-changed", Level.Architecture, "ats.065", "ats.117")]
    [AppliesIf(nameof(CannotSplit))]
    public void After_an_invalidation_an_entry_goes_by_the_new_ATSCHK(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.AttachNested(Eats.SplitStage);
        Assert.Equal(AtsStatus.Success, scene.Request().Status);

        scene.Check(false);
        scene.Rig.Send(CfgiSteRange.All);
        scene.Rig.Send(new Sync());
        Assert.Equal(AtsStatus.UnsupportedRequest, scene.Request().Status);

        scene.Check(true);
        scene.Rig.Send(CfgiSteRange.All);
        scene.Rig.Send(new Sync());
        Assert.Equal(AtsStatus.Success, scene.Request().Status);
    }

    /// <summary>§3.9.1.2, §5.2: a stream that may do nothing is told, and nobody else.</summary>
    [Case("hw.ats.request.stream-aborts", Level.Architecture, "ats.018", "ats.058", "ats.104")]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void A_stream_that_aborts_gets_Unsupported_Request_in_silence(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Replace(
            new Ste
            {
                V = true,
                Config = SteConfig.Abort,
                EATS = Eats.Full,
            }
        );

        Assert.Equal(AtsStatus.UnsupportedRequest, scene.Request().Status);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§3.9.1.2: Completer Abort; nothing is recorded in the base set.</summary>
    [Case(
        "hw.ats.request.broken",
        Level.Architecture,
        "ats.022",
        "ats.023",
        "ats.059",
        "ats.083",
        "ats.085",
        "ats.099",
        "ats.105",
        "events.026"
    )]
    [AppliesIf(nameof(CannotBreak))]
    [Rows(nameof(Broken))]
    public void Broken_configuration_is_Completer_Abort_in_silence(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        scene.Configure(recordAll: false);
        var request = Break(scene, row);

        Assert.Equal(AtsStatus.CompleterAbort, scene.Device.Request(request).Status);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§6.3.12, §3.9.1.2: with REC_CFG_ATS everything is recorded that a transaction would have recorded.</summary>
    [Case(
        "hw.ats.request.broken-recorded",
        Level.Architecture,
        "ats.023",
        "ats.022",
        "ats.105",
        "events.026"
    )]
    [AppliesIf(nameof(CannotBreak))]
    [AppliesWhere("SMMU_IDR0.ATSRECERR", 1)]
    [Rows(nameof(Broken))]
    public void With_REC_CFG_ATS_broken_configuration_is_recorded(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        var request = Break(scene, row);

        Assert.Equal(AtsStatus.CompleterAbort, scene.Device.Request(request).Status);

        var records = scene.Rig.TakeEvents();
        // Of these two the manual says both or nothing: §5.2 S1DSS against §3.9.1.2, and C_BAD_CD is in no table.
        if (row is "stream-disabled" or "cd" && records.Count == 0)
            return;
        var record = Assert.Single(records);
        Assert.True(
            row switch
            {
                "stream" => record.Is<CBadStreamid>(),
                "ste-fetch" => record.Is<FSteFetch>(),
                "ste" => record.Is<CBadSte>(),
                "substream" => record.Is<CBadSubstreamid>(),
                "stream-disabled" => record.Is<FStreamDisabled>(),
                "walk" => record.Is<FWalkEabt>(),
                "cd-fetch" => record.Is<FCdFetch>(),
                _ => record.Is<CBadCd>(),
            },
            $"{row} was recorded as {record}"
        );
    }

    /// <summary>§3.9.1.2: C_BAD_STREAMID needs RECINVSID as well.</summary>
    [Case("hw.ats.request.unknown-stream", Level.Architecture, "ats.022", "ats.105")]
    [AppliesIf(nameof(CannotBreak))]
    [AppliesWhere("SMMU_IDR0.ATSRECERR", 1)]
    public void Without_RECINVSID_an_unknown_stream_is_not_recorded(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.Configure(recordStreams: false);

        var completion = scene.Rig.Smmu.Request(new AtsRequest { Stream = 1u << 6 });

        Assert.Equal(AtsStatus.CompleterAbort, completion.Status);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§3.9: a PASID that does not fit may be refused or cut, but is nobody else's.</summary>
    [Case("hw.ats.request.wide-pasid", Level.Architecture, "ats.118")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1, AtMost = 19)]
    public void A_PASID_beyond_SSIDSIZE_is_refused_or_cut(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.AttachSubstreams(S1Dss.Terminate);

        var completion = scene.Request(pasid: 1u << profile.IDR1.SSIDSIZE | 1);

        if (completion.Status == AtsStatus.Success)
            Assert.Equal(AtsScene.Data.Value, completion.Address);
        else
            Assert.Equal(AtsStatus.CompleterAbort, completion.Status);
        scene.Rig.TakeEvents();
        Assert.Equal(AtsScene.Data.Value, scene.Request(pasid: 1).Address);
    }

    private static AtsRequest Break(AtsScene scene, string row)
    {
        var rig = scene.Rig;
        var request = new AtsRequest { Address = AtsScene.Here };
        if (row is "stream" or "ste-fetch" or "ste")
        {
            scene.BreakEntry(row);
            return request;
        }
        if (row is "substream" or "stream-disabled")
        {
            scene.AttachSubstreams(S1Dss.Terminate);
            return row == "substream"
                ? request with
                {
                    SubstreamValid = true,
                    Substream = 2,
                }
                : request;
        }
        var (tables, cd) = scene.Attach();
        switch (row)
        {
            case "walk":
                rig.Memory.AbortRange(tables.SlotOf(AtsScene.Here, 3), 8);
                break;
            case "cd-fetch":
                rig.Memory.AbortRange(cd, 64);
                break;
            default:
                rig.Store(cd, rig.ContextOf(tables) with { V = false });
                break;
        }
        rig.Send(CfgiSteRange.All);
        rig.Send(new Sync());
        return request;
    }

    private static string? CannotSplit(Profile profile) => AtsScene.CannotSplit(profile);

    private static string? CannotBreak(Profile profile) => AtsScene.CannotNameSubstreams(profile);
}
