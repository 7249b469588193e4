using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Context descriptors of several devices: alike where they share a domain, apart where they do not.</summary>
public sealed class CdSharing
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x11;
    private static readonly MasterDescription TwoStreams = new()
    {
        Name = "nic",
        Streams = [Nic, Gpu],
    };

    [Case(
        "cd.asid.same-domain",
        Level.Architecture,
        "asid.016",
        "asid.019",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Descriptors_with_one_ASID_translate_alike(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var (nic, gpu) = (scene.Bench.AddDevice(Nic), scene.Bench.AddDevice(Gpu));
        scene.Set(nic, StreamSetting.DomainA);

        scene.Set(gpu, StreamSetting.DomainA);

        // What is not cached in a TLB may differ: how faults are answered.
        var first = scene.Bench.CdOf(Nic) with
        {
            S = false,
            R = false,
            A = false,
        };
        var second = scene.Bench.CdOf(Gpu) with { S = false, R = false, A = false };
        if (first.ASID == second.ASID)
            Assert.Equal(first, second);
    }

    [Case("cd.two-devices", Level.Contract, "contract.other-masters", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Devices_of_two_domains_share_no_descriptor(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var (nic, gpu) = (bench.AddDevice(Nic), bench.AddDevice(Gpu));
        scene.Set(nic, StreamSetting.DomainA);
        var before = bench.CdOf(Nic);

        scene.Set(gpu, StreamSetting.DomainB);

        Assert.Equal(before, bench.CdOf(Nic));
        bench.SteOf(Gpu).S1ContextPtr.Should().NotBe(bench.SteOf(Nic).S1ContextPtr);
        var (first, second) = (bench.Dma(nic, StreamScene.Page), bench.Dma(gpu, StreamScene.Page));
        StreamScene.Gives(StreamSetting.DomainA, first).Should().BeTrue($"{first}");
        StreamScene.Gives(StreamSetting.DomainB, second).Should().BeTrue($"{second}");
    }

    [Case(
        "cd.leave-shared-domain",
        Level.Contract,
        "contract.other-masters",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_leaves_a_domain_that_another_goes_on_using(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var (nic, gpu) = (bench.AddDevice(Nic), bench.AddDevice(Gpu));
        scene.Set(nic, StreamSetting.DomainA);
        scene.Set(gpu, StreamSetting.DomainA);
        bench.Dma(nic, StreamScene.Page);

        bench.Must(bench.Detach(nic));

        var access = bench.Dma(gpu, StreamScene.Page);
        StreamScene.Gives(StreamSetting.DomainA, access).Should().BeTrue($"{access}");
    }

    [Case(
        "cd.cfgi",
        Level.Architecture,
        "config-cache.033",
        "config-cache.032",
        "linux.cfgi.every-stream",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Every_stream_learns_of_a_new_descriptor(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var nic = bench.AddDevice(TwoStreams);
        scene.Set(nic, StreamSetting.DomainA);
        foreach (var stream in nic.Streams)
            bench.Dma(nic, StreamScene.Page, stream: stream);

        scene.Set(nic, StreamSetting.DomainB);

        foreach (var stream in nic.Streams)
        {
            var told = bench.Commands.ToList().FindIndex(c => Forgets(c, stream));
            told.Should().BeGreaterThanOrEqualTo(0, $"stream {stream} has a copy of its own");
            bench.Commands.Skip(told).Should().Contain(c => c.Is<Sync>(), "and must be waited for");
            var access = bench.Dma(nic, StreamScene.Page, stream: stream);
            StreamScene.Gives(StreamSetting.DomainB, access).Should().BeTrue($"{stream}: {access}");
        }
    }

    [Case("cd.clear.stale", Level.Contract, "contract.attach-replaces", Needs = StreamScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Nothing_of_an_earlier_domain_is_left_behind_a_detour(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var nic = bench.AddDevice(TwoStreams);
        scene.Set(nic, StreamSetting.DomainA);
        bench.Dma(nic, StreamScene.Page);
        scene.Set(nic, StreamSetting.Bypass);

        scene.Set(nic, StreamSetting.DomainB);

        foreach (var stream in nic.Streams)
        {
            var access = bench.Dma(nic, StreamScene.Page, stream: stream);
            StreamScene.Gives(StreamSetting.DomainB, access).Should().BeTrue($"{access}");
        }
    }

    private static bool Forgets(Command command, StreamId stream) =>
        command.Is<CfgiSteRange>()
        || (command.Is<CfgiSte>() && command.As<CfgiSte>().StreamID == stream)
        || (command.Is<CfgiCdAll>() && command.As<CfgiCdAll>().StreamID == stream)
        || (
            command.Is<CfgiCd>()
            && command.As<CfgiCd>() is { SubstreamID.Value: 0 } cfgi
            && cfgi.StreamID == stream
        );
}
