using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Stalls whose record cannot be written at once, and what may still be written after a change (§7.2.1, §4.7.3).</summary>
public sealed class StallRecordCases
{
    /// <summary>§7.2.1, §4.7.3: the old fault is not told after what it was about is gone; the transaction is retried.</summary>
    [Case("hw.stall.retried-for-room", Level.Architecture, "stall.012", "stall.053", "events.016")]
    [AppliesIf(nameof(CannotStall))]
    public void A_stall_without_record_is_retried_after_an_invalidation(Profile profile)
    {
        var scene = new StallScene(profile);
        scene.FillQueue();
        var stalled = scene.Stall();

        scene.Tables.Map(StallScene.Missing, StallScene.Data);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());
        Drain(scene);
        scene.Rig.Machine.Run();

        Assert.Equal(StallScene.Data, stalled.Answer?.Address);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§7.2.1: what is recorded is the fault of the retry.</summary>
    [Case("hw.stall.other-fault", Level.Architecture, "stall.059", "stall.053", "events.016")]
    [AppliesIf(nameof(CannotStall))]
    public void A_retry_for_room_records_the_fault_that_it_meets(Profile profile)
    {
        var scene = new StallScene(profile);
        scene.FillQueue();
        var stalled = scene.Stall();

        var privileged = scene.Tables.Leaf(StallScene.Data) with
        {
            AP = Stage1Ap.PrivilegedReadWrite,
        };
        scene.Tables.Put(StallScene.Missing, 3, privileged.Word(0));
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());
        Drain(scene);

        var record = scene.Rig.TakeEvent();
        Assert.True(record.Is<FPermission>(), $"expected F_PERMISSION, was {record}");
        Assert.True(record.As<FPermission>().Stall);
        Assert.Null(stalled.Answer);
    }

    /// <summary>§7.2.1, §3.12: a retry that terminates makes an ordinary record, and the transaction ends.</summary>
    [Case("hw.stall.retry-for-room-ends", Level.Architecture, "stall.059", "stall.012")]
    [AppliesIf(nameof(CannotStall))]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0)]
    public void A_retry_for_room_may_end_the_transaction(Profile profile)
    {
        var scene = new StallScene(profile);
        scene.FillQueue();
        var stalled = scene.Stall();

        scene.Rig.Store(scene.Context, scene.Rig.ContextOf(scene.Tables));
        scene.Rig.Send(new CfgiCd { StreamID = StallScene.Nic, Leaf = true });
        scene.Rig.Send(new Sync());
        Drain(scene);

        Assert.False(scene.Rig.TakeEvent().As<FTranslation>().Stall);
        Assert.Equal(FaultResponse.Abort, stalled.Answer?.Response);
        Assert.Empty(scene.Rig.Smmu.Stalled);
    }

    /// <summary>§7.2.2: nobody can resume it, so the stream has to be terminated.</summary>
    [Case("hw.stall.lost-record", Level.Architecture, "stall.064")]
    [AppliesIf(nameof(CannotStall))]
    public void A_stall_whose_record_meets_an_abort_waits_for_a_termination(Profile profile)
    {
        var scene = new StallScene(profile);
        var rig = scene.Rig;
        rig.Memory.AbortRange(rig.Events, 32ul << TranslationRig.QueueLog2);
        var stalled = scene.Stall();
        Assert.True(new GError(rig.Smmu.Read32(GError.Offset)).EVENTQ_ABT_ERR);
        rig.Memory.ClearAborts();

        rig.Write32(GErrorN.Offset, rig.Smmu.Read32(GError.Offset));
        Assert.Empty(rig.TakeEvents());
        Assert.Null(stalled.Answer);

        scene.Replace(new Ste { V = true, Config = SteConfig.Abort });
        rig.Send(new StallTerm { StreamID = StallScene.Nic });
        rig.Machine.Run();
        Assert.Equal(FaultResponse.Abort, stalled.Answer?.Response);
    }

    private static void Drain(StallScene scene) =>
        Assert.All(
            scene.Rig.TakeEvents(),
            record => Assert.True(record.Is<CBadStreamid>(), $"left from before: {record}")
        );

    private static string? CannotStall(Profile profile) => StallScene.Refusal(profile);
}
