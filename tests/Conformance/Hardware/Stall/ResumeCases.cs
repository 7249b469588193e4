using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What a stall is, and what CMD_RESUME makes of it (§3.12.2, §4.7.1).</summary>
public sealed class ResumeCases
{
    /// <summary>How a stall is ended, and what the device sees of it by TERM_MODEL.</summary>
    public sealed record Ending(bool Ab)
    {
        public override string ToString() => Ab ? "Ab1" : "Ab0";
    }

    public static IEnumerable<Ending> Endings => [new(false), new(true)];

    /// <summary>§3.12.2, §5.5: CD.R does not matter, and nothing is answered.</summary>
    [Case("hw.stall.no-answer", Level.Architecture, "stall.007", "stall.040")]
    [AppliesIf(nameof(CannotStall))]
    public void A_stall_is_recorded_without_R_and_answered_by_nobody(Profile profile)
    {
        var scene = new StallScene(profile, adjust: cd => cd with { R = false });

        var stalled = scene.Stall();
        var record = scene.TakeStall();
        scene.Rig.Machine.Run();

        Assert.Equal(StallScene.Nic, record.StreamID);
        Assert.Equal(StallScene.Missing, record.InputAddr);
        Assert.Null(stalled.Answer);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§3.12.2, §4.7.3: as if it had just arrived, and without a CMD_SYNC.</summary>
    [Case(
        "hw.stall.retry",
        Level.Architecture,
        "stall.008",
        "stall.031",
        "stall.036",
        "commands.034"
    )]
    [AppliesIf(nameof(CannotStall))]
    public void A_retry_uses_the_tables_of_now(Profile profile)
    {
        var scene = new StallScene(profile);
        var stalled = scene.Stall();
        var record = scene.TakeStall();

        scene.Tables.Map(StallScene.Missing, StallScene.Data);
        scene.Resume(record, ResumeAction.Retry);
        scene.Rig.Machine.Run();

        Assert.Equal(StallScene.Data, stalled.Answer?.Address);
        Assert.Empty(scene.Rig.TakeEvents());
        Assert.Empty(scene.Rig.Smmu.Stalled);
    }

    /// <summary>§3.12.2: also the configuration of now, which may terminate it.</summary>
    [Case("hw.stall.retry-terminates", Level.Architecture, "stall.008")]
    [AppliesIf(nameof(CannotStall))]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0)]
    public void A_retry_uses_the_configuration_of_now(Profile profile)
    {
        var scene = new StallScene(profile);
        var stalled = scene.Stall();
        var record = scene.TakeStall();

        scene.Rig.Store(scene.Context, scene.Rig.ContextOf(scene.Tables) with { S = false });
        scene.Rig.Send(new CfgiCd { StreamID = StallScene.Nic, Leaf = true });
        scene.Rig.Send(new Sync());
        scene.Resume(record, ResumeAction.Retry);
        scene.Rig.Machine.Run();

        Assert.Equal(TranslationResult.Faulted, stalled.Answer?.Result);
        Assert.Equal(FaultResponse.Abort, stalled.Answer?.Response);
        Assert.False(scene.Rig.TakeEvent().As<FTranslation>().Stall);
    }

    /// <summary>§3.12.2: a fault of a retry is a new one, with a tag of its own.</summary>
    [Case("hw.stall.retry-stalls", Level.Architecture, "stall.008", "stall.011")]
    [AppliesIf(nameof(CannotStall))]
    public void A_retry_that_faults_again_is_recorded_again(Profile profile)
    {
        var scene = new StallScene(profile);
        var stalled = scene.Stall();
        var first = scene.TakeStall();

        scene.Resume(first, ResumeAction.Retry);
        scene.Rig.Machine.Run();
        var second = scene.TakeStall();

        Assert.Null(stalled.Answer);
        Assert.Equal(StallScene.Missing, second.InputAddr);
        scene.Resume(second, ResumeAction.Terminate, abort: true);
        scene.Rig.Machine.Run();
        Assert.NotNull(stalled.Answer);
    }

    /// <summary>§4.7.1: Ab chooses, unless TERM_MODEL knows only the abort.</summary>
    [Case("hw.stall.terminate", Level.Architecture, "stall.027", "stall.031")]
    [AppliesIf(nameof(CannotStall))]
    [Rows(nameof(Endings))]
    public void A_termination_aborts_or_reads_zero(Profile profile, Ending row)
    {
        var scene = new StallScene(profile);
        var stalled = scene.Stall();

        scene.Resume(scene.TakeStall(), ResumeAction.Terminate, row.Ab);
        scene.Rig.Machine.Run();

        var aborts = row.Ab || profile.IDR0.TERM_MODEL;
        Assert.Equal(TranslationResult.Aborted, stalled.Answer?.Result);
        Assert.Equal(
            aborts ? FaultResponse.Abort : FaultResponse.ReadZeroWriteIgnored,
            stalled.Answer?.Response
        );
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§4.7.1: at stage 2 too, where a terminated fault would always abort.</summary>
    [Case("hw.stall.terminate-stage2", Level.Architecture, "stall.027")]
    [AppliesIf(nameof(CannotStall2))]
    [Rows(nameof(Endings))]
    public void A_termination_of_a_stage_2_stall_follows_Ab_as_well(Profile profile, Ending row)
    {
        var rig = new TranslationRig(profile);
        rig.AttachStage2(StallScene.Nic, adjustEntry: entry => entry with { S2S = true });
        Assert.True(rig.Access(StallScene.Nic, 0x9000_0000).Stalled);
        var stalled = Assert.Single(rig.Smmu.Stalled);

        var tag = rig.TakeEvent().As<FTranslation>().STAG;
        rig.Send(
            new Resume
            {
                StreamID = StallScene.Nic,
                STAG = tag,
                Ab = row.Ab,
            }
        );
        rig.Machine.Run();

        Assert.Equal(
            row.Ab || profile.IDR0.TERM_MODEL
                ? FaultResponse.Abort
                : FaultResponse.ReadZeroWriteIgnored,
            stalled.Answer?.Response
        );
    }

    /// <summary>§3.12.2: stream and tag together; a guest that makes tags up reaches nobody else's.</summary>
    [Case("hw.stall.identity", Level.Architecture, "stall.010")]
    [AppliesIf(nameof(CannotStall))]
    public void A_resume_reaches_only_the_stream_and_tag_it_names(Profile profile)
    {
        var scene = new StallScene(profile);
        var mine = scene.Stall();
        var record = scene.TakeStall();

        scene.Rig.Send(
            new Resume
            {
                StreamID = StallScene.Other,
                STAG = record.STAG,
                Ab = true,
            }
        );
        scene.Rig.Send(
            new Resume
            {
                StreamID = StallScene.Nic,
                STAG = unchecked((ushort)(record.STAG + 1)),
                Ab = true,
            }
        );
        scene.Rig.Machine.Run();
        Assert.Null(mine.Answer);

        scene.Resume(record, ResumeAction.Terminate, abort: true);
        scene.Rig.Machine.Run();
        Assert.NotNull(mine.Answer);
    }

    /// <summary>§4.3.8: invalidations do not release what is stalled.</summary>
    [Case("hw.stall.invalidation", Level.Architecture, "stall.025")]
    [AppliesIf(nameof(CannotStall))]
    public void Invalidations_release_no_stall(Profile profile)
    {
        var scene = new StallScene(profile);
        var stalled = scene.Stall();
        scene.TakeStall();

        scene.Tables.Map(StallScene.Missing, StallScene.Data);
        scene.Rig.Send(CfgiSteRange.All);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());
        scene.Rig.Machine.Run();

        Assert.Null(stalled.Answer);
        Assert.Same(stalled, Assert.Single(scene.Rig.Smmu.Stalled));
    }

    /// <summary>§3.12.5, §15: a stall holds one transaction.</summary>
    [Case("hw.stall.others-pass", Level.Architecture, "stall.058", "stall.061")]
    [AppliesIf(nameof(CannotStall))]
    public void Other_transactions_pass_or_end_while_one_is_stalled_and_the_queue_is_full(
        Profile profile
    )
    {
        var scene = new StallScene(profile);
        scene.FillQueue();
        scene.Stall();

        var same = scene.Rig.Access(StallScene.Nic, StallScene.Mapped);
        var ended = scene.Rig.Access(0x7fff_ffff, 0x1000);

        Assert.Equal(StallScene.Data, same.Address);
        Assert.False(ended.Stalled);
        Assert.Equal(FaultResponse.Abort, ended.Response);
    }

    private static string? CannotStall(Profile profile) => StallScene.Refusal(profile);

    private static string? CannotStall2(Profile profile) =>
        !profile.IDR0.S2P ? "SMMU_IDR0.S2P is 0"
        : profile.CanStall ? null
        : $"SMMU_IDR0.STALL_MODEL is {profile.IDR0.STALL_MODEL}";
}
