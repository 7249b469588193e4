using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a driver is asked about devices and the domains of accesses without a PASID.</summary>
internal static class Operations
{
    private static readonly PhysicalAddress s_elsewhere = 0x8_0000_0000;

    /// <summary>All operations, also those of the facets.</summary>
    public static Operation[] All => [.. Plain, .. FacetOperations.All];

    private static IEnumerable<Operation> Plain
    {
        get
        {
            yield return new("add-master", Capabilities.None, _ => null, AddMaster);
            yield return new("remove-master", Capabilities.Stage1, NoStage1, RemoveMaster);
            yield return new("attach-identity", Capabilities.Identity, _ => null, AttachIdentity);
            foreach (var stage in PagingStages.Both)
            {
                var needs = stage == DomainStage.Stage1 ? Capabilities.Stage1 : Capabilities.Stage2;
                var name = stage == DomainStage.Stage1 ? "s1" : "s2";
                Func<Profile, string?> cannot = stage == DomainStage.Stage1 ? NoStage1 : NoStage2;
                yield return new($"attach-{name}", needs, cannot, (p, o) => Attach(p, stage, o));
                yield return new($"replace-{name}", needs, cannot, (p, o) => Replace(p, stage, o));
                yield return new($"return-{name}", needs, cannot, (p, o) => Return(p, stage, o));
                yield return new($"detach-{name}", needs, cannot, (p, o) => Detach(p, stage, o));
                yield return new($"map-{name}", needs, cannot, (p, o) => Map(p, stage, o));
                yield return new($"unmap-{name}", needs, cannot, (p, o) => Unmap(p, stage, o));
                yield return new($"flush-{name}", needs, cannot, (p, o) => Flush(p, stage, o));
            }
        }
    }

    /// <summary>Why there is no stage 1.</summary>
    public static string? NoStage1(Profile profile) =>
        profile.IDR0.S1P ? null : "SMMU_IDR0.S1P is 0";

    private static string? NoStage2(Profile profile) =>
        profile.IDR0.S2P ? null : "SMMU_IDR0.S2P is 0";

    private static Operation.Ready AddMaster(Profile profile, BenchOptions? options)
    {
        var bench = TestBench.Start(profile, options);
        // The last of the streams: where there are two levels, a leaf of its own.
        StreamId stream = (1u << Math.Min((int)profile.IDR1.SIDSIZE, 16)) - 1;
        var description = new MasterDescription { Name = "nic", Streams = [stream] };
        return Operation.Of(
            bench,
            bench,
            () => bench.TryAddDevice(description).WithoutResult,
            () =>
                Assert.Equal(
                    bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass,
                    bench.Dma(EarlierOwner.Read(stream, 0x1000)).Passed
                )
        );
    }

