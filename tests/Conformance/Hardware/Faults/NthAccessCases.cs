using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Each access that an SMMU makes of its own accord fails in turn, and what failed is told and not remembered.</summary>
public sealed class NthAccessCases
{
    private const uint Nic = 3;
    private static readonly Iova Page = 0x4000_0000;
    private static readonly PhysicalAddress Data = 0x1_0000_0000;

    /// <summary>Stages that translate.</summary>
    public static IEnumerable<string> Stages => ["stage1", "stage2", "nested"];

    /// <summary>§7.3.4, §7.3.10, §7.3.12, §3.21.3.</summary>
    [Case("hw.faults.nth-fetch", Level.Architecture, "events.078", "events.064", "events.074")]
    [AppliesIf(nameof(LacksAStage))]
    [Rows(nameof(Stages))]
    public void Whichever_fetch_fails_its_record_says_what_it_was_and_the_next_try_passes(
        Profile profile,
        string row
    )
    {
        var fetched = new AccessLog();
        var whole = Scene(profile, row);
        whole.Smmu.Observer = fetched;
        whole.Access(Nic, Page).Passed.Should().BeTrue();
        var kinds = fetched.Kinds.ToList();
        kinds.Should().HaveCountGreaterThanOrEqualTo(row == "nested" ? 8 : 3);

        for (var nth = 1; nth <= kinds.Count; nth++)
        {
            var rig = Scene(profile, row);
            rig.Smmu.Faults.Arm(OwnAccesses.Fetches, nth);

            var failed = rig.Access(Nic, Page);
            var record = rig.TakeEvent();
            var again = rig.Access(Nic, Page);

            rig.Smmu.Faults.Struck.Should().BeTrue();
            failed.Result.Should().Be(TranslationResult.Faulted, $"fetch {nth} failed");
            failed.Response.Should().Be(FaultResponse.Abort, "no fetch stalls");
            Says(record, kinds[nth - 1]).Should().BeTrue($"{record} tells of a {kinds[nth - 1]}");
            again.Address.Should().Be(Data, $"the failure of fetch {nth} is not remembered");
        }
    }

    /// <summary>§7.3.12, §3.13.5: an update that fails is a walk that fails, and leaves the descriptor as it was.</summary>
    [Case("hw.faults.nth-update", Level.Architecture, "events.078")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 1)]
    public void An_update_that_fails_is_F_WALK_EABT_and_changes_nothing(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: HttuScene.Access);
        tables.Map(Page, Data);
        var clean = tables.Read(Page, 3) & ~(1ul << 10);
        tables.Put(Page, 3, clean);
        rig.Smmu.Faults.Arm(OwnAccesses.Updates, 1);

        var failed = rig.Access(Nic, Page);

        failed.Result.Should().Be(TranslationResult.Faulted);
        rig.TakeEvent().Is<FWalkEabt>().Should().BeTrue();
        tables.Read(Page, 3).Should().Be(clean);
        rig.Access(Nic, Page).Address.Should().Be(Data);
        tables.Read(Page, 3).Should().Be(clean | (1ul << 10));
    }

    /// <summary>§7.2.2: what is lost is lost, and told; what comes after it is not, once the error is acknowledged.</summary>
    [Case("hw.gerror.nth-record", Level.Architecture, "gerror.018", "events.043")]
    public void A_record_that_cannot_be_written_raises_EVENTQ_ABT_ERR_and_leaves_the_index(
        Profile profile
    )
    {
        var rig = new TranslationRig(profile);
        rig.Access(Nic, Page);
        rig.TakeEvents().Should().ContainSingle();
        rig.Smmu.Faults.Arm(OwnAccesses.Records, 1);

        rig.Access(Nic, Page);

        var active = new GError(rig.Smmu.Read32(GError.Offset) ^ rig.Smmu.Read32(GErrorN.Offset));
        active.EVENTQ_ABT_ERR.Should().BeTrue();
        rig.TakeEvents().Should().BeEmpty();
        rig.Write32(GErrorN.Offset, rig.Smmu.Read32(GError.Offset));
        rig.Access(Nic, Page);
        rig.TakeEvents().Should().ContainSingle();
    }

    private static bool Says(EventRecord record, FetchKind kind) =>
        kind switch
        {
            FetchKind.L1Std or FetchKind.Ste => record.Is<FSteFetch>(),
            FetchKind.L1Cd or FetchKind.Cd => record.Is<FCdFetch>(),
            FetchKind.Stage1Descriptor => record.Is<FWalkEabt>() && !record.As<FWalkEabt>().S2,
            FetchKind.Stage2Descriptor => record.Is<FWalkEabt>() && record.As<FWalkEabt>().S2,
            _ => false,
        };

    private static string? LacksAStage(Profile profile) =>
        profile.BothStages ? null : "a stage is missing";

    private static TranslationRig Scene(Profile profile, string stages)
    {
        var rig = new TranslationRig(profile);
        rig.Smmu.Caches.AdversarialPrefetch = false;
        switch (stages)
        {
            case "stage1":
                rig.Attach(Nic).Tables.Map(Page, Data);
                break;
            case "stage2":
                rig.AttachStage2(Nic).Map(Page.Value, Data);
                break;
            default:
                var (tables, second, _) = rig.AttachNested(Nic);
                tables.Map(Page, Data);
                second.Map(Data.Value, Data);
                break;
        }
        return rig;
    }
}
