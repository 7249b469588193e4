using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Addresses that get another meaning, and devices that do not wait.</summary>
public sealed class TlbiRemapping
{
    [Case("tlbi.map.visible", Level.Architecture, "ordering.018", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_page_mapped_after_a_fault_is_reached_at_once(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(8, 1);
        scene.Warm(8, 1);
        scene.MustRefuse(0, 8);

        scene.Map(0, 8);

        scene.MustReach(0, 9);
    }

    [Case("tlbi.map.silent", Level.Linux, "linux.tlbi.none-on-map", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_map_issues_no_command(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(8, 1);
        scene.Warm(8, 1);

        scene.Map(0, 8);

        Assert.Empty(scene.Bench.Commands);
    }

    [Case("tlbi.remap", Level.Architecture, "tlb.019", "tlb.059", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_page_mapped_elsewhere_is_reached_there(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 4);
        scene.Warm(0, 4);

        for (var n = 0ul; n < 10; n++)
        {
            scene.Unmap(1, 1);
            var physical = WarmScene.Elsewhere + n * scene.Page;
            scene.Bench.Must(scene.Bench.Map(scene.Domain, scene.At(1), physical, scene.Page));
            scene.MustReach(scene.At(1), physical);
            scene.MustReach(scene.At(1), physical, write: true);
            scene.MustReach(2, 2);
        }
    }

    [Case("tlbi.permission", Level.Architecture, "tlb.059", "tlb.016", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_page_that_is_read_only_now_is_not_written(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 4);
        scene.MustReach(scene.At(1), scene.PhysicalOf(1), write: true);
        scene.Unmap(1, 1);

        scene.Bench.Must(
            scene.Bench.Map(
                scene.Domain,
                scene.At(1),
                scene.PhysicalOf(1),
                scene.Page,
                Protection.Read | Protection.Cache
            )
        );

        scene.MustReach(1, 1);
        scene.MustRefuse(scene.At(1), write: true);
    }

    [Case("tlbi.slow-queue", Level.Architecture, "tlb.016", "tlb.059", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_unmap_waits_for_a_queue_that_takes_its_time(Profile profile)
    {
        using var scene = new WarmScene(profile, Everyday.Lazy);
        scene.Map(0, 40);
        scene.Warm(0, 40);

        scene.Unmap(3, 30);

        scene.MustRefuse(3, 30);
        scene.MustReach(0, 3);
        scene.MustReach(33, 7);
    }

    [Case("tlbi.busy-device", Level.Architecture, "tlb.059", "tlb.016", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_that_goes_on_meanwhile_reaches_nothing_afterwards(Profile profile)
    {
        using var scene = new WarmScene(profile, Everyday.Lazy);
        scene.Map(0, 8);
        scene.Warm(0, 8);
        var met = new List<Translation>();
        scene.Bench.System.Relaxing = () =>
        {
            // Whatever is left of the mapping goes back into the TLB.
            for (var page = 2ul; page < 6; page++)
                met.Add(
                    scene.Bench.Smmu.Access(
                        new Transaction { Stream = WarmScene.Stream, Address = scene.At(page) }
                    )
                );
        };

        scene.Unmap(2, 4);

        scene.Bench.System.Relaxing = null;
        Assert.NotEmpty(met);
        scene.MustRefuse(2, 4);
        Assert.All(
            met.Where(access => access.Passed),
            access =>
                Assert.InRange(
                    access.Address.Value,
                    scene.PhysicalOf(2).Value,
                    scene.PhysicalOf(6).Value - 1
                )
        );
    }

    [Case("tlbi.strict", Level.Contract, "contract.unmap-strict", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_that_asks_for_it_is_strict_whatever_the_policy(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 4);
        scene.MustReach(scene.At(2), scene.PhysicalOf(2), write: true);

        scene.Unmap(2, 1);

        scene.MustRefuse(scene.At(2), write: true);
        scene.MustRefuse(scene.At(2));
    }
}
