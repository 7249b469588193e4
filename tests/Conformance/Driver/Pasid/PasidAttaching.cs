using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Domains under PASIDs beside what the device does without one.</summary>
public sealed class PasidAttaching
{
    private const Capabilities Needs =
        PasidScene.Needs | Capabilities.Identity | Capabilities.Blocked;

    public static string[] Mains => ["nothing", "blocked", "identity", "stage1"];

    [Case("pasid.attach", Level.Contract, "contract.pasid-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    [Rows(nameof(Mains))]
    public void A_PASID_has_its_domain_beside_whatever_the_device_has(Profile profile, string main)
    {
        using var scene = new PasidScene(profile);
        var own = AttachMain(scene, main);

        var first = scene.Attach(1);
        var second = scene.Attach(3);

        scene.MustReach(first, 1);
        scene.MustReach(second, 3);
        scene.MustRefuse(2);
        MustBeAsBefore(scene, main, own);
    }

    [Case("pasid.detach", Level.Contract, "contract.pasid-detach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    [Rows(nameof(Mains))]
    public void A_PASID_that_goes_leaves_the_others(Profile profile, string main)
    {
        using var scene = new PasidScene(profile);
        var own = AttachMain(scene, main);
        var first = scene.Attach(1);
        var second = scene.Attach(3);
        scene.MustReach(first, 1);

        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));

        scene.MustRefuse(1);
        scene.MustReach(second, 3);
        MustBeAsBefore(scene, main, own);
        scene.Bench.Must(scene.Bench.FreeDomain(first.Domain));
    }

    [Case("pasid.s1dss", Level.Linux, "linux.pasid.s1dss", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    [Rows(nameof(Mains))]
    public void What_has_no_PASID_is_treated_as_S1DSS_says(Profile profile, string main)
    {
        using var scene = new PasidScene(profile);
        AttachMain(scene, main);

        scene.Attach(1);

        var entry = scene.Bench.SteOf(PasidScene.Stream);
        var expected = main switch
        {
            "stage1" => S1Dss.Substream0,
            "identity" => S1Dss.Bypass,
            _ => S1Dss.Terminate,
        };
        Assert.Equal((SteConfig.Stage1, expected), (entry.Config, entry.S1DSS));
    }

    [Case("pasid.shcfg", Level.Linux, "linux.ste.shcfg", "attributes.013", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    [AppliesWhere("SMMU_IDR1.ATTR_TYPES_OVR", 1)]
    [Rows(nameof(Mains))]
    public void What_goes_past_stage_1_keeps_its_shareability(Profile profile, string main)
    {
        using var scene = new PasidScene(profile);
        AttachMain(scene, main);

        scene.Attach(1);

        var expected = main == "identity" ? ShCfg.Incoming : ShCfg.NonShareable;
        Assert.Equal(expected, scene.Bench.SteOf(PasidScene.Stream).SHCFG);
    }

    [Case("pasid.last", Level.Linux, "linux.pasid.s1dss", "linux.ste.golden", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    [Rows(nameof(Mains))]
    public void The_last_PASID_that_goes_takes_its_stage_1_along(Profile profile, string main)
    {
        using var scene = new PasidScene(profile);
        var own = AttachMain(scene, main);
        var before = scene.Bench.SteOf(PasidScene.Stream);
        scene.Attach(1);
        scene.Attach(2);

        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));
        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 2));

        Assert.Equal(before, scene.Bench.SteOf(PasidScene.Stream));
        MustBeAsBefore(scene, main, own);
    }

    [Case("pasid.seamless", Level.Contract, "contract.pasid-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    [Rows(nameof(Mains))]
    public void Accesses_without_a_PASID_go_on_while_PASIDs_come_and_go(
        Profile profile,
        string main
    )
    {
        using var scene = new PasidScene(profile);
        var own = AttachMain(scene, main);
        var passes = main is "identity" or "stage1";

        using (var traffic = new Traffic(scene.Bench, PasidScene.Window, false, PasidScene.Stream))
        {
            scene.Attach(1);
            scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));

            traffic.MustAll(
                access => access.Passed == passes,
                $"a device with {main} must meet the same at every moment"
            );
        }

        MustBeAsBefore(scene, main, own);
    }

    [Case(
        "pasid.main-changes",
        Level.Contract,
        "contract.pasid-attach",
        "substream.023",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_PASID_goes_on_whatever_becomes_of_the_main_domain(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var kept = scene.Attach(5);
        var spaces = new[] { scene.NewSpace(), scene.NewSpace() };
        var identity = scene.Bench.IdentityDomain();
        var blocked = scene.Bench.BlockedDomain();

        foreach (
            var main in new[]
            {
                spaces[0].Domain,
                identity,
                spaces[1].Domain,
                blocked,
                identity,
                spaces[0].Domain,
            }
        )
        {
            scene.Bench.Must(scene.Bench.Attach(scene.Nic, main));
            scene.MustReach(kept, 5);
        }

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        scene.MustReach(kept, 5);
        scene.MustRefuse(null);
    }

    [Case("pasid.every-stream", Level.Contract, "contract.pasid-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void Every_stream_of_a_device_has_it(Profile profile)
    {
        using var scene = new PasidScene(profile, streams: [0x10, 0x13, 0x12]);
        // With one in use, entries stay as they are, and each stream has cached that there is no second.
        scene.Attach(1);
        foreach (var stream in scene.Nic.Streams)
            scene.Bench.Dma(scene.Nic, PasidScene.Window, stream: stream, pasid: 2);

        var space = scene.Attach(2);

        foreach (var stream in scene.Nic.Streams)
        {
            var access = scene.Bench.Dma(scene.Nic, PasidScene.Window, stream: stream, pasid: 2);
            Assert.True(access.Passed && access.Address == space.Place, $"{stream}: {access}");
        }

        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 2));
        foreach (var stream in scene.Nic.Streams)
            Assert.False(
                scene.Bench.Dma(scene.Nic, PasidScene.Window, stream: stream, pasid: 2).Passed,
                $"{stream} still passes"
            );
    }

    [Case(
        "pasid.same-domain",
        Level.Contract,
        "contract.pasid-attach",
        "contract.unmap-strict",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void One_domain_serves_a_device_with_and_without_PASIDs(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var space = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, space.Domain));
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 1, space.Domain));
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 2, space.Domain));
        scene.MustReach(space, null);
        scene.MustReach(space, 1);
        scene.MustReach(space, 2);

        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));

        scene.MustReach(space, null);
        scene.MustReach(space, 2);
        scene.Bench.Must(scene.Bench.Unmap(space.Domain, PasidScene.Window, space.Page));
        scene.MustRefuse(null);
        scene.MustRefuse(2);
    }

