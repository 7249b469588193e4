using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a driver is asked about PASIDs, processes, guests, and pages that were written.</summary>
internal static class FacetOperations
{
    /// <summary>All of them.</summary>
    public static Operation[] All =>
        [
            new("attach-pasid", PasidScene.Needs, PasidScene.NoSubstreams, AttachPasid),
            new("detach-pasid", PasidScene.Needs, PasidScene.NoSubstreams, DetachPasid),
            new("attach-aux", Auxiliary, PasidScene.NoSubstreams, AttachAuxiliary),
            new("detach-aux", Auxiliary, PasidScene.NoSubstreams, DetachAuxiliary),
            new("bind", ProcessScene.Needs, ProcessScene.CannotShare, Bind),
            new("unbind", ProcessScene.Needs, ProcessScene.CannotShare, Unbind),
            new("changed", ProcessScene.Needs, ProcessScene.CannotShare, Changed),
            new("exited", ProcessScene.Needs, ProcessScene.CannotShare, Exited),
            new("create-guest", GuestScene.Needs, GuestScene.CannotNest, CreateGuest),
            new("attach-nested", GuestScene.Needs, GuestScene.CannotNest, AttachNested),
            new("detach-nested", GuestScene.Needs, GuestScene.CannotNest, DetachNested),
            new("unmap-parent", GuestScene.Needs, GuestScene.CannotNest, UnmapParent),
            new("guest-invalidates", GuestScene.Needs, GuestScene.CannotNest, GuestInvalidates),
            new("start-tracking", DirtyScene.Needs, DirtyScene.NoDirtyState, StartTracking),
        ];

    private const Capabilities Auxiliary = PasidScene.Needs | Capabilities.AuxiliaryDomains;

