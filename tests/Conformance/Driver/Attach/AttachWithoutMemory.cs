using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Operations that run out of memory at each of their allocations in turn.</summary>
public sealed class AttachWithoutMemory
{
    // No operation of a driver allocates more often than that.
    private const int MostAllocations = 64;

    [Case(
        "attach.no-memory",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = Capabilities.Identity | WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_attach_that_lacks_memory_changes_nothing_and_can_be_repeated(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var gpu = bench.AddDevice(new MasterDescription { Name = "gpu", Streams = [0x11, 0x12] });
        bench.Must(bench.Attach(gpu, bench.IdentityDomain()));
        scene.Map(0, 1);

        UntilThereIsMemory(
            bench,
            () => bench.Attach(gpu, scene.Domain),
            () => scene.MustReach(scene.At(0), scene.At(0).Value, gpu)
        );

        scene.MustReach(scene.At(0), scene.PhysicalOf(0), gpu);
    }

    [Case(
        "attach.no-memory.map",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_map_that_lacks_memory_maps_nothing_and_can_be_repeated(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var (first, pages) = (scene.PerTable - 2, scene.PerTable + 4);

        UntilThereIsMemory(
            scene.Bench,
            () =>
                scene.Bench.Map(
                    scene.Domain,
                    scene.At(first),
                    scene.PhysicalOf(first),
                    pages * scene.Page
                ),
            () => scene.MustRefuse(first, 4)
        );

        scene.MustReach(first, pages);
    }

    [Case(
        "attach.no-memory.create",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_that_lacks_memory_leaves_nothing_behind(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var made = default(DomainHandle);

        UntilThereIsMemory(
            bench,
            () =>
            {
                var outcome = bench.TryStage1Domain();
                made = outcome.IsDone ? outcome.Value : made;
                return outcome.WithoutResult;
            },
            () => { }
        );

        bench.Must(bench.Attach(scene.Nic, made));
    }

    private static void UntilThereIsMemory(TestBench bench, Func<Outcome> act, Action checkRefused)
    {
        for (var n = 0; n < MostAllocations; n++)
        {
            var before = bench.Capture();
            bench.Memory.FailAfter = n;
            var outcome = act();
            bench.Memory.FailAfter = null;
            if (outcome.IsDone)
                return;
            Refusal.MustBe(ErrorClass.OutOfMemory, outcome.Error);
            before.MustBeUnchanged();
            checkRefused();
        }
        Assert.Fail($"refused although {MostAllocations} allocations succeed");
    }
}
