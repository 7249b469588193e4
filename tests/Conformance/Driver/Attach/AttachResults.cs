using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a device can reach once it is attached, and once it is not any more.</summary>
public sealed class AttachResults
{
    private const Capabilities Kinds =
        Capabilities.Identity | Capabilities.Blocked | Capabilities.Stage1;

    [Case(
        "attach.identity",
        Level.Contract,
        "contract.attach-replaces",
        Needs = Capabilities.Identity
    )]
    public void An_identity_domain_passes_every_address_unchanged(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(0x10);

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        var last = (1ul << profile.OutputAddressBits) - 0x1000;
        foreach (var address in (ulong[])[0, 0x1234, 0x8000_0000, last])
        foreach (var write in (bool[])[false, true])
        {
            var access = bench.Dma(nic, address, write);
            Assert.True(
                access.Passed && access.Address.Value == address,
                $"0x{address:x} met {WarmScene.Text(access)}"
            );
        }
    }

    [Case("attach.blocked", Level.Contract, "contract.attach-replaces", Needs = Kinds)]
    public void A_blocked_domain_refuses_what_passed_before(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(0x10);
        bench.Must(bench.Attach(nic, bench.IdentityDomain()));
        Assert.True(bench.Dma(nic, 0x1000).Passed);

        bench.Must(bench.Attach(nic, bench.BlockedDomain()));

        foreach (var write in (bool[])[false, true])
            Assert.False(bench.Dma(nic, 0x1000, write).Passed);
    }

    [Case("attach.blocked.silent", Level.Linux, "linux.ste.abort", Needs = Capabilities.Blocked)]
    public void A_blocked_device_causes_no_event(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(0x10);
        bench.Must(bench.Attach(nic, bench.BlockedDomain()));
        var mark = bench.Trace.Mark;

        bench.Dma(nic, 0x1000);
        bench.Dma(nic, 0x1000, write: true);

        Assert.Empty(bench.EventsSince(mark));
    }

    [Case(
        "attach.paging",
        Level.Contract,
        "contract.attach-replaces",
        "contract.map-translates",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_paging_domain_gives_what_is_mapped_and_nothing_else(Profile profile)
    {
        using var scene = new WarmScene(profile);

        scene.Map(3, 5);

        scene.MustReach(3, 5);
        scene.MustReach(scene.At(4) + 0x123, scene.PhysicalOf(4) + 0x123);
        scene.MustRefuse(0, 3);
        scene.MustRefuse(8, 3);
        scene.MustRefuse(scene.PhysicalOf(3).Value);
    }

    [Case("attach.default", Level.Contract, "contract.default-policy", "contract.policies-kept")]
    public void A_device_without_a_domain_has_the_declared_default(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var nic = bench.AddDevice(0x10);

        MustHaveDefault(bench, nic, 0x1000);
    }

    [Case("attach.detach", Level.Contract, "contract.detach-default", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void After_a_detach_no_access_reaches_the_domain(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 8);
        scene.Warm(0, 8);

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        for (var page = 0ul; page < 8; page++)
            MustHaveDefault(scene.Bench, scene.Nic, scene.At(page));
    }

    [Case("attach.removed", Level.Contract, "contract.master-removed", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_that_is_removed_while_attached_reaches_nothing_more(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 8);
        scene.Warm(0, 8);

        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));

        for (var page = 0ul; page < 8; page++)
            MustHaveDefault(scene.Bench, scene.Nic, scene.At(page));
        scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain));
    }

    [Case(
        "attach.shutdown",
        Level.Contract,
        "contract.shutdown-stops-dma",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void After_a_shutdown_no_access_is_translated(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 8);
        scene.Warm(0, 8);

        scene.Bench.Must(scene.Bench.Shutdown());

        for (var page = 0ul; page < 8; page++)
        {
            var access = scene.Bench.Dma(scene.Nic, scene.At(page));
            Assert.True(
                !access.Passed || access.Address.Value == scene.At(page).Value,
                $"page {page} met {WarmScene.Text(access)}"
            );
        }
    }

    private static void MustHaveDefault(TestBench bench, Device device, Iova at)
    {
        var bypass = bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass;
        var access = bench.Dma(device, at);
        Assert.True(
            bypass ? access.Passed && access.Address.Value == at.Value : !access.Passed,
            $"{device} without a domain must {(bypass ? "bypass" : "be refused")}, but met {WarmScene.Text(access)}"
        );
    }
}
