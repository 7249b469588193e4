using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Several devices: on one domain, and each on its own.</summary>
public sealed class AttachSharing
{
    [Case(
        "attach.share",
        Level.Contract,
        "contract.attach-replaces",
        "contract.map-translates",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Two_devices_on_one_domain_see_the_same_pages(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var gpu = scene.Bench.AddDevice(WarmScene.SecondStream);
        scene.Map(0, 2);
        scene.Warm(0, 2);

        scene.Bench.Must(scene.Bench.Attach(gpu, scene.Domain));
        scene.Map(2, 2);

        for (var page = 0ul; page < 4; page++)
        {
            scene.MustReach(scene.At(page), scene.PhysicalOf(page), gpu);
            scene.MustReach(page, 1);
        }
    }

    [Case("attach.share.unmap", Level.Architecture, "tlb.059", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_unmap_takes_the_page_from_every_device(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var gpu = scene.Bench.AddDevice(WarmScene.SecondStream);
        scene.Bench.Must(scene.Bench.Attach(gpu, scene.Domain));
        scene.Map(0, 8);
        for (var page = 0ul; page < 8; page++)
            scene.MustReach(scene.At(page), scene.PhysicalOf(page), page % 2 == 0 ? gpu : null);

        scene.Unmap(2, 4);

        scene.MustRefuse(2, 4);
        for (var page = 2ul; page < 6; page++)
            scene.MustRefuse(scene.At(page), gpu);
        scene.MustReach(scene.At(1), scene.PhysicalOf(1), gpu);
    }

    [Case(
        "attach.share.leave",
        Level.Contract,
        "contract.detach-default",
        "contract.map-translates",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_that_leaves_takes_nothing_from_the_others(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var gpu = bench.AddDevice(WarmScene.SecondStream);
        bench.Must(bench.Attach(gpu, scene.Domain));
        scene.Map(0, 8);
        scene.Warm(0, 8);

        bench.Must(bench.Detach(scene.Nic));

        for (var page = 0ul; page < 8; page++)
            scene.MustReach(scene.At(page), scene.PhysicalOf(page), gpu);
        scene.Unmap(2, 4);
        for (var page = 2ul; page < 6; page++)
            scene.MustRefuse(scene.At(page), gpu);
    }

    [Case("attach.apart", Level.Architecture, "asid.002", "tlb.010", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Devices_on_their_own_domains_never_see_each_others_pages(Profile profile)
    {
        const int Devices = 24;
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var devices = new List<(Device Device, PhysicalAddress Page)>();
        for (var n = 0; n < Devices; n++)
        {
            var (device, domain) = bench.Tagged(20 + n);
            var physical = WarmScene.Elsewhere + (ulong)n * scene.Page;
            bench.Must(bench.Map(domain, scene.At(0), physical, scene.Page));
            devices.Add((device, physical));
        }

        foreach (var (device, physical) in devices)
            scene.MustReach(scene.At(0), physical, device);

        foreach (var (device, physical) in devices)
        {
            scene.MustReach(scene.At(0), physical, device);
            scene.MustReach(scene.At(0), physical, device, write: true);
            scene.MustRefuse(scene.At(1), device);
        }
    }

    [Case("attach.others", Level.Contract, "contract.map-translates", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Devices_beside_one_that_changes_go_on_as_before(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        scene.Map(0, 4);
        scene.Warm(0, 4);
        var other = scene.NewDomain();
        foreach (var stream in new StreamId[] { 0x0f, 0x11, 0x12 })
        {
            var device = bench.AddDevice(stream);
            scene.MustReach(0, 4);
            bench.Must(bench.Attach(device, other));
            scene.MustReach(0, 4);
            bench.Must(bench.Detach(device));
            scene.MustReach(0, 4);
            bench.Must(bench.RemoveDevice(device));
            scene.MustReach(0, 4);
        }
        bench.Must(bench.FreeDomain(other));
        scene.MustReach(0, 4);
    }

    [Case("attach.map-order", Level.Contract, "contract.map-translates", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Pages_mapped_before_and_after_an_attach_are_equally_there(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var domain = scene.NewDomain();
        bench.Must(bench.Map(domain, scene.At(0), WarmScene.Target, 4 * scene.Page));
        bench.Must(bench.Unmap(domain, scene.At(3), scene.Page));

        bench.Must(bench.Attach(scene.Nic, domain));
        bench.Must(bench.Map(domain, scene.At(4), WarmScene.Elsewhere, 4 * scene.Page));

        for (var page = 0ul; page < 3; page++)
            scene.MustReach(scene.At(page), WarmScene.Target + page * scene.Page);
        scene.MustRefuse(3, 1);
        for (var page = 0ul; page < 4; page++)
            scene.MustReach(scene.At(4 + page), WarmScene.Elsewhere + page * scene.Page);
    }
}