    [Case("pasid.removed", Level.Contract, "contract.master-removed", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_device_that_is_removed_takes_its_PASIDs_along(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var blocks = scene.Bench.Memory.Blocks.Count();
        var spaces = new[] { scene.Attach(1), scene.Attach(7) };

        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));

        scene.MustRefuse(1);
        foreach (var space in spaces)
            scene.Bench.Must(scene.Bench.FreeDomain(space.Domain));
        Assert.Equal(blocks, scene.Bench.Memory.Blocks.Count());
    }

    private static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);

    // The domain that "stage1" has; null for the others.
    private static PasidScene.Space? AttachMain(PasidScene scene, string main)
    {
        if (main == "nothing")
            return null;
        var space = main == "stage1" ? scene.NewSpace() : null;
        var domain =
            space?.Domain
            ?? (main == "identity" ? scene.Bench.IdentityDomain() : scene.Bench.BlockedDomain());
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, domain));
        return space;
    }

    private static void MustBeAsBefore(PasidScene scene, string main, PasidScene.Space? own)
    {
        if (own is not null)
            scene.MustReach(own, null);
        else if (main == "identity")
            scene.Bench.MustReach(scene.Nic, PasidScene.Window, PasidScene.Window.Value);
        else
            scene.MustRefuse(null);
    }
}
