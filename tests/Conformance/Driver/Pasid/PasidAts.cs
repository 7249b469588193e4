using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a device has cached for a PASID.</summary>
public sealed class PasidAts
{
    private const Capabilities Needs = PasidScene.Needs | Capabilities.Ats;

    [Case("pasid.ats.unmap", Level.Architecture, "ats.003", "ats.070", Needs = Needs)]
    [AppliesIf(nameof(NoPasidsWithAts))]
    public void What_is_unmapped_is_forgotten_under_its_PASID(Profile profile)
    {
        using var scene = new PasidScene(profile, ats: true);
        var space = scene.Attach(1);
        scene.Attach(2);
        scene.Warm(1);
        scene.Warm(2);

        scene.Bench.Must(scene.Bench.Unmap(space.Domain, PasidScene.Window, space.Page));

        Assert.False(scene.Cache.Holds(PasidScene.Window, 1), "PASID 1 is still cached");
        Assert.False(scene.Ask(1).Grants, "PASID 1 is granted again");
        Assert.True(scene.Cache.Holds(PasidScene.Window, 2), "PASID 2 had to forget, too");
        Assert.All(
            scene.Bench.CommandsOf<AtcInv>(),
            c => Assert.Equal((true, 1u), (c.SSV, c.SubstreamID.Value))
        );
    }

    [Case("pasid.ats.detach", Level.Architecture, "ats.003", Needs = Needs)]
    [AppliesIf(nameof(NoPasidsWithAts))]
    public void A_PASID_that_goes_is_forgotten_by_the_device(Profile profile)
    {
        using var scene = new PasidScene(profile, ats: true);
        scene.Attach(1);
        scene.Attach(2);
        scene.Warm(1);
        scene.Warm(2);

        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));

        Assert.False(scene.Cache.Holds(PasidScene.Window, 1), "PASID 1 is still cached");
        Assert.True(scene.Cache.Holds(PasidScene.Window, 2), "PASID 2 had to forget, too");
    }

    [Case("pasid.ats.detach.others", Level.Contract, "contract.other-masters", Needs = Needs)]
    [AppliesIf(nameof(NoPasidsWithAts))]
    public void Other_devices_with_its_domain_keep_what_they_have(Profile profile)
    {
        using var scene = new PasidScene(profile, ats: true);
        var space = scene.Attach(1);
        var other = scene.Bench.AddDevice(
            new MasterDescription
            {
                Name = "other",
                Streams = [0x20],
                SubstreamBits = 4,
                Ats = true,
            }
        );
        scene.Bench.Must(scene.Bench.AttachPasid(other, 1, space.Domain));

        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));

        Assert.All(
            scene.Bench.CommandsOf<AtcInv>(),
            c => Assert.True(c.StreamID == PasidScene.Stream, $"another device is told: {c}")
        );
    }

    [Case("pasid.ats.reuse", Level.Architecture, "ats.003", Needs = Needs)]
    [AppliesIf(nameof(NoPasidsWithAts))]
    public void The_next_domain_of_a_PASID_meets_nothing_of_the_last(Profile profile)
    {
        using var scene = new PasidScene(profile, ats: true);
        scene.Attach(1);
        scene.Warm(1);
        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));

        var next = scene.Attach(1);

        scene.Warm(1);
        var access = scene.Cache.Access(PasidScene.Window, pasid: 1);
        Assert.Equal(next.Place, access!.Value.Address);
    }

    [Case("pasid.ats.on", Level.Linux, "linux.ats.switch", Needs = Needs | Capabilities.Identity)]
    [AppliesIf(nameof(NoPasidsWithAts))]
    public void The_first_PASID_switches_ATS_on_and_the_last_off(Profile profile)
    {
        using var scene = new PasidScene(profile, ats: true);
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Bench.IdentityDomain()));
        Assert.False(scene.Cache.IsEnabled, "nothing is translated yet");

        scene.Attach(1);
        var during = scene.Cache.IsEnabled;
        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));

        Assert.True(during, "ATS is off with a PASID in use");
        Assert.False(scene.Cache.IsEnabled, "nothing is translated any more");
        Assert.Equal(DeviceEnables.Pasid, scene.Bench.Devices.EnablesOf(0, PasidScene.Stream));
    }

    [Case(
        "pasid.ats.main",
        Level.Architecture,
        "ats.003",
        "ats.040",
        Needs = Needs | Capabilities.Identity
    )]
    [AppliesIf(nameof(NoPasidsWithAts))]
    public void A_main_domain_that_changes_leaves_nothing_of_the_old_one(Profile profile)
    {
        using var scene = new PasidScene(profile, ats: true);
        scene.Attach(1);
        var main = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main.Domain));
        Assert.True(scene.Cache.Request(new AtsRequest { Address = PasidScene.Window }).Grants);

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Bench.IdentityDomain()));

        Assert.False(scene.Cache.Holds(PasidScene.Window), "the old translation is still cached");
        Assert.True(
            scene.Cache.Request(new AtsRequest { Address = PasidScene.Window }).Grants,
            "what is passed through unchanged is granted"
        );
        Assert.Equal(
            PasidScene.Window.Value,
            scene.Cache.Access(PasidScene.Window)!.Value.Address.Value
        );
    }

    private static string? NoPasidsWithAts(Profile profile) =>
        PasidScene.NoSubstreams(profile) ?? (profile.IDR0.ATS ? null : "SMMU_IDR0.ATS is 0");
}
