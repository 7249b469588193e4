using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Which stage may stall, by IDR0.STALL_MODEL and by the bits of each stage (§3.12, §3.12.5).</summary>
public sealed class StallModelCases
{
    private static readonly StreamId Nic = StallScene.Nic;

    /// <summary>Which stage stalls and which faults.</summary>
    public sealed record Combination(bool S1, bool S2, bool FaultsAt2)
    {
        public bool Stalls => FaultsAt2 ? S2 : S1;

        public override string ToString() =>
            $"S{(S1 ? 1 : 0)}-S2S{(S2 ? 1 : 0)}-stage{(FaultsAt2 ? 2 : 1)}";
    }

    public static IEnumerable<Combination> Combinations =>
        from s1 in new[] { false, true }
        from s2 in new[] { false, true }
        from two in new[] { false, true }
        select new Combination(s1, s2, two);

    /// <summary>§3.12, §5.4.2: what the model does not have is ILLEGAL.</summary>
    [Case("hw.stall.model", Level.Architecture, "stall.002")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Settings))]
    public void The_stall_model_says_which_setting_of_CD_S_is_legal(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile);
        rig.Attach(Nic, adjust: cd => cd with { S = row });

        var translation = rig.Access(Nic, StallScene.Missing);

        var legal =
            profile.IDR0.STALL_MODEL == StallModel.StallAndTerminate
            || row == (profile.IDR0.STALL_MODEL == StallModel.StallOnly);
        if (legal)
            Assert.Equal(row, translation.Stalled);
        else
            Assert.True(
                rig.TakeEvent().Is<CBadCd>(),
                $"S = {row} under {profile.IDR0.STALL_MODEL} must be C_BAD_CD"
            );
    }

    /// <summary>§3.12, §5.4.2: S1STALLD makes a CD that stalls ILLEGAL.</summary>
    [Case("hw.stall.s1stalld", Level.Architecture, "stall.001")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0)]
    public void S1STALLD_keeps_stage_1_from_stalling(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Attach(
            Nic,
            adjust: cd => cd with { S = true },
            adjustEntry: entry => entry with { S1STALLD = true }
        );

        Assert.False(rig.Access(Nic, StallScene.Missing).Stalled);
        Assert.True(rig.TakeEvent().Is<CBadCd>());
        Assert.Empty(rig.Smmu.Stalled);
    }

    /// <summary>§3.12.5: only the stage that faults is asked; stage 2 tells the IPA as well.</summary>
    [Case("hw.stall.combinations", Level.Architecture, "stall.023", "events.011")]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Combinations))]
    public void The_stage_that_faults_decides(Profile profile, Combination row)
    {
        var rig = new TranslationRig(profile);
        var (tables, _, _) = rig.AttachNested(
            Nic,
            adjust: cd => cd with { S = row.S1 },
            adjustEntry: entry => entry with { S2S = row.S2 }
        );
        Ipa hole = 0x2_4000_0000;
        if (row.FaultsAt2)
            tables.Map(StallScene.Missing, hole.Value);

        var translation = rig.Access(Nic, StallScene.Missing + 0x123);
        var record = rig.TakeEvent().As<FTranslation>();

        Assert.Equal(row.Stalls, translation.Stalled);
        Assert.Equal(row.Stalls, record.Stall);
        Assert.Equal(row.FaultsAt2, record.S2);
        Assert.Equal(StallScene.Missing + 0x123, record.InputAddr);
        Assert.Equal(row.FaultsAt2 ? hole : default, record.IPA);
    }

    /// <summary>§3.12.2.3, §3.21.3: no configuration has to be invalidated, since a failed fetch is not cached.</summary>
    [Case("hw.stall.cd-fetch", Level.Architecture, "stall.021", "stall.024", "events.074")]
    [AppliesIf(nameof(CannotNest))]
    public void A_stage_2_fault_of_a_CD_fetch_stalls_and_is_retried(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var second = new Stage2Tables(rig);
        second.MapRig();
        var tables = new TestTables(rig, rig.SmallestGranule);
        tables.Map(StallScene.Mapped, 0x10_0000);
        second.Map(0x10_0000, StallScene.Data);
        Ipa context = 0x3_0000_0000;
        var cd = rig.Allocate(0x1_0000, 0x1_0000);
        rig.Store(cd, rig.ContextOf(tables));
        rig.StoreSte(Nic, second.Into(TranslationRig.Stage1(context.Value)) with { S2S = true });

        Assert.True(rig.Access(Nic, StallScene.Mapped).Stalled);
        var stalled = Assert.Single(rig.Smmu.Stalled);
        var record = rig.TakeEvent().As<FTranslation>();
        Assert.Equal(EventClass.CD, record.CLASS);
        Assert.Equal(context, record.IPA);

        second.Map(context, cd);
        rig.Send(
            new Resume
            {
                StreamID = Nic,
                STAG = record.STAG,
                Ac = ResumeAction.Retry,
            }
        );
        rig.Machine.Run();

        Assert.Equal(StallScene.Data, stalled.Answer?.Address);
    }

    public static IEnumerable<bool> Settings => [false, true];

    private static string? CannotNest(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : !profile.IDR0.S2P ? "SMMU_IDR0.S2P is 0"
        : profile.IDR0.STALL_MODEL != StallModel.StallAndTerminate
            ? $"SMMU_IDR0.STALL_MODEL is {profile.IDR0.STALL_MODEL}"
        : null;
}
