using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Stall tags: which are in use, how many there may be, and stalls that make no record of their own (§3.12.2, §6.3.6).</summary>
public sealed class StallTagCases
{
    private const ulong Page = 0x1_0000;

    /// <summary>Whether the second of two stalls tells something new.</summary>
    public sealed record Second(string Name, ulong Offset, bool Write, bool Privileged, bool Other)
    {
        public override string ToString() => Name;
    }

    public static IEnumerable<Second> Dissimilar =>
        [
            new("page", Page, false, false, false),
            new("write", 0, true, false, false),
            new("privileged", 0, false, true, false),
            new("stream", 0, false, false, true),
        ];

    /// <summary>§3.12.2</summary>
    [Case("hw.stall.tags-differ", Level.Architecture, "stall.011")]
    [AppliesIf(nameof(CannotStall))]
    public void Tags_of_outstanding_stalls_differ(Profile profile)
    {
        var scene = new StallScene(profile);
        var most = Math.Min((int)profile.IDR5.STALL_MAX, 20);

        for (var i = 0; i < most; i++)
            scene.Stall(StallScene.Missing + (ulong)i * Page);
        var tags = scene.Rig.TakeEvents().Select(r => r.As<FTranslation>().STAG).ToList();

        Assert.Equal(most, tags.Count);
        Assert.Equal(tags, tags.Distinct());
    }

    /// <summary>§6.3.6, §4.7.1: the record of one more waits for a tag, which an acknowledge gives back.</summary>
    [Case("hw.stall.most", Level.Architecture, "stall.042", "stall.032")]
    [AppliesIf(nameof(CannotStallFew))]
    public void No_more_stalls_are_recorded_than_STALL_MAX(Profile profile)
    {
        var scene = new StallScene(profile);
        var most = profile.IDR5.STALL_MAX;
        for (var i = 0; i <= most; i++)
            scene.Stall(StallScene.Missing + (ulong)i * Page);
        var records = scene.Rig.TakeEvents();
        Assert.Equal(most, records.Count);

        scene.Resume(records[0].As<FTranslation>(), ResumeAction.Terminate, abort: true);
        scene.Rig.Machine.Run();

        Assert.Equal(StallScene.Missing + most * Page, scene.TakeStall().InputAddr);
    }

    /// <summary>§4.7.1: tags do not run out.</summary>
    [Case("hw.stall.tag-returns", Level.Architecture, "stall.032")]
    [AppliesIf(nameof(CannotStallFew))]
    public void Each_resume_gives_its_tag_back(Profile profile)
    {
        var scene = new StallScene(profile);

        for (var i = 0; i < 3 * profile.IDR5.STALL_MAX; i++)
        {
            scene.Stall(StallScene.Missing + (ulong)i * Page);
            scene.Resume(scene.TakeStall(), ResumeAction.Terminate, abort: true);
            scene.Rig.Machine.Run();
        }

        Assert.Empty(scene.Rig.Smmu.Stalled);
    }

    /// <summary>§7.3.1: STE.MEV permits no merging of stalls.</summary>
    [Case("hw.stall.not-merged", Level.Architecture, "stall.055")]
    [AppliesIf(nameof(CannotStall))]
    public void Stalls_are_never_merged(Profile profile)
    {
        var scene = new StallScene(
            profile,
            options => options with { SuppressDuplicateStalls = false, MergeEvents = true }
        );
        scene.Replace(TranslationRig.Stage1(scene.Context) with { MEV = true });

        scene.Stall();
        scene.Stall();

        var tags = scene.Rig.TakeEvents().Select(r => r.As<FTranslation>().STAG).ToList();
        Assert.Equal(2, tags.Count);
        Assert.NotEqual(tags[0], tags[1]);
    }

    /// <summary>§3.12.2.1: only what tells nothing new may be suppressed.</summary>
    [Case("hw.stall.dissimilar", Level.Architecture, "stall.014", "stall.062")]
    [AppliesIf(nameof(CannotStall))]
    [Rows(nameof(Dissimilar))]
    public void A_stall_that_differs_is_recorded_while_others_wait(Profile profile, Second row)
    {
        var scene = new StallScene(profile);
        scene.Stall();
        scene.TakeStall();

        scene.Stall(
            StallScene.Missing + row.Offset,
            row.Other ? StallScene.Other : StallScene.Nic,
            row.Write,
            row.Privileged
        );

        scene.TakeStall();
        Assert.Equal(2, scene.Rig.Smmu.Stalled.Count);
    }

    /// <summary>§3.12.2.1: what was suppressed is retried and recorded, even if the first is terminated.</summary>
    [Case("hw.stall.suppressed", Level.Architecture, "stall.014", "stall.015")]
    [AppliesIf(nameof(CannotStall))]
    public void A_suppressed_stall_is_retried_when_the_recorded_one_is_acknowledged(Profile profile)
    {
        var scene = new StallScene(profile);
        var first = scene.Stall();
        var second = scene.Stall(StallScene.Missing + 0x40);
        var record = scene.TakeStall();
        Assert.Equal(StallScene.Missing, record.InputAddr);

        scene.Resume(record, ResumeAction.Terminate, abort: true);
        scene.Rig.Machine.Run();

        Assert.NotNull(first.Answer);
        Assert.Null(second.Answer);
        Assert.Equal(StallScene.Missing + 0x40, scene.TakeStall().InputAddr);
    }

    /// <summary>§3.12.2.1: and so it passes if the page is there by then.</summary>
    [Case("hw.stall.suppressed-passes", Level.Architecture, "stall.015")]
    [AppliesIf(nameof(CannotStall))]
    public void One_acknowledge_releases_every_stall_of_the_page(Profile profile)
    {
        var scene = new StallScene(profile);
        var stalls = new[] { scene.Stall(), scene.Stall(), scene.Stall() };
        var record = scene.TakeStall();

        scene.Tables.Map(StallScene.Missing, StallScene.Data);
        scene.Resume(record, ResumeAction.Retry);
        scene.Rig.Machine.Run();

        Assert.All(stalls, stalled => Assert.Equal(StallScene.Data, stalled.Answer?.Address));
        Assert.Empty(scene.Rig.TakeEvents());
    }

    private static string? CannotStall(Profile profile) => StallScene.Refusal(profile);

    private static string? CannotStallFew(Profile profile) =>
        StallScene.Refusal(profile)
        ?? (
            profile.IDR5.STALL_MAX > 16 ? "SMMU_IDR5.STALL_MAX is more than the queue holds" : null
        );
}
