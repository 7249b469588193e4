using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a driver is asked while an SMMU has no power: it is done in memory, and hardware finds it there.</summary>
public sealed class WhileSuspended
{
    private const Capabilities Needs = PowerScene.Needs;

    public static DomainStage[] Stages => PagingStages.Both;

    [Case(
        "pm.ops.untouched",
        Level.Architecture,
        "registers.005",
        "contract.suspend-untouched",
        Needs = Needs
    )]
    [Rows(nameof(Stages))]
    public void Nothing_that_is_called_touches_a_register(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        var bench = scene.Bench;
        bench.Must(bench.Suspend());
        var mark = bench.Trace.Mark;

        scene.Map(16, 2);
        scene.Unmap(0, 2);
        bench.Must(bench.Flush(scene.Domain));
        var other = bench.AddDevice(0x22);
        bench.Must(bench.Attach(other, scene.NewDomain()));
        bench.Must(bench.Detach(scene.Nic));
        bench.Must(bench.RemoveDevice(other));
        bench.Must(bench.FreeDomain(scene.Domain));
        foreach (var source in Enum.GetValues<InterruptSource>())
            bench.Must(bench.Interrupt(source));

        Assert.Equal(0, PowerScene.Touches(bench, mark));
    }

    [Case("pm.ops.map", Level.Contract, "contract.suspend-operations", Needs = Needs)]
    [Rows(nameof(Stages))]
    public void What_is_mapped_and_unmapped_is_so_afterwards(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        for (var page = 0ul; page < 8; page++)
            scene.MustReach(page);
        scene.Bench.Must(scene.Bench.Suspend());

        scene.Unmap(2, 2);
        scene.Map(32, 1);
        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, scene.At(2), PowerScene.Target + 0x100_0000, scene.Page)
        );

        scene.Bench.Must(scene.Bench.Resume());
        scene.MustReach(1);
        scene.Bench.MustReach(scene.Nic, scene.At(2), PowerScene.Target + 0x100_0000);
        scene.MustRefuse(3);
        scene.MustReach(32);
    }

    [Case("pm.ops.attach", Level.Contract, "contract.suspend-operations", Needs = Needs)]
    [Rows(nameof(Stages))]
    public void What_is_attached_and_detached_is_so_afterwards(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        var bench = scene.Bench;
        var going = bench.AddDevice(0x11);
        bench.Must(bench.Attach(going, scene.Domain));
        scene.MustReach(0, going);
        scene.MustReach(0);
        bench.Must(bench.Suspend());

        var other = scene.NewDomain();
        bench.Must(bench.Map(other, scene.At(0), PowerScene.Target + 0x200_0000, scene.Page));
        bench.Must(bench.Attach(scene.Nic, other));
        bench.Must(bench.Detach(going));
        var coming = bench.AddDevice((1u << Math.Min((int)profile.IDR1.SIDSIZE, 16)) - 1);
        bench.Must(bench.Attach(coming, scene.Domain));

        bench.Must(bench.Resume());
        bench.MustReach(scene.Nic, scene.At(0), PowerScene.Target + 0x200_0000);
        scene.MustReach(0, coming);
        Assert.Equal(
            bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass,
            bench.Dma(going, scene.At(0)).Passed
        );
    }

    [Case(
        "pm.ops.reuse",
        Level.Architecture,
        "reset.004",
        "contract.suspend-operations",
        Needs = Needs
    )]
    [Rows(nameof(Stages))]
    public void A_tag_that_changed_hands_meanwhile_brings_nothing_back(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new PowerScene(profile, stage);
        var bench = scene.Bench;
        for (var page = 0ul; page < 8; page++)
            scene.MustReach(page);
        bench.Must(bench.Suspend());
        bench.Must(bench.Detach(scene.Nic));
        bench.Must(bench.FreeDomain(scene.Domain));
        var heir = scene.NewDomain();
        bench.Must(bench.Map(heir, scene.At(1), PowerScene.Target + 0x300_0000, scene.Page));
        bench.Must(bench.Attach(scene.Nic, heir));

        bench.Must(bench.Resume());

        scene.MustRefuse(0);
        bench.MustReach(scene.Nic, scene.At(1), PowerScene.Target + 0x300_0000);
        bench.Must(bench.Detach(scene.Nic));
        bench.Must(bench.FreeDomain(heir));
    }

    [Case(
        "pm.ops.ats",
        Level.Contract,
        "contract.suspend-operations",
        Needs = Needs | Capabilities.Ats
    )]
    [Rows(nameof(Stages))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void ATS_is_off_at_every_device_until_translation_is_on(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        var bench = scene.Bench;
        bench.Must(bench.Suspend());

        var other = bench.AddDevice(
            new MasterDescription
            {
                Name = "other",
                Streams = [0x20],
                Ats = true,
            }
        );
        bench.Must(bench.Attach(other, scene.Domain));
        bench.Must(bench.Detach(scene.Nic));

        var cache = bench.Devices.CacheOf(0, 0x20);
        Assert.False(cache.IsEnabled, "ATS is on before the SMMU translates");
        bench.Must(bench.Resume());
        Assert.True(cache.IsEnabled, "ATS is off at a device that is attached");
        Assert.False(scene.Cache.IsEnabled, "ATS is on at a device that is detached");
    }

    [Case(
        "pm.ops.other-smmu",
        Level.Contract,
        "contract.suspend-operations",
        "contract.unmap-strict",
        Needs = Needs | Capabilities.MultipleSmmus | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_behind_two_SMMUs_is_kept_right_on_both(Profile profile)
    {
        using var bench = TestBench.Create([profile, profile]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var domain = bench.Stage1Domain([0, 1], FlushMode.Strict);
        var page = bench.PageOf(domain);
        var devices = new[] { 0, 1 }
            .Select(smmu =>
                bench.AddDevice(
                    new MasterDescription { Name = $"nic {smmu}", Streams = [PowerScene.Stream] },
                    smmu
                )
            )
            .ToList();
        bench.Must(bench.Map(domain, PowerScene.Window, PowerScene.Target + page, 4 * page));
        foreach (var device in devices)
        {
            bench.Must(bench.Attach(device, domain));
            bench.MustReach(device, PowerScene.Window, PowerScene.Target + page);
        }

        bench.Must(bench.Suspend(1));
        bench.Must(bench.Unmap(domain, PowerScene.Window, page));

        bench.MustRefuse(devices[0], PowerScene.Window);
        bench.Must(bench.Resume(1));
        bench.MustRefuse(devices[1], PowerScene.Window);
        bench.MustReach(devices[1], PowerScene.Window + page, PowerScene.Target + 2 * page);
    }

    [Case(
        "pm.ops.remove",
        Level.Contract,
        "contract.suspend-untouched",
        "contract.remove-returns-memory",
        Needs = Needs
    )]
    [Rows(nameof(Stages))]
    public void It_is_removed_without_being_woken(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        var bench = scene.Bench;
        bench.Must(bench.Suspend());
        var mark = bench.Trace.Mark;
        Refusal.MustBe(ErrorClass.Busy, bench.Remove().Error);

        bench.Must(bench.RemoveDevice(scene.Nic));
        bench.Must(bench.FreeDomain(scene.Domain));
        bench.Must(bench.Remove());

        Assert.Equal(0, bench.Memory.Count);
        Assert.Equal(0, PowerScene.Touches(bench, mark));
    }

    [Case(
        "pm.ops.shutdown",
        Level.Contract,
        "contract.suspend-untouched",
        "contract.shutdown-stops-dma",
        Needs = Needs
    )]
    public void It_is_shut_down_without_being_woken(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.Must(bench.Suspend());
        var mark = bench.Trace.Mark;

        bench.Must(bench.Shutdown());

        Assert.Equal(0, PowerScene.Touches(bench, mark));
        Refusal.MustBe(ErrorClass.Invalid, bench.Facet<IPower>().Resume(bench.Handle).Error);
    }
}
