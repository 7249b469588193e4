using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a device is told to forget reaches all that it may have been granted: tags in the address, PASIDs, units.</summary>
public sealed class AtsReach
{
    [Case(
        "ats.tagged",
        Level.Architecture,
        "ats.005",
        Needs = AtsDriverScene.Needs | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_page_is_forgotten_under_every_tag_that_an_address_may_carry(Profile profile)
    {
        using var scene = new AtsDriverScene(profile);
        scene.Map(0, 1);
        var tagged = Array.ConvertAll(
            (ulong[])[0x01, 0x55, 0xff],
            tag => (Iova)(scene.At(0).Value | tag << 56)
        );
        // Without TBI they are other addresses, and refused; with it they are granted and cached apart.
        foreach (var alias in tagged)
            scene.Cache.Request(new AtsRequest { Address = alias });
        scene.Warm(0, 1);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        foreach (var alias in tagged)
            Assert.False(scene.Cache.Holds(alias), $"the device still holds {alias}");
        scene.MustHaveForgotten(0);
    }

    [Case(
        "ats.unit.span",
        Level.Architecture,
        "ats.056",
        Needs = AtsDriverScene.Needs | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Granules))]
    public void No_span_is_smaller_than_what_the_device_asks_for(Profile profile, string smallest)
    {
        // 4 KiB would be no bound: every span has that much.
        var hardware = AtsSwitching.WithSmallest(profile, smallest);
        using var scene = new AtsDriverScene(hardware);
        var unit = scene.Bench.Trace.Since<SwitchEntry>(0).Any() ? Smallest(hardware) : 0;
        scene.Map(0, 3);
        scene.Warm(0, 3);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(1), scene.Page));

        var spans = scene.Bench.CommandsOf<AtcInv>().ToArray();
        Assert.NotEmpty(spans);
        Assert.All(
            spans,
            span =>
                Assert.True(
                    span.Size >= unit,
                    $"{span} covers 2^{12 + span.Size} bytes, the device asks for 2^{12 + unit}"
                )
        );
    }

    [Case(
        "ats.s1dss",
        Level.Architecture,
        "ats.051",
        Needs = AtsDriverScene.Needs | Capabilities.Stage1 | Capabilities.PasidAttach
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 1)]
    public void What_uses_the_first_descriptor_without_a_PASID_is_forgotten_without_one(
        Profile profile
    )
    {
        using var scene = new AtsDriverScene(profile, substreamBits: 4);
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 1, scene.NewDomain()));
        if (scene.Bench.SteOf(AtsDriverScene.Stream).S1DSS != S1Dss.Substream0)
            throw VerdictException.NotApplicable(
                "accesses without a PASID do not use a descriptor"
            );
        scene.Map(0, 1);
        scene.Warm(0, 1);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        scene.MustHaveForgotten(0);
        Assert.Contains(scene.Bench.CommandsOf<AtcInv>(), command => !command.SSV);
    }

    public static string[] Granules => ["16k", "64k"];

    // Units of 4 KiB as a power of two: the smallest granule that SMMU_IDR5 offers.
    private static int Smallest(Profile profile) =>
        profile.IDR5.GRAN4K ? 0
        : profile.IDR5.GRAN16K ? 2
        : 4;
}
