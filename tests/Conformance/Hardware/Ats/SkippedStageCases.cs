using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Translation Requests for streams where stage 1 is skipped or absent (§13.6.4, §13.6.5).</summary>
public sealed class SkippedStageCases
{
    /// <summary>§3.9.1.2, §13.6.4: an identity, of any size that holds the address.</summary>
    [Case("hw.ats.skip.identity", Level.Architecture, "ats.024", "ats.091", "ats.119", "ats.101")]
    [AppliesIf(nameof(CannotSkip))]
    public void Where_S1DSS_skips_the_only_stage_the_answer_is_an_identity(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.AttachSubstreams(S1Dss.Bypass);

        var completion = scene.Request(
            AtsScene.Nowhere,
            noWrite: true,
            execute: true,
            privileged: true
        );

        Assert.True(
            completion is { Status: AtsStatus.Success, Read: true, Write: true, Execute: false },
            $"expected Success with R = W = 1 and Exe = 0, was {completion}"
        );
        Assert.False(completion.Privileged);
        var inside = (1ul << completion.Size) - 1;
        Assert.Equal(AtsScene.Nowhere.Value & ~inside, completion.Address & ~inside);
        Assert.InRange(completion.Size, scene.Unit, profile.IDR5.OAS.ToBits());
        Assert.Equal(
            AtsScene.Nowhere.Value,
            scene.Device.Access(AtsScene.Nowhere, write: true)?.Address.Value
        );
    }

    /// <summary>§13.6.4: what no output can be is no identity.</summary>
    [Case("hw.ats.skip.too-large", Level.Architecture, "ats.020", "ats.024")]
    [AppliesIf(nameof(CannotSkip))]
    public void An_address_beyond_the_input_size_gets_nothing(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.AttachSubstreams(S1Dss.Bypass);

        scene.Nothing(scene.Request(1ul << Needs.IpaBits(profile)));
    }

    /// <summary>§13.6.4: stage 2 alone, with a PASID or without stage 1.</summary>
    [Case("hw.ats.skip.stage2", Level.Architecture, "ats.091", "ats.089")]
    [AppliesIf(nameof(CannotSkipNested))]
    public void Where_S1DSS_skips_stage_1_stage_2_alone_answers(Profile profile)
    {
        var scene = new AtsScene(profile);
        var second = new Stage2Tables(scene.Rig);
        scene.AttachSubstreams(S1Dss.Bypass, second);
        second.Map(new Ipa(AtsScene.Nowhere.Value), AtsScene.Data);

        var completion = scene.Request(AtsScene.Nowhere);

        scene.Permits(completion, read: true, write: true);
        Assert.Equal(AtsScene.Data.Value, completion.Address);
    }

    /// <summary>§13.6.5: an identity in IPAs, with what stage 2 permits and no larger than its page.</summary>
    [Case("hw.ats.skip.split", Level.Architecture, "ats.092", "ats.028")]
    [AppliesIf(nameof(CannotSkipSplit))]
    public void With_split_stages_a_skipped_stage_1_is_an_identity_of_IPAs(Profile profile)
    {
        var scene = new AtsScene(profile);
        var second = new Stage2Tables(scene.Rig);
        scene.AttachSubstreams(S1Dss.Bypass, second);
        scene.Replace(scene.Entry with { EATS = Eats.SplitStage });
        second.Put(
            new Ipa(AtsScene.Nowhere.Value),
            3,
            (second.Leaf(AtsScene.Data) with { S2AP = Stage2Ap.ReadOnly }).Word(0)
        );

        var completion = scene.Request(AtsScene.Nowhere);

        scene.Permits(completion, read: true, write: false);
        Assert.Equal(AtsScene.Nowhere.Value, completion.Address);
        Assert.Equal(scene.Unit, completion.Size);
        Assert.Equal(AtsScene.Data.Value, scene.Device.Access(AtsScene.Nowhere)?.Address.Value);
    }

    /// <summary>§3.9: a stream of stage 2 alone has no PASIDs.</summary>
    [Case("hw.ats.skip.stage2-pasid", Level.Architecture, "ats.023")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void A_stream_without_stage_1_answers_from_stage_2_and_has_no_PASIDs(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.AttachStage2();

        Assert.Equal(AtsScene.Data.Value, scene.Request().Address);
        Assert.Equal(AtsStatus.CompleterAbort, scene.Request(pasid: 1).Status);
    }

    private static string? CannotSkip(Profile profile) => AtsScene.CannotNameSubstreams(profile);

    private static string? CannotSkipNested(Profile profile) =>
        CannotSkip(profile) ?? AtsScene.CannotNest(profile);

    private static string? CannotSkipSplit(Profile profile) =>
        CannotSkip(profile) ?? AtsScene.CannotSplit(profile);
}