    private static Operation.Ready AttachPasid(Profile profile, BenchOptions? options)
    {
        // Of two levels where the hardware has them: a leaf is needed.
        var scene = new PasidScene(profile, bits: 12, options: options);
        var first = scene.Attach(1);
        var space = scene.NewSpace();
        SubstreamId pasid = scene.Bench.PasidsOf(scene.Nic) - 1;
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.AttachPasid(scene.Nic, pasid, space.Domain),
            () =>
            {
                scene.MustReach(space, pasid);
                scene.MustReach(first, 1);
            },
            () => scene.MustRefuse(pasid),
            () =>
            {
                scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, pasid));
                scene.Bench.Must(scene.Bench.FreeDomain(space.Domain));
            }
        );
    }

    private static Operation.Ready DetachPasid(Profile profile, BenchOptions? options)
    {
        var scene = new PasidScene(profile, options: options);
        var space = scene.Attach(1);
        scene.MustReach(space, 1);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.DetachPasid(scene.Nic, 1),
            () => scene.MustRefuse(1),
            letGo: () => scene.Bench.Must(scene.Bench.FreeDomain(space.Domain))
        );
    }

    private static Operation.Ready AttachAuxiliary(Profile profile, BenchOptions? options)
    {
        var scene = new PasidScene(profile, options: options);
        var (bench, space) = (scene.Bench, scene.NewSpace());
        bench.Must(bench.EnableAuxiliary(scene.Nic));
        return Operation.Of(
            scene,
            bench,
            () => bench.AttachAuxiliary(scene.Nic, space.Domain).WithoutResult,
            () => scene.MustReach(space, bench.Must(bench.PasidOf(space.Domain))),
            () => Assert.Equal(ErrorClass.Invalid, bench.PasidOf(space.Domain).Error),
            () =>
            {
                bench.Must(bench.DetachAuxiliary(scene.Nic, space.Domain));
                bench.Must(bench.FreeDomain(space.Domain));
            }
        );
    }

    private static Operation.Ready DetachAuxiliary(Profile profile, BenchOptions? options)
    {
        var scene = new PasidScene(profile, options: options);
        var (bench, space) = (scene.Bench, scene.NewSpace());
        bench.Must(bench.EnableAuxiliary(scene.Nic));
        var pasid = bench.Must(bench.AttachAuxiliary(scene.Nic, space.Domain));
        scene.MustReach(space, pasid);
        return Operation.Of(
            scene,
            bench,
            () => bench.DetachAuxiliary(scene.Nic, space.Domain),
            () => scene.MustRefuse(pasid),
            letGo: () => bench.Must(bench.FreeDomain(space.Domain))
        );
    }

    private static Operation.Ready Bind(Profile profile, BenchOptions? options)
    {
        var scene = new ProcessScene(profile, bits: 12, options: options);
        var process = scene.Start();
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Bind(scene.Nic, process.Space).WithoutResult,
            () => scene.MustReach(process, scene.Bind(process))
        );
    }

    private static Operation.Ready Unbind(Profile profile, BenchOptions? options) =>
        Bound(profile, options, (bench, nic, process) => bench.Unbind(nic, process.Id));

    private static Operation.Ready Changed(Profile profile, BenchOptions? options) =>
        Bound(
            profile,
            options,
            (bench, _, process) =>
            {
                process.Tables.Unmap(ProcessScene.Here);
                return bench.Changed(process.Id, ProcessScene.Here, 0x1_0000);
            }
        );

    private static Operation.Ready Exited(Profile profile, BenchOptions? options) =>
        Bound(profile, options, (bench, _, process) => bench.Exited(process.Id));

    private static Operation.Ready Bound(
        Profile profile,
        BenchOptions? options,
        Func<TestBench, Device, ProcessScene.Process, Outcome> act
    )
    {
        var scene = new ProcessScene(profile, options: options);
        var process = scene.Start();
        var pasid = scene.Bind(process);
        scene.MustReach(process, pasid);
        return Operation.Of(
            scene,
            scene.Bench,
            () => act(scene.Bench, scene.Nic, process),
            () => scene.MustRefuse(pasid)
        );
    }

    private static Operation.Ready CreateGuest(Profile profile, BenchOptions? options)
    {
        var scene = new GuestScene(profile, options: options);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.CreateGuest(scene.Nic, scene.Parent).WithoutResult,
            () => scene.AttachNested()
        );
    }

    private static Operation.Ready AttachNested(Profile profile, BenchOptions? options)
    {
        var scene = new GuestScene(profile, options: options);
        var nested = scene.Nested(scene.Space);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Attach(scene.Nic, nested),
            () => scene.MustReach(GuestScene.Here, scene.Data),
            letGo: () =>
            {
                scene.Bench.Must(scene.Bench.Detach(scene.Nic));
                scene.Bench.Must(scene.Bench.FreeDomain(nested));
                scene.Bench.Must(scene.Bench.RemoveVirtualDevice(scene.Guest, scene.Nic));
                scene.Bench.Must(scene.Bench.FreeGuest(scene.Guest));
                scene.Bench.Must(scene.Bench.FreeDomain(scene.Parent));
            }
        );
    }

    private static Operation.Ready DetachNested(Profile profile, BenchOptions? options)
    {
        var scene = Nested(profile, options);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Detach(scene.Nic),
            () => scene.MustRefuse(GuestScene.Here)
        );
    }

    private static Operation.Ready UnmapParent(Profile profile, BenchOptions? options)
    {
        var scene = Nested(profile, options);
        // A page of its own: the guest's tables stay.
        Ipa window = 0x800_0000;
        PhysicalAddress place = 0x9_0000_0000 + scene.Page;
        Iova here = GuestScene.Here.Value + 0x10_0000;
        scene.Bench.Must(scene.Bench.Map(scene.Parent, window.Value, place, scene.Page));
        scene.Space.Map(here, window);
        scene.Bench.MustReach(scene.Nic, here, place);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.Unmap(scene.Parent, window.Value, scene.Page).WithoutResult,
            () =>
            {
                scene.MustRefuse(here);
                scene.MustReach(GuestScene.Here, scene.Data);
            }
        );
    }

    private static Operation.Ready GuestInvalidates(Profile profile, BenchOptions? options)
    {
        var scene = Nested(profile, options);
        return Operation.Of(
            scene,
            scene.Bench,
            () =>
            {
                scene.Space.Unmap(GuestScene.Here);
                return scene.Bench.Invalidate(scene.Guest, Command.From(new TlbiNhAll())).Outcome;
            },
            () => scene.MustRefuse(GuestScene.Here)
        );
    }

    private static Operation.Ready StartTracking(Profile profile, BenchOptions? options)
    {
        var scene = new DirtyScene(profile, options: options);
        scene.Write(1, 2);
        return Operation.Of(
            scene,
            scene.Bench,
            () => scene.Bench.StartTracking(scene.Domain),
            () =>
            {
                scene.Write(3);
                Assert.Contains(3ul, scene.Dirty(clean: true));
                Assert.Empty(scene.Dirty(clean: false));
            }
        );
    }

    private static GuestScene Nested(Profile profile, BenchOptions? options)
    {
        var scene = new GuestScene(profile, options: options);
        scene.AttachNested();
        scene.MustReach(GuestScene.Here, scene.Data);
        return scene;
    }
}
