using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Auxiliary domains: a device in parts, each with an address space whose PASID the driver chooses.</summary>
public sealed class AuxiliaryLives
{
    private const Capabilities Needs =
        PasidScene.Needs | Capabilities.AuxiliaryDomains | Capabilities.Identity;

    [Case("aux.attach", Level.Contract, "contract.aux-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void Several_stand_beside_the_main_domain_each_under_its_own_PASID(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var main = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main.Domain));
        scene.Bench.Must(scene.Bench.EnableAuxiliary(scene.Nic));

        var parts = Enumerable.Range(0, 4).Select(_ => Open(scene)).ToList();

        Assert.Equal(4, parts.Select(part => part.Pasid).Distinct().Count());
        foreach (var (space, pasid) in parts)
        {
            Assert.NotEqual(0u, pasid.Value);
            Assert.Equal(pasid, scene.Bench.Must(scene.Bench.PasidOf(space.Domain)));
            scene.MustReach(space, pasid);
        }

        scene.MustReach(main, null);
    }

    [Case(
        "aux.map",
        Level.Contract,
        "contract.map-translates",
        "contract.unmap-strict",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void What_is_mapped_and_unmapped_later_is_seen_under_its_PASID(Profile profile)
    {
        using var scene = Enabled(profile);
        var (space, pasid) = Open(scene);
        var later = PasidScene.Window + 8 * space.Page;

        scene.Bench.Must(scene.Bench.Map(space.Domain, later, space.Place, space.Page));
        scene.Bench.MustReach(scene.Nic, later, space.Place, pasid: pasid);
        scene.Bench.Must(scene.Bench.Unmap(space.Domain, later, space.Page));

        scene.Bench.MustRefuse(scene.Nic, later, pasid: pasid);
        scene.MustReach(space, pasid);
    }

    [Case(
        "aux.two-devices",
        Level.Contract,
        "contract.aux-attach",
        "contract.aux-detach",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void All_devices_of_one_domain_know_it_by_one_PASID(Profile profile)
    {
        using var scene = Enabled(profile);
        var gpu = Device(scene, "gpu", 0x20, bits: 4);
        scene.Bench.Must(scene.Bench.EnableAuxiliary(gpu));
        var (space, pasid) = Open(scene);

        var second = scene.Bench.Must(scene.Bench.AttachAuxiliary(gpu, space.Domain));

        Assert.Equal(pasid, second);
        scene.MustReach(space, pasid);
        scene.MustReach(space, pasid, gpu);
        scene.Bench.Must(scene.Bench.DetachAuxiliary(scene.Nic, space.Domain));
        scene.MustRefuse(pasid);
        scene.MustReach(space, pasid, gpu);
        Assert.Equal(pasid, scene.Bench.Must(scene.Bench.PasidOf(space.Domain)));
    }

    [Case("aux.detach", Level.Contract, "contract.aux-detach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void The_next_owner_of_a_PASID_meets_nothing_of_the_last(Profile profile)
    {
        using var scene = Enabled(profile);
        var (space, pasid) = Open(scene);
        scene.MustReach(space, pasid);

        scene.Bench.Must(scene.Bench.DetachAuxiliary(scene.Nic, space.Domain));

        scene.MustRefuse(pasid);
        Refusal.MustBe(ErrorClass.Invalid, scene.Bench.PasidOf(space.Domain).Error);
        var (next, again) = Open(scene);
        scene.MustReach(next, again);
    }

    [Case(
        "aux.life",
        Level.Contract,
        "contract.aux-detach",
        "contract.refusal-changes-nothing",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void Mediated_devices_come_and_go_and_nothing_is_left(Profile profile)
    {
        using var scene = Enabled(profile);
        // Tables that stay with the device are there after the first round.
        Close(scene, Open(scene).Space);
        var blocks = scene.Bench.Memory.Blocks.Count();

        for (var round = 0; round < 20; round++)
        {
            var children = Enumerable.Range(0, 3).Select(_ => Open(scene)).ToList();
            foreach (var (space, pasid) in children)
                scene.MustReach(space, pasid);
            foreach (var (space, _) in children)
                Close(scene, space);
        }

        Assert.Equal(blocks, scene.Bench.Memory.Blocks.Count());
        scene.Bench.Must(scene.Bench.DisableAuxiliary(scene.Nic));
        scene.Bench.Must(scene.Bench.EnableAuxiliary(scene.Nic));
    }

    [Case("aux.enable", Level.Contract, "contract.aux-enable", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_device_is_enabled_first_and_once(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var space = scene.NewSpace();
        var plain = Device(scene, "plain", 0x20, bits: 0);

        Refusal.MustBe(
            ErrorClass.Invalid,
            scene.Bench.AttachAuxiliary(scene.Nic, space.Domain).Error
        );
        Refusal.MustBe(ErrorClass.Invalid, scene.Bench.DisableAuxiliary(scene.Nic).Error);
        Refusal.MustBe(ErrorClass.NoDevice, scene.Bench.EnableAuxiliary(plain).Error);
        scene.Bench.Must(scene.Bench.EnableAuxiliary(scene.Nic));
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.EnableAuxiliary(scene.Nic).Error);
        scene.Bench.Must(scene.Bench.AttachAuxiliary(scene.Nic, space.Domain).WithoutResult);
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.DisableAuxiliary(scene.Nic).Error);
        scene.Bench.Must(scene.Bench.DetachAuxiliary(scene.Nic, space.Domain));
        scene.Bench.Must(scene.Bench.DisableAuxiliary(scene.Nic));
    }

    [Case(
        "aux.refused",
        Level.Contract,
        "contract.aux-attach",
        "contract.refusal-changes-nothing",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void What_cannot_be_is_refused_and_nothing_changes(Profile profile)
    {
        using var scene = Enabled(profile);
        var (space, pasid) = Open(scene);
        var identity = scene.Bench.IdentityDomain();
        var other = scene.NewSpace();
        var before = scene.Bench.Capture();

        Refusal.MustBe(ErrorClass.Busy, scene.Bench.AttachAuxiliary(scene.Nic, space.Domain).Error);
        Refusal.MustBe(ErrorClass.Invalid, scene.Bench.AttachAuxiliary(scene.Nic, identity).Error);
        Refusal.MustBe(
            ErrorClass.NotFound,
            scene.Bench.DetachAuxiliary(scene.Nic, other.Domain).Error
        );
        // It was not given out by this call, so it is not for it to take.
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.DetachPasid(scene.Nic, pasid).Error);

        before.MustBeUnchanged();
        scene.MustReach(space, pasid);
        // Nor has a refusal made its PASID free for others.
        var gpu = Device(scene, "gpu", 0x20, bits: 4);
        var next = Device(scene, "next", 0x21, bits: 4);
        scene.Bench.Must(scene.Bench.EnableAuxiliary(gpu));
        scene.Bench.Must(scene.Bench.EnableAuxiliary(next));
        scene.Attach(pasid, gpu);
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.AttachAuxiliary(gpu, space.Domain).Error);
        Assert.NotEqual(pasid, scene.Bench.Must(scene.Bench.AttachAuxiliary(next, other.Domain)));
    }

    [Case("aux.exhausted", Level.Contract, "contract.aux-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void Without_a_PASID_it_is_refused_until_one_comes_back(Profile profile)
    {
        using var scene = Enabled(profile, bits: 2);
        var parts = Enumerable.Range(0, 3).Select(_ => Open(scene)).ToList();
        var space = scene.NewSpace();

        var outcome = scene.Bench.AttachAuxiliary(scene.Nic, space.Domain);

        Refusal.MustBe(ErrorClass.NoSpace, outcome.Error);
        scene.Bench.Must(scene.Bench.DetachAuxiliary(scene.Nic, parts[1].Space.Domain));
        var pasid = scene.Bench.Must(scene.Bench.AttachAuxiliary(scene.Nic, space.Domain));
        scene.MustReach(space, pasid);
    }

    [Case("aux.overflow", Level.Contract, "contract.aux-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_PASID_that_a_device_cannot_use_does_not_get_there(Profile profile)
    {
        using var scene = Enabled(profile, bits: 4);
        var small = Device(scene, "small", 0x20, bits: 1);
        scene.Bench.Must(scene.Bench.EnableAuxiliary(small));
        var parts = Enumerable.Range(0, 3).Select(_ => Open(scene)).ToList();
        var large = parts.First(part => part.Pasid.Value > 1);

        var outcome = scene.Bench.AttachAuxiliary(small, large.Space.Domain);

        Refusal.MustBe(ErrorClass.Overflow, outcome.Error);
        scene.MustReach(large.Space, large.Pasid);
    }

    [Case("aux.beside-chosen", Level.Contract, "contract.aux-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void It_keeps_away_from_PASIDs_that_were_chosen_by_number(Profile profile)
    {
        using var scene = Enabled(profile);
        var chosen = scene.Attach(1);

        var (space, pasid) = Open(scene);

        Assert.NotEqual(1u, pasid.Value);
        scene.MustReach(chosen, 1);
        scene.MustReach(space, pasid);
        // When it is free again it is as good as any.
        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));
        var more = new[] { Open(scene), Open(scene) };
        Assert.Contains(more, part => part.Pasid.Value == 1);
        foreach (var (other, number) in more)
            scene.MustReach(other, number);
    }

    [Case("aux.main-changes", Level.Contract, "contract.aux-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void It_goes_on_whatever_becomes_of_the_main_domain(Profile profile)
    {
        using var scene = Enabled(profile);
        var (space, pasid) = Open(scene);
        var main = scene.NewSpace();

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main.Domain));
        scene.MustReach(space, pasid);
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Bench.IdentityDomain()));
        scene.MustReach(space, pasid);
        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        scene.MustReach(space, pasid);
        scene.MustRefuse(null);
    }

    [Case("aux.removed", Level.Contract, "contract.master-removed", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_device_that_is_removed_gives_its_PASIDs_back(Profile profile)
    {
        using var scene = Enabled(profile, bits: 2);
        var parts = Enumerable.Range(0, 3).Select(_ => Open(scene)).ToList();

        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));

        foreach (var (space, _) in parts)
            scene.Bench.Must(scene.Bench.FreeDomain(space.Domain));
        var next = Device(scene, "next", 0x20, bits: 2);
        scene.Bench.Must(scene.Bench.EnableAuxiliary(next));
        for (var n = 0; n < 3; n++)
        {
            var space = scene.NewSpace();
            var pasid = scene.Bench.Must(scene.Bench.AttachAuxiliary(next, space.Domain));
            scene.MustReach(space, pasid, next);
        }
    }

    [Case("aux.no-memory", Level.Contract, "contract.refusal-changes-nothing", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void What_lacks_memory_keeps_no_PASID(Profile profile)
    {
        using var scene = Enabled(profile, bits: 2);
        var space = scene.NewSpace();

        for (var n = 0; n < 8; n++)
        {
            scene.Bench.Memory.FailAfter = 0;
            var outcome = scene.Bench.AttachAuxiliary(scene.Nic, space.Domain);
            scene.Bench.Memory.FailAfter = null;
            Refusal.MustBe(ErrorClass.OutOfMemory, outcome.Error);
        }

        var pasid = scene.Bench.Must(scene.Bench.AttachAuxiliary(scene.Nic, space.Domain));
        scene.MustReach(space, pasid);
    }

    private static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);

    private static PasidScene Enabled(Profile profile, byte bits = 4)
    {
        var scene = new PasidScene(profile, bits);
        scene.Bench.Must(scene.Bench.EnableAuxiliary(scene.Nic));
        return scene;
    }

    private static Device Device(PasidScene scene, string name, StreamId stream, byte bits) =>
        scene.Bench.AddDevice(
            new MasterDescription
            {
                Name = name,
                Streams = [stream],
                SubstreamBits = bits,
            }
        );

    private static (PasidScene.Space Space, SubstreamId Pasid) Open(PasidScene scene)
    {
        var space = scene.NewSpace();
        return (space, scene.Bench.Must(scene.Bench.AttachAuxiliary(scene.Nic, space.Domain)));
    }

    private static void Close(PasidScene scene, PasidScene.Space space)
    {
        scene.Bench.Must(scene.Bench.DetachAuxiliary(scene.Nic, space.Domain));
        scene.Bench.Must(scene.Bench.FreeDomain(space.Domain));
    }
}
