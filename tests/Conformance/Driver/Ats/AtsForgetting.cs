using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a device has cached goes when it is unmapped, after the TLB has forgotten it, and not otherwise.</summary>
public sealed class AtsForgetting
{
    public static DomainStage[] Stages => PagingStages.Both;

    [Case("ats.unmap", Level.Architecture, "ats.003", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void What_is_unmapped_is_forgotten_by_the_device(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Map(0, 8);
        scene.Warm(0, 8);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(3), 2 * scene.Page));

        scene.MustHaveForgotten(3);
        scene.MustHaveForgotten(4);
    }

    [Case(
        "ats.unmap.order",
        Level.Architecture,
        "ats.004",
        "linux.ats.order",
        "ats.054",
        "ats.103",
        Needs = AtsDriverScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void The_TLB_has_forgotten_it_before_the_device_is_told(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Map(0, 8);
        scene.Warm(0, 8);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), 8 * scene.Page));

        scene.Bench.Saw(Step.Command<Sync>(), Step.Command<AtcInv>(), Step.Command<Sync>());
        var acts = scene.Acts();
        Assert.Equal("tlbi", acts[0]);
        Assert.Equal("sync", acts[^1]);
        var lastTlbi = acts.ToList().LastIndexOf("tlbi");
        var firstAtc = acts.ToList().IndexOf("atc");
        Assert.Contains("sync", acts.Skip(lastTlbi).Take(firstAtc - lastTlbi));
    }

    [Case("ats.unmap.table", Level.Architecture, "ats.003", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_whole_table_of_pages_is_forgotten_by_the_device(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        var perTable = scene.Page / 8;
        scene.Map(0, perTable);
        scene.Warm(0, 1);
        scene.Warm(perTable - 1, 1);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), perTable * scene.Page));

        scene.MustHaveForgotten(0);
        scene.MustHaveForgotten(perTable - 1);
    }

    [Case("ats.unmap.holes", Level.Architecture, "ats.003", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void Every_page_among_holes_is_forgotten_by_the_device(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        ulong[] pages = [0, 3, 8, 21];
        foreach (var page in pages)
        {
            scene.Map(page, 1);
            scene.Warm(page, 1);
        }

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), 22 * scene.Page));

        foreach (var page in pages)
            scene.MustHaveForgotten(page);
    }

    [Case("ats.unmap.lazy", Level.Contract, "contract.flush-lazy", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_flush_of_a_lazy_domain_reaches_the_device(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage, mode: FlushMode.Lazy);
        scene.Map(0, 4);
        scene.Warm(0, 4);
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(1), scene.Page));

        scene.Bench.Must(scene.Bench.Flush(scene.Domain));

        scene.MustHaveForgotten(1);
    }

    [Case("ats.map.none", Level.Linux, "linux.tlbi.none-on-map", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void What_is_mapped_needs_no_command(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);

        scene.Map(0, 4);

        Assert.Empty(scene.Bench.Commands);
        scene.Warm(0, 4);
    }

    [Case("ats.replace", Level.Architecture, "ats.003", "ats.011", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_device_that_gets_another_domain_keeps_nothing_of_the_old_one(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Map(0, 4);
        scene.Warm(0, 4);
        var other = scene.NewDomain();
        scene.Map(1, 1, other);

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, other));

        Assert.True(scene.Cache.IsEnabled, "ATS must stay on");
        scene.MustHaveForgotten(0);
        scene.MustHaveForgotten(3);
        scene.Warm(1, 1);
    }

    [Case(
        "ats.every-stream",
        Level.Architecture,
        "ats.003",
        "ats.055",
        Needs = AtsDriverScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void Every_stream_of_a_device_is_told(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        var twin = scene.Bench.AddDevice(
            new MasterDescription
            {
                Name = "twin",
                Streams = [0x21, 0x20, 0x21],
                Ats = true,
            }
        );
        scene.Map(0, 1);
        scene.Bench.Must(scene.Bench.Attach(twin, scene.Domain));

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        scene.MustHaveTold([0x10, 0x20, 0x21], "each stream of each device that is attached");
    }

    [Case(
        "ats.only-where-on",
        Level.Architecture,
        "ats.037",
        "ats.045",
        Needs = AtsDriverScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_device_whose_ATS_is_off_is_not_told(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        var plain = scene.Bench.AddDevice(0x11);
        scene.Bench.Must(scene.Bench.Attach(plain, scene.Domain));
        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        scene.Map(0, 1);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        Assert.Contains(scene.Bench.Commands, TlbiTraffic.IsTlbi);
        Assert.Empty(scene.Bench.CommandsOf<AtcInv>());
    }

    [Case(
        "ats.without-pasid",
        Level.Architecture,
        "ats.003",
        "ats.070",
        Needs = AtsDriverScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void What_was_asked_for_without_a_PASID_is_forgotten_without_one(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage, substreamBits: 4);
        scene.Map(0, 1);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        Assert.All(scene.Bench.CommandsOf<AtcInv>(), c => Assert.False(c.SSV, $"{c}"));
        Assert.NotEmpty(scene.Bench.CommandsOf<AtcInv>());
    }

    [Case("ats.timeout", Level.Architecture, "ats.033", "ats.081", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_device_that_does_not_answer_has_not_forgotten(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        var perTable = scene.Page / 8;
        scene.Map(0, perTable);
        scene.Warm(0, 1);
        scene.Cache.Answers = false;
        // That the device keeps what it has is known here.
        scene.Bench.Monitor.TranslationsMayLinger = true;

        var outcome = scene.Bench.Unmap(scene.Domain, scene.At(0), perTable * scene.Page);

        Assert.False(outcome.IsDone, "the device has not answered, but the unmap is called done");
        Assert.Empty(scene.Bench.Trace.Since<FreeEntry>(scene.Bench.LastOperation));
        // The queue goes on all the same.
        scene.Cache.Answers = true;
        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, scene.At(0), AtsDriverScene.Target, scene.Page)
        );
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));
        scene.MustHaveForgotten(0);
    }

    [Case(
        "ats.timeout.lazy",
        Level.Contract,
        "contract.flush-lazy",
        "contract.nth-failure",
        Needs = AtsDriverScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_flush_that_a_device_has_not_answered_is_made_up_for_by_the_next(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage, mode: FlushMode.Lazy);
        scene.Map(0, 4);
        scene.Warm(0, 4);
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(1), scene.Page));
        scene.Cache.Answers = false;
        // That the device keeps what it has is known here: nobody is to judge this flush but the case.
        Assert.False(
            scene.Bench.Driver.Flush(scene.Domain).IsDone,
            "the device has not answered, but the flush is called done"
        );
        scene.Cache.Answers = true;

        scene.Bench.Must(scene.Bench.Flush(scene.Domain));

        scene.MustHaveForgotten(1);
    }
}