    private static Operation.Ready RemoveMaster(Profile profile, BenchOptions? options)
    {
        var scene = new PowerScene(profile, DomainStage.Stage1, options);
        scene.MustReach(0);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.RemoveDevice(scene.Nic),
            () => scene.Bench.MustRefuse(scene.Nic, scene.At(0)),
            letGo: () =>
            {
                scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain));
                scene.Bench.Must(scene.Bench.Remove());
            }
        );
    }

    private static Operation.Ready AttachIdentity(Profile profile, BenchOptions? options)
    {
        var bench = TestBench.Start(profile, options);
        var device = bench.AddDevice(PowerScene.Stream);
        var domain = bench.IdentityDomain();
        return Operation.Of(
            bench,
            bench,
            () => bench.Attach(device, domain),
            () => bench.MustReach(device, 0x9000, 0x9000)
        );
    }

    private static Operation.Ready Attach(Profile profile, DomainStage stage, BenchOptions? options)
    {
        var scene = new PowerScene(profile, stage, options);
        var other = scene.Bench.AddDevice(
            new MasterDescription { Name = "gpu", Streams = [0x11, 0x12] }
        );
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Attach(other, scene.Domain),
            () => scene.MustReach(1, other),
            () => Assert.NotEqual(scene.PlaceOf(1), scene.Bench.Dma(other, scene.At(1)).Address),
            () =>
            {
                scene.Bench.Must(scene.Bench.Detach(other));
                scene.Bench.Must(scene.Bench.Detach(scene.Nic));
                scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain));
            }
        );
    }

    private static Operation.Ready Replace(
        Profile profile,
        DomainStage stage,
        BenchOptions? options
    )
    {
        var scene = new PowerScene(profile, stage, options);
        scene.MustReach(0);
        var next = scene.NewDomain();
        scene.Bench.Must(scene.Bench.Map(next, scene.At(1), s_elsewhere, scene.Page));
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Attach(scene.Nic, next),
            () =>
            {
                scene.Bench.MustReach(scene.Nic, scene.At(1), s_elsewhere);
                scene.MustRefuse(0);
            },
            () => scene.MustReach(0),
            () =>
            {
                scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain));
                scene.Bench.Must(scene.Bench.Detach(scene.Nic));
                scene.Bench.Must(scene.Bench.FreeDomain(next));
            }
        );
    }

    // A domain that was refused once is thought better of.
    private static Operation.Ready Return(Profile profile, DomainStage stage, BenchOptions? options)
    {
        var scene = new PowerScene(profile, stage, options);
        scene.MustReach(0);
        var next = scene.NewDomain();
        var wanted = next;
        return Operation.Of(
            scene,
            scene.Bench,
            () =>
            {
                var outcome = scene.Bench.Attach(scene.Nic, wanted);
                wanted = scene.Domain;
                return outcome;
            },
            () =>
            {
                scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Domain));
                scene.MustReach(0);
            },
            letGo: () => scene.Bench.Must(scene.Bench.FreeDomain(next))
        );
    }

    private static Operation.Ready Detach(Profile profile, DomainStage stage, BenchOptions? options)
    {
        var scene = new PowerScene(profile, stage, options);
        scene.MustReach(0);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Detach(scene.Nic),
            () =>
                Assert.NotEqual(scene.PlaceOf(0), scene.Bench.Dma(scene.Nic, scene.At(0)).Address),
            letGo: () => scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain))
        );
    }

    private static Operation.Ready Map(Profile profile, DomainStage stage, BenchOptions? options)
    {
        var scene = new PowerScene(profile, stage, options);
        // Over the end of a table.
        var first = scene.Page / 8 - 2;
        return Operation.Of(
            scene,
            scene.Bench,
            () =>
                scene.Bench.Map(
                    scene.Domain,
                    scene.At(first),
                    scene.PlaceOf(first),
                    4 * scene.Page
                ),
            () =>
            {
                scene.MustReach(first);
                scene.MustReach(first + 3);
            },
            () => scene.MustRefuse(first)
        );
    }

    private static Operation.Ready Unmap(Profile profile, DomainStage stage, BenchOptions? options)
    {
        var scene = new PowerScene(profile, stage, options);
        for (var page = 0ul; page < 6; page++)
            scene.MustReach(page);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Unmap(scene.Domain, scene.At(1), 4 * scene.Page).WithoutResult,
            () =>
            {
                for (var page = 1ul; page < 5; page++)
                    scene.MustRefuse(page);
                scene.MustReach(0);
                scene.MustReach(5);
            }
        );
    }

    private static Operation.Ready Flush(Profile profile, DomainStage stage, BenchOptions? options)
    {
        var scene = new PowerScene(profile, stage, options);
        var lazy = scene.Bench.PagingDomain(stage, [0], FlushMode.Lazy);
        scene.Bench.Must(scene.Bench.Map(lazy, scene.At(0), s_elsewhere, scene.Page));
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, lazy));
        scene.Bench.MustReach(scene.Nic, scene.At(0), s_elsewhere);
        scene.Bench.Must(scene.Bench.Unmap(lazy, scene.At(0), scene.Page));
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Flush(lazy),
            () => scene.MustRefuse(0)
        );
    }
}
