using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Page requests that find no room: overflow, and what the SMMU answers itself (§8.1, §8.2).</summary>
public sealed class PriOverflowCases
{
    private static StreamId Nic => AtsScene.Nic;

    public static IEnumerable<string> Messages => ["last", "not-last", "marker"];

    public static IEnumerable<string> Broken => ["stream", "ste-fetch", "ste"];

    public static IEnumerable<bool> Parameters => [false, true];

    /// <summary>§8.1: whatever meets a full queue starts the overflow; only the last request of a group is answered.</summary>
    [Case("hw.pri.overflow.starts", Level.Architecture, "pri.002", "pri.024", "pri.026", "pri.045")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    [Rows(nameof(Messages))]
    public void Whatever_meets_a_full_queue_starts_an_overflow(Profile profile, string row)
    {
        var scene = new PriScene(profile);
        scene.Fill();
        Assert.False(scene.Producer.OVFLG);

        if (row == "marker")
            scene.Stop(pasid: 1);
        else
            scene.Ask(group: 7, last: row == "last");

        Assert.True(scene.Producer.OVFLG);
        Assert.Equal((uint)PriScene.Entries, scene.Producer.WR);
        if (row == "last")
            Assert.Equal(
                new PageResponse(Nic, null, 7, PrgResponseCode.Success),
                Assert.Single(scene.Device.Responses)
            );
        else
            Assert.Empty(scene.Device.Responses);
    }

    /// <summary>§8.1: room alone does not end it; the acknowledge does.</summary>
    [Case("hw.pri.overflow.stands", Level.Architecture, "pri.018", "pri.025", "pri.026")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void Until_it_is_acknowledged_nothing_is_written_room_or_not(Profile profile)
    {
        var scene = new PriScene(profile);
        scene.Fill();
        scene.Ask(group: 7);

        scene.Consume(acknowledge: false);
        scene.Ask(group: 8);
        scene.Ask(group: 9, last: false);

        Assert.Equal((uint)PriScene.Entries, scene.Producer.WR);
        Assert.True(scene.Producer.OVFLG, "the flag is not toggled while the condition stands");
        Assert.Equal(
            new ushort[] { 7, 8 },
            scene.Device.Responses.Select(response => response.PRGIndex)
        );

        scene.Consume();
        scene.Ask(group: 10);
        Assert.Equal((uint)PriScene.Entries + 1, scene.Producer.WR);
        Assert.Equal(10, scene.At(0).PRGIndex);
        Assert.True(scene.Producer.OVFLG);
    }

    /// <summary>§8.1: the PASID of the answer, as PPS and PPAR say.</summary>
    [Case("hw.pri.overflow.pasid", Level.Architecture, "pri.029", "pri.038", "pri.002")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    [Rows(nameof(Parameters))]
    public void The_answer_has_the_PASID_that_the_device_expects(Profile profile, bool ppar)
    {
        var scene = new PriScene(profile);
        scene.Rig.StoreSte(
            Nic,
            new Ste
            {
                V = true,
                Config = SteConfig.Bypass,
                PPAR = ppar,
            }
        );
        scene.Rig.Send(new CfgiSte { StreamID = Nic });
        scene.Fill();

        scene.Ask(group: 0x101, pasid: 1);

        Assert.Equal(
            new PageResponse(
                Nic,
                profile.IDR3.PPS || ppar ? new SubstreamId(1) : null,
                0x101,
                PrgResponseCode.Success
            ),
            Assert.Single(scene.Device.Responses)
        );
    }

    /// <summary>§8.1: without an entry to ask the answer is a failure; recorded as REC_CFG_ATS says.</summary>
    [Case("hw.pri.overflow.no-entry", Level.Architecture, "pri.030", "events.097", "pri.002")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    [AppliesWhere("SMMU_IDR3.PPS", 0)]
    [Rows(nameof(Broken))]
    public void Where_PPAR_cannot_be_read_the_answer_is_a_failure(Profile profile, string row)
    {
        var scene = new PriScene(profile);
        var rig = scene.Rig;
        StreamId stream = row == "stream" ? 1u << 6 : Nic;
        var device = new AddressTranslationCache(rig.Smmu, stream);
        rig.Smmu.Connect(device);
        if (row == "ste-fetch")
            rig.Memory.AbortRange(rig.SteAt(Nic), 64);
        rig.Send(CfgiSteRange.All);
        scene.Fill();

        scene.Ask(group: 2, pasid: 1, stream: stream);

        Assert.Equal(
            new PageResponse(stream, null, 2, PrgResponseCode.ResponseFailure),
            Assert.Single(device.Responses)
        );
        Assert.Empty(rig.TakeEvents());
    }

    /// <summary>§8.1: with REC_CFG_ATS what was wrong is recorded.</summary>
    [Case("hw.pri.overflow.no-entry-recorded", Level.Architecture, "events.097", "events.026")]
    [AppliesIf(nameof(CannotRecord))]
    [Rows(nameof(Broken))]
    public void With_REC_CFG_ATS_what_was_wrong_is_recorded(Profile profile, string row)
    {
        // Both kinds of profile with ATSRECERR have PPS, which asks no entry: without it they do.
        var scene = new PriScene(profile with { IDR3 = profile.IDR3 with { PPS = false } });
        var rig = scene.Rig;
        scene.Enable(smmu: false);
        rig.Write32(
            Cr2.Offset,
            TranslationRig.Word(new Cr2 { REC_CFG_ATS = true, RECINVSID = true })
        );
        scene.Enable();
        StreamId stream = row == "stream" ? 1u << 6 : Nic;
        if (row == "ste-fetch")
            rig.Memory.AbortRange(rig.SteAt(Nic), 64);
        rig.Send(CfgiSteRange.All);
        scene.Fill();

        scene.Ask(group: 2, pasid: 1, stream: stream);

        var record = rig.TakeEvent();
        Assert.True(
            row switch
            {
                "stream" => record.Is<CBadStreamid>(),
                "ste-fetch" => record.Is<FSteFetch>(),
                _ => record.Is<CBadSte>(),
            },
            $"{row} was recorded as {record}"
        );
    }

    /// <summary>§8.2, §6.3.9.5: while the queue is off every request is refused; CR0ACK shows PRIQEN alone.</summary>
    [Case("hw.pri.off", Level.Architecture, "pri.009", "pri.012", "pri.035", "pri.038", "ats.076")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    [Rows(nameof(Parameters))]
    public void While_the_queue_is_off_every_request_is_refused(Profile profile, bool smmu)
    {
        var scene = new PriScene(profile);
        scene.Enable(pages: !smmu, smmu: smmu);
        Assert.Equal(!smmu, new Cr0(scene.Rig.Smmu.Read32(Cr0Ack.Offset)).PRIQEN);

        scene.Ask(group: 0x33, pasid: 1);
        scene.Ask(group: 0x34, last: false);

        Assert.Equal(0u, scene.Producer.WR);
        Assert.Equal(
            [
                new PageResponse(Nic, null, 0x33, PrgResponseCode.ResponseFailure),
                new PageResponse(Nic, null, 0x34, PrgResponseCode.ResponseFailure),
            ],
            scene.Device.Responses
        );
    }

    /// <summary>§6.3.9.5: once the Update is complete all entries stand in memory, and no more come.</summary>
    [Case("hw.pri.disabling", Level.Architecture, "pri.043")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void What_was_taken_before_the_queue_was_disabled_stands_in_it(Profile profile)
    {
        var scene = new PriScene(profile);
        scene.Ask(group: 1);
        scene.Ask(group: 2);

        scene.Enable(pages: false);
        scene.Ask(group: 3);

        Assert.Equal(2u, scene.Producer.WR);
        Assert.Equal((1, 2), (scene.At(0).PRGIndex, scene.At(1).PRGIndex));
        Assert.Equal(0ul, scene.Rig.Memory.Read64(scene.Queue + 32));
    }

    /// <summary>§8.2, §7.2.2: an entry that cannot be written is an error, and is refused unless that came too late.</summary>
    [Case("hw.pri.abort", Level.Architecture, "pri.034", "pri.035", "pri.044", "gerror.010")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void An_entry_that_cannot_be_written_is_PRIQ_ABT_ERR(Profile profile)
    {
        var scene = new PriScene(profile);
        scene.Ask(group: 1);
        scene.TakeInterrupt();
        scene.Rig.Memory.AbortRange(scene.Queue + 16, 16);

        scene.Ask(group: 2);

        var active = new GError(
            scene.Rig.Smmu.Read32(GError.Offset) ^ scene.Rig.Smmu.Read32(GErrorN.Offset)
        );
        Assert.True(active.PRIQ_ABT_ERR);
        Assert.False(scene.TakeInterrupt());
        // Synchronous: nothing moved, and the device was told. Asynchronous: it was not.
        var told = scene.Device.Responses.Select(r => (r.PRGIndex, r.Code, r.Pasid)).ToList();
        if (scene.Producer.WR == 1)
            Assert.Equal([(2, PrgResponseCode.ResponseFailure, null)], told);
        else
            Assert.Empty(told);
        var before = (scene.Producer.WR, told.Count);

        // While the error is active every request is refused.
        scene.Ask(group: 3, last: false);
        scene.Ask(group: 4);
        Assert.Equal(before, (scene.Producer.WR, scene.Device.Responses.Count - 2));
        Assert.All(
            scene.Device.Responses.Skip(before.Count),
            response => Assert.Equal(PrgResponseCode.ResponseFailure, response.Code)
        );
    }

    private static string? CannotRecord(Profile profile) =>
        !profile.IDR0.PRI ? "SMMU_IDR0.PRI is 0"
        : !profile.IDR0.ATSRECERR ? "SMMU_IDR0.ATSRECERR is 0"
        : profile.IDR1.SSIDSIZE == 0 ? "SMMU_IDR1.SSIDSIZE is 0"
        : null;
}
