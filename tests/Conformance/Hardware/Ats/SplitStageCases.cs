using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Split stages: IPAs for the device, and stage 2 for what it sends (§3.9.1.3, §13.6.3).</summary>
public sealed class SplitStageCases
{
    public static IEnumerable<string> Faults => ["translation", "access", "permission", "range"];

    /// <summary>§13.6.3, §3.9.1</summary>
    [Case("hw.ats.split.both-ways", Level.Architecture, "ats.010", "ats.087", "ats.088", "ats.009")]
    [AppliesIf(nameof(CannotSplit))]
    public void The_device_gets_an_IPA_and_stage_2_translates_what_it_sends(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.AttachNested(Eats.SplitStage);

        var completion = scene.Request();
        scene.Permits(completion, read: true, write: true);
        Assert.Equal(AtsScene.Middle.Value, completion.Address);

        var answer = scene.Device.Access(AtsScene.Here + 0x3c0, write: true);
        Assert.Equal(AtsScene.Data + 0x3c0, answer?.Address);
        Assert.Empty(scene.Rig.TakeEvents());
    }

    /// <summary>§13.6.3: permissions are those of both stages.</summary>
    [Case("hw.ats.split.permissions", Level.Architecture, "ats.088", "ats.087")]
    [AppliesIf(nameof(CannotSplit))]
    public void What_stage_2_refuses_is_not_granted(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (_, second, _) = scene.AttachNested(Eats.SplitStage);
        second.Put(
            AtsScene.Middle,
            3,
            (second.Leaf(AtsScene.Data) with { S2AP = Stage2Ap.ReadOnly }).Word(0)
        );

        scene.Permits(scene.Request(), read: true, write: false);
    }

    /// <summary>§3.9.1.3: faults of that stage 2 are recorded as ever; an address beyond IAS is one of stage 1.</summary>
    [Case("hw.ats.split.fault", Level.Architecture, "ats.028", "ats.087", "ats.085", "ats.109")]
    [AppliesIf(nameof(CannotSplit))]
    [Rows(nameof(Faults))]
    public void Faults_of_stage_2_abort_and_are_recorded(Profile profile, string row)
    {
        var scene = new AtsScene(profile);
        var (_, second, _) = scene.AttachNested(Eats.SplitStage);
        var leaf = second.Leaf(AtsScene.Data);
        second.Put(
            AtsScene.Middle,
            3,
            row switch
            {
                "translation" => 0,
                "access" => (leaf with { AF = false }).Word(0),
                "permission" => (leaf with { S2AP = Stage2Ap.ReadOnly }).Word(0),
                _ => leaf.Word(0),
            }
        );
        var address = row == "range" ? 1ul << Needs.IpaBits(profile) : AtsScene.Middle.Value + 0x40;

        var answer = scene.Translated(address, write: true);

        Assert.Equal((false, FaultResponse.Abort), (answer.Passed, answer.Response));
        var record = scene.Rig.TakeEvent();
        switch (row)
        {
            case "range":
                Assert.True(record.Is<FAddrSize>(), $"expected F_ADDR_SIZE, was {record}");
                Assert.False(record.As<FAddrSize>().S2);
                break;
            case "translation":
                var told = record.As<FTranslation>();
                Assert.True(record.Is<FTranslation>(), $"expected F_TRANSLATION, was {record}");
                Assert.Equal((true, EventClass.IN, false), (told.S2, told.CLASS, told.RnW));
                Assert.Equal(address, told.InputAddr.Value);
                Assert.Equal(AtsScene.Middle.Value, told.IPA.Value);
                break;
            case "access":
                Assert.True(record.Is<FAccess>(), $"expected F_ACCESS, was {record}");
                Assert.True(record.As<FAccess>().S2);
                break;
            default:
                Assert.True(record.Is<FPermission>(), $"expected F_PERMISSION, was {record}");
                Assert.True(record.As<FPermission>().S2);
                break;
        }
    }

    /// <summary>§13.7, Table 13.4: overrides apply before that stage 2.</summary>
    [Case("hw.ats.split.overrides", Level.Architecture, "ats.116", "ats.030", "attributes.032")]
    [AppliesIf(nameof(CannotSplit))]
    [AppliesWhere("SMMU_IDR1.ATTR_PERMS_OVR", 1)]
    public void INSTCFG_applies_before_stage_2(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (_, second, _) = scene.AttachNested(
            Eats.SplitStage,
            adjustEntry: entry => entry with { INSTCFG = InstCfg.Instruction }
        );
        // Execute-only at stage 2: only an instruction fetch may pass.
        second.Put(
            AtsScene.Middle,
            3,
            (second.Leaf(AtsScene.Data) with { S2AP = Stage2Ap.None }).Word(0)
        );

        Assert.True(scene.Translated(AtsScene.Middle.Value).Passed);
        Assert.False(scene.Translated(AtsScene.Middle.Value, write: true).Passed);
    }

