using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Devices, domains and SMMUs that come and go in every order.</summary>
public sealed class AttachLives
{
    [Case(
        "attach.survivor",
        Level.Contract,
        "contract.master-removed",
        "contract.attach-replaces",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_outlives_its_devices_and_serves_the_next(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        scene.Map(0, 8);
        scene.Warm(0, 8);
        bench.Must(bench.RemoveDevice(scene.Nic));
        scene.Unmap(2, 2);

        var next = bench.AddDevice(WarmScene.Stream);
        bench.Must(bench.Attach(next, scene.Domain));

        for (var page = 0ul; page < 8; page++)
            if (page is 2 or 3)
                scene.MustRefuse(scene.At(page), next);
            else
                scene.MustReach(scene.At(page), scene.PhysicalOf(page), next);
    }

    [Case(
        "attach.new-owner",
        Level.Contract,
        "contract.default-policy",
        "contract.handles-not-confused",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_next_owner_of_a_stream_inherits_nothing(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        scene.Map(0, 4);
        scene.Warm(0, 4);
        bench.Must(bench.RemoveDevice(scene.Nic));

        var next = bench.AddDevice(WarmScene.Stream);

        for (var page = 0ul; page < 4; page++)
            Assert.NotEqual(scene.PhysicalOf(page), bench.Dma(next, scene.At(page)).Address);
    }

    [Case(
        "attach.balance",
        Level.Contract,
        "contract.memory-ownership",
        Needs = WarmScene.Needs | Capabilities.Identity
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_life_repeated_takes_no_more_memory(Profile profile)
    {
        using var scene = new WarmScene(profile);
        Live(scene);
        var after = scene.Bench.Memory.Count;

        for (var n = 0; n < 3; n++)
            Live(scene);

        Assert.Equal(after, scene.Bench.Memory.Count);
    }

    [Case(
        "attach.remove-smmu",
        Level.Contract,
        "contract.refusal-changes-nothing",
        "contract.remove-returns-memory",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_SMMU_with_devices_is_kept_as_it_is_or_removed_as_a_whole(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        scene.Map(0, 4);
        scene.Warm(0, 4);
        var before = bench.Capture();

        var outcome = bench.Remove();

        if (!outcome.IsDone)
        {
            before.MustBeUnchanged();
            scene.MustReach(0, 4);
            bench.Must(bench.RemoveDevice(scene.Nic));
            bench.Must(bench.Remove());
        }
        Assert.NotEqual(scene.PhysicalOf(0), bench.Dma(scene.Nic, scene.At(0)).Address);
        bench.Must(bench.FreeDomain(scene.Domain));
        Assert.Equal(0, bench.Memory.Count);
    }

    [Case(
        "attach.removed-domain-last",
        Level.Contract,
        "contract.remove-returns-memory",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Everything_removed_in_order_leaves_no_memory_behind(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var gpu = bench.AddDevice(new MasterDescription { Name = "gpu", Streams = [0x11, 0x21] });
        bench.Must(bench.Attach(gpu, scene.Domain));
        scene.Map(0, 2 * scene.PerTable);
        scene.Warm(0, 4);

        bench.Must(bench.RemoveDevice(scene.Nic));
        bench.Must(bench.RemoveDevice(gpu));
        bench.Must(bench.FreeDomain(scene.Domain));
        bench.Must(bench.Remove());

        Assert.Equal(0, bench.Memory.Count);
    }

    [Case(
        "attach.second-stage",
        Level.Contract,
        "contract.capabilities-honest",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_stage_that_is_not_declared_is_refused(Profile profile)
    {
        using var scene = new WarmScene(profile);
        if (scene.Bench.Description.Capabilities.HasFlag(Capabilities.Stage2))
            throw VerdictException.NotApplicable("the driver declares Stage2");
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.CreateDomain(
            new()
            {
                Kind = DomainKind.Paging,
                Stage = DomainStage.Stage2,
                Smmus = [scene.Bench.Handle],
            }
        );

        Refusal.MustBe(ErrorClass.NotSupported, outcome.Error);
        before.MustBeUnchanged();
    }

    private static void Live(WarmScene scene)
    {
        var bench = scene.Bench;
        var gpu = bench.AddDevice(new MasterDescription { Name = "gpu", Streams = [0x11, 0x12] });
        var (domain, identity) = (scene.NewDomain(), bench.IdentityDomain());
        bench.Must(
            bench.Map(domain, scene.At(0), WarmScene.Target, 3 * scene.PerTable * scene.Page)
        );
        bench.Must(bench.Attach(gpu, domain));
        scene.MustReach(scene.At(5), WarmScene.Target + 5 * scene.Page, gpu);
        bench.Must(bench.Attach(gpu, identity));
        bench.Must(bench.Attach(gpu, domain));
        bench.Must(bench.Unmap(domain, scene.At(0), scene.PerTable * scene.Page));
        bench.Must(bench.RemoveDevice(gpu));
        bench.Must(bench.FreeDomain(domain));
        bench.Must(bench.FreeDomain(identity));
    }
}
