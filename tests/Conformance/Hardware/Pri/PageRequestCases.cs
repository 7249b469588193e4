using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Page requests that find room: what stands in the queue, and who is told (§8, §6.3.36).</summary>
public sealed class PageRequestCases
{
    private static StreamId Nic => AtsScene.Nic;

    /// <summary>§8: the entry is what the device said.</summary>
    [Case("hw.pri.entry", Level.Architecture, "pri.019", "pri.037", "pri.046")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void A_request_stands_in_the_queue_as_the_device_said_it(Profile profile)
    {
        // Neither EATS nor ATSCHK counts: there is no entry for the stream at all.
        var scene = new PriScene(profile);

        scene.Ask(group: 0x155, pasid: 3, privileged: true, execute: true);

        Assert.Equal(1u, scene.Producer.WR);
        var entry = scene.At(0);
        Assert.Equal((Nic, (ushort)0x155), (entry.StreamID, entry.PRGIndex));
        Assert.Equal((true, true, true), (entry.Last, entry.W, entry.R));
        Assert.Equal(0x40_0000ul + (0x155 * 0x1000), entry.PageAddress.Value);
        // SSIDSIZE 0: there are no PASIDs, and nothing that comes with one.
        var pasids = profile.IDR1.SSIDSIZE > 0;
        Assert.Equal((pasids, pasids, pasids), (entry.SSV, entry.X, entry.Priv));
        if (pasids)
            Assert.Equal(3u, entry.SubstreamID.Value);
        Assert.Empty(scene.Device.Responses);
    }

    /// <summary>§8: without a PASID there is no privilege and no execution.</summary>
    [Case("hw.pri.entry-without-pasid", Level.Architecture, "pri.019")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void Without_a_PASID_X_and_Priv_are_0(Profile profile)
    {
        var scene = new PriScene(profile);

        scene.Ask(group: 1, privileged: true, execute: true);

        var entry = scene.At(0);
        Assert.Equal((false, false, false), (entry.SSV, entry.X, entry.Priv));
    }

    /// <summary>§8: LWR = 0b100 is a marker only with a PASID.</summary>
    [Case("hw.pri.stop-marker", Level.Architecture, "pri.020", "pri.035")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    public void A_stop_marker_is_recorded_and_never_answered(Profile profile)
    {
        var scene = new PriScene(profile);

        scene.Stop(pasid: 1);
        var entry = scene.At(0);
        Assert.Equal((true, true, false, false), (entry.SSV, entry.Last, entry.W, entry.R));

        // While the queue is off requests are answered: a marker is not, but what only looks like one is.
        scene.Enable(pages: false);
        scene.Stop(pasid: 1);
        Assert.Empty(scene.Device.Responses);
        scene.Ask(group: 9, last: true, write: false, read: false);
        Assert.Equal(PrgResponseCode.ResponseFailure, Assert.Single(scene.Device.Responses).Code);
    }

    /// <summary>§6.3.36: LO = 0 tells of a queue that is no longer empty.</summary>
    [Case("hw.pri.interrupt-not-empty", Level.Architecture, "pri.015", "pri.046", "pri.041")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void Without_LO_the_interrupt_tells_of_a_queue_no_longer_empty(Profile profile)
    {
        var scene = new PriScene(profile);

        scene.Ask(group: 1, last: false);
        Assert.True(scene.TakeInterrupt());
        scene.Ask(group: 1, last: true);
        Assert.False(scene.TakeInterrupt());

        scene.Consume();
        scene.Ask(group: 2, last: false);
        Assert.True(scene.TakeInterrupt());
    }

    /// <summary>§6.3.36: LO = 1 tells of the last of a group, also of one that an overflow takes.</summary>
    [Case("hw.pri.interrupt-last", Level.Architecture, "pri.015", "pri.041")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void With_LO_the_interrupt_tells_of_the_last_of_a_group(Profile profile)
    {
        var scene = new PriScene(profile, last: true);

        scene.Ask(group: 1, last: false);
        Assert.False(scene.TakeInterrupt());
        scene.Ask(group: 1, last: true);
        Assert.True(scene.TakeInterrupt());
        scene.Ask(group: 2, last: true);
        Assert.True(scene.TakeInterrupt());

        scene.Ask(group: 3, last: false);
        scene.Ask(group: 4, last: false);
        Assert.False(scene.TakeInterrupt());
        scene.Ask(group: 4, last: true);
        Assert.True(scene.TakeInterrupt(), "the last request was dropped for overflow");

        // Dropped for another reason: nobody is told.
        scene.Enable(pages: false);
        scene.Ask(group: 5, last: true);
        Assert.False(scene.TakeInterrupt());
    }

    /// <summary>§4.5.2: the answer reaches the device that asked, with its group.</summary>
    [Case("hw.pri.response", Level.Architecture, "pri.019")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    [Rows(nameof(Answers))]
    public void CMD_PRI_RESP_answers_the_device(Profile profile, PriResponse row)
    {
        var scene = new PriScene(profile);
        var pasid = profile.IDR1.SSIDSIZE > 0;

        scene.Rig.Send(
            new PriResp
            {
                StreamID = Nic,
                SSV = pasid,
                SubstreamID = pasid ? 1u : 0,
                PRGIndex = 0x1ff,
                Resp = row,
            }
        );

        var code = row switch
        {
            PriResponse.Success => PrgResponseCode.Success,
            PriResponse.Invalid => PrgResponseCode.InvalidRequest,
            _ => PrgResponseCode.ResponseFailure,
        };
        Assert.Equal(
            new PageResponse(Nic, pasid ? new SubstreamId(1) : null, 0x1ff, code),
            Assert.Single(scene.Device.Responses)
        );
    }

    /// <summary>§6.3.9.6, §4.5.2: while translation is off nobody is answered.</summary>
    [Case("hw.pri.response-off", Level.Architecture, "ats.076")]
    [AppliesWhere("SMMU_IDR0.PRI", 1)]
    public void While_translation_is_off_CMD_PRI_RESP_is_ignored(Profile profile)
    {
        var scene = new PriScene(profile);
        scene.Enable(smmu: false);

        scene.Rig.Send(new PriResp { StreamID = Nic, Resp = PriResponse.Success });

        Assert.Empty(scene.Device.Responses);
    }

    public static IEnumerable<PriResponse> Answers =>
        [PriResponse.Failure, PriResponse.Invalid, PriResponse.Success];
}
