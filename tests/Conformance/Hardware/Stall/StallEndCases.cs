using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>CMD_STALL_TERM, SMMUEN and early retries: stalls that end without a CMD_RESUME (§4.7.2, §6.3.9.6, §3.12.2.2).</summary>
public sealed class StallEndCases
{
    private static readonly Ste Abort = new() { V = true, Config = SteConfig.Abort };

    /// <summary>§4.7.2: whatever CD.A says; other streams are not touched.</summary>
    [Case("hw.stall.term", Level.Architecture, "stall.065", "stall.033")]
    [AppliesIf(nameof(CannotStall))]
    public void A_stream_that_terminates_has_its_stalls_aborted(Profile profile)
    {
        var scene = new StallScene(profile, adjust: cd => cd with { A = profile.IDR0.TERM_MODEL });
        var mine = new[] { scene.Stall(), scene.Stall(StallScene.Missing + 0x1_0000) };
        var other = scene.Stall(stream: StallScene.Other);

        scene.Replace(Abort);
        scene.Rig.Send(new StallTerm { StreamID = StallScene.Nic });
        scene.Rig.Machine.Run();

        Assert.All(mine, stalled => Assert.Equal(FaultResponse.Abort, stalled.Answer?.Response));
        Assert.All(
            mine,
            stalled => Assert.Equal(TranslationResult.Aborted, stalled.Answer?.Result)
        );
        Assert.Null(other.Answer);
    }

    /// <summary>§4.7.2: what stalls after it was consumed is not its business.</summary>
    [Case("hw.stall.term-later", Level.Architecture, "stall.063")]
    [AppliesIf(nameof(CannotStall))]
    public void A_termination_does_not_touch_what_stalls_later(Profile profile)
    {
        var scene = new StallScene(profile);
        scene.Replace(Abort);
        scene.Rig.Send(new StallTerm { StreamID = StallScene.Nic });
        scene.Replace(TranslationRig.Stage1(scene.Context));

        var stalled = scene.Stall();
        scene.Rig.Machine.Run();

        Assert.Null(stalled.Answer);
        scene.TakeStall();
    }

    /// <summary>§6.3.9.6</summary>
    [Case("hw.stall.disable-aborts", Level.Architecture, "stall.065", "stall.051")]
    [AppliesIf(nameof(CannotStall))]
    public void Turning_translation_off_aborts_stalls_and_frees_their_tags(Profile profile)
    {
        var scene = new StallScene(profile, adjust: cd => cd with { A = profile.IDR0.TERM_MODEL });
        var stalled = scene.Stall();
        var record = scene.TakeStall();

        scene.Rig.Disable();
        scene.Rig.Machine.Run();

        Assert.Equal(TranslationResult.Aborted, stalled.Answer?.Result);
        Assert.Equal(FaultResponse.Abort, stalled.Answer?.Response);
        scene.Resume(record, ResumeAction.Retry);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§3.12.2.2, §7.2.1: it passes, and its record is acknowledged without harm; there is no second record.</summary>
    [Case("hw.stall.early-retry", Level.Architecture, "stall.017", "stall.018", "events.041")]
    [AppliesIf(nameof(CannotStall))]
    [Rows(nameof(Actions))]
    public void A_stall_may_pass_before_it_is_acknowledged(Profile profile, ResumeAction row)
    {
        var scene = new StallScene(profile, options => options with { RetryStallsEarly = true });
        var stalled = scene.Stall();
        var record = scene.TakeStall();
        scene.Rig.Machine.Run();
        Assert.Null(stalled.Answer);

        scene.Tables.Map(StallScene.Missing, StallScene.Data);
        scene.Rig.Machine.Run();
        Assert.Equal(StallScene.Data, stalled.Answer?.Address);

        scene.Resume(record, row, abort: true);
        scene.Rig.Machine.Run();
        Assert.Equal(StallScene.Data, stalled.Answer?.Address);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§3.12.2.2: nothing that was invalidated since is used.</summary>
    [Case("hw.stall.early-retry-fresh", Level.Architecture, "stall.017")]
    [AppliesIf(nameof(CannotStall))]
    public void An_early_retry_uses_nothing_that_was_invalidated(Profile profile)
    {
        var scene = new StallScene(profile, options => options with { RetryStallsEarly = true });
        var stalled = scene.Stall();
        scene.Tables.Map(StallScene.Missing, StallScene.Data);
        scene.Tables.Put(StallScene.Missing, 3, 0);
        scene.Rig.Send(new TlbiNsnhAll());
        scene.Rig.Send(new Sync());

        scene.Rig.Machine.Run();

        Assert.Null(stalled.Answer);
        scene.TakeStall();
    }

    public static IEnumerable<ResumeAction> Actions => [ResumeAction.Terminate, ResumeAction.Retry];

    private static string? CannotStall(Profile profile) => StallScene.Refusal(profile);
}