    /// <summary>§13.6.1.1: No_snoop comes after stage 2.</summary>
    [Case("hw.ats.split.no-snoop", Level.Architecture, "ats.086")]
    [AppliesIf(nameof(CannotSplit))]
    public void No_snoop_counts_after_stage_2(Profile profile)
    {
        var scene = new AtsScene(profile);
        scene.AttachNested(Eats.SplitStage);
        var transaction = new Transaction
        {
            Stream = AtsScene.Nic,
            Address = AtsScene.Middle.Value,
            Translated = true,
        };

        Assert.True(scene.Rig.Smmu.Access(transaction).Attributes.IsCacheable);
        Assert.Equal(
            MemoryAttributes.NonCacheable,
            scene.Rig.Smmu.Access(transaction with { NoSnoop = true }).Attributes
        );
    }

    /// <summary>§3.9.1.3: without PASIDTT, or without a PASID, it is data, unprivileged and of no substream.</summary>
    [Case("hw.ats.split.without-pasid", Level.Architecture, "ats.030", "ats.093")]
    [AppliesIf(nameof(CannotSplit))]
    public void Without_a_PASID_that_counts_it_is_unprivileged_data(Profile profile)
    {
        var scene = new AtsScene(profile);
        var (_, second, _) = scene.AttachNested(Eats.SplitStage);
        second.Put(AtsScene.Middle, 3, 0);

        scene.Rig.Smmu.Access(
            new Transaction
            {
                Stream = AtsScene.Nic,
                Address = AtsScene.Middle.Value,
                Translated = true,
                Privileged = true,
                Instruction = true,
                SubstreamValid = !profile.IDR3.PASIDTT,
                Substream = 1,
            }
        );

        var told = scene.Rig.TakeEvent().As<FTranslation>();
        Assert.Equal((false, false, false), (told.PnU, told.InD, told.SSV));
    }

    /// <summary>§3.9.1.3: with PASIDTT a PASID brings its privilege, and must be one that the entry has.</summary>
    [Case(
        "hw.ats.split.with-pasid",
        Level.Architecture,
        "ats.030",
        "ats.109",
        "ats.093",
        "ats.116"
    )]
    [AppliesIf(nameof(CannotSplit))]
    [AppliesWhere("SMMU_IDR3.PASIDTT", 1)]
    public void With_PASIDTT_a_PASID_counts(Profile profile)
    {
        var scene = new AtsScene(profile);
        var second = new Stage2Tables(scene.Rig);
        scene.AttachSubstreams(S1Dss.Terminate, second);
        scene.Replace(scene.Entry with { EATS = Eats.SplitStage });
        var transaction = new Transaction
        {
            Stream = AtsScene.Nic,
            Address = AtsScene.Middle.Value,
            Translated = true,
            Privileged = true,
            SubstreamValid = true,
            Substream = 1,
        };

        scene.Rig.Smmu.Access(transaction);
        var told = scene.Rig.TakeEvent().As<FTranslation>();
        Assert.Equal((true, true, 1u), (told.PnU, told.SSV, told.SubstreamID.Value));

        scene.Rig.Smmu.Access(transaction with { Substream = 2 });
        var beyond = Assert.Single(scene.Rig.TakeEvents());
        Assert.True(beyond.Is<CBadSubstreamid>(), $"expected C_BAD_SUBSTREAMID, was {beyond}");

        scene.Rig.Smmu.Access(transaction with { SubstreamValid = false });
        var without = Assert.Single(scene.Rig.TakeEvents());
        Assert.True(without.Is<FStreamDisabled>(), $"expected F_STREAM_DISABLED, was {without}");

        // F_TRANSL_FORBIDDEN comes before both.
        scene.Replace(scene.Entry with { EATS = Eats.Disabled });
        scene.Rig.Smmu.Access(transaction with { Substream = 2 });
        Assert.True(scene.Rig.TakeEvent().Is<FTranslForbidden>());
    }

    private static string? CannotSplit(Profile profile) => AtsScene.CannotSplit(profile);
}
