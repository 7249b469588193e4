using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A shared domain while SMMUs and devices come and go.</summary>
public sealed class MultiLife
{
    private static readonly PhysicalAddress Elsewhere = 0x8_0000_0000;

    [Case(
        "multi.map.later",
        Level.Linux,
        "linux.tlbi.none-on-map",
        "contract.map-translates",
        Needs = MultiScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_is_mapped_later_is_there_behind_every_SMMU_without_a_command(Profile profile)
    {
        using var scene = new MultiScene(profile);
        scene.AttachBoth();

        scene.Map(MultiScene.Pages, 4);

        Assert.Empty(scene.CommandsOf(0));
        Assert.Empty(scene.CommandsOf(1));
        scene.MustReach(scene.Left, MultiScene.Pages + 1);
        scene.MustReach(scene.Right, MultiScene.Pages + 1);
    }

    [Case("multi.replace", Level.Contract, "contract.attach-replaces", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_that_gets_another_domain_leaves_the_shared_one_to_the_others(
        Profile profile
    )
    {
        using var scene = new MultiScene(profile);
        scene.AttachBoth();
        var own = scene.NewDomain([1]);
        scene.Bench.Must(scene.Bench.Map(own, scene.At(0), Elsewhere, scene.Page));

        scene.Bench.Must(scene.Bench.Attach(scene.Right, own));

        Assert.Equal(Elsewhere, scene.Bench.Dma(scene.Right, scene.At(0)).Address);
        scene.MustRefuse(scene.Right, 1);
        scene.MustReach(scene.Left, 0);
        Assert.Empty(scene.CommandsOf(0));
    }

    [Case("multi.busy", Level.Contract, "contract.domain-in-use", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void It_is_not_freed_while_a_device_behind_any_SMMU_has_it(Profile profile)
    {
        using var scene = new MultiScene(profile);
        scene.AttachBoth();
        scene.Bench.Must(scene.Bench.Detach(scene.Left));

        var outcome = scene.Bench.FreeDomain(scene.Domain);

        Refusal.MustBe(ErrorClass.Busy, outcome.Error);
        scene.MustReach(scene.Right, 0);
        scene.Bench.Must(scene.Bench.Detach(scene.Right));
        scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain));
    }

    [Case("multi.remove", Level.Contract, "contract.remove-quiet", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_SMMU_that_is_removed_leaves_the_domain_to_the_other(Profile profile)
    {
        using var scene = new MultiScene(profile);
        scene.AttachBoth();
        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Right));
        scene.Bench.Must(scene.Bench.Remove(1));

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        scene.MustRefuse(scene.Left, 0);
        scene.MustReach(scene.Left, 1);
        Assert.Empty(scene.CommandsOf(1));
    }

    [Case(
        "multi.shutdown",
        Level.Contract,
        "contract.shutdown-stops-dma",
        "contract.unmap-strict",
        Needs = MultiScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_SMMU_that_is_off_is_not_waited_for(Profile profile)
    {
        using var scene = new MultiScene(profile);
        scene.AttachBoth();
        scene.Bench.Must(scene.Bench.Shutdown(1));

        var outcome = scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page);

        Assert.True(outcome.IsDone, $"{outcome}");
        scene.MustRefuse(scene.Left, 0);
        scene.Bench.Must(scene.Bench.Remove(1));
        scene.MustReach(scene.Left, 1);
    }

    public static int[] Either => [0, 1];

    [Case("multi.hang", Level.Contract, "contract.memory-reachable", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Either))]
    public void If_one_SMMU_does_not_confirm_it_is_told_and_no_memory_comes_back(
        Profile profile,
        int stuck
    )
    {
        using var scene = new MultiScene(profile, Everyday.Lazy);
        scene.AttachBoth();
        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, scene.At(0x1000), MultiScene.Target, 1024 * scene.Page)
        );
        scene.Bench.Machine.Smmus[stuck].Fail(new GError { SFM_ERR = true });
        scene.Bench.System.MicrosecondsPerRelax = 1_000;

        var outcome = scene.Bench.Unmap(scene.Domain, scene.At(0x1000), 1024 * scene.Page);

        Assert.False(outcome.IsDone, "an SMMU that does nothing any more confirmed");
        Assert.Contains(scene.CommandsOf(1 - stuck), TlbiTraffic.IsTlbi);
        Assert.Empty(scene.Bench.Trace.Since<FreeEntry>(scene.Bench.LastOperation));
    }
}
