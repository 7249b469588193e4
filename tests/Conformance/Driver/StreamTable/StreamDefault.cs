using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What streams get that nobody has given a domain.</summary>
public sealed class StreamDefault
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Nobody = 0x11;
    private static readonly Iova Page = 0x40_0000;

    [Case("strtab.default.before-attach", Level.Contract, "contract.default-policy")]
    public void A_new_device_gets_the_declared_default(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var nic = bench.AddDevice(Nic);

        MustBeTheDefault(bench, Nic);
        bench.Must(bench.RemoveDevice(nic));
    }

    [Case(
        "strtab.default.after-detach",
        Level.Contract,
        "contract.detach-default",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Settings))]
    public void A_detached_device_gets_the_declared_default(Profile profile, string setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, Enum.Parse<StreamSetting>(setting, ignoreCase: true));
        scene.Bench.Dma(nic, StreamScene.Page);

        scene.Bench.Must(scene.Bench.Detach(nic));

        MustBeTheDefault(scene.Bench, Nic);
    }

    [Case(
        "strtab.default.after-remove",
        Level.Contract,
        "contract.default-policy",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Settings))]
    public void The_streams_of_a_removed_device_get_the_declared_default(
        Profile profile,
        string setting
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, Enum.Parse<StreamSetting>(setting, ignoreCase: true));
        scene.Bench.Dma(nic, StreamScene.Page);

        scene.Bench.Must(scene.Bench.RemoveDevice(nic));

        MustBeTheDefault(scene.Bench, Nic);
    }

    [Case("strtab.default.nobody", Level.Contract, "contract.default-policy")]
    public void A_stream_that_no_device_has_gets_no_more_than_the_default(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.AddDevice(Nic);

        var access = bench.Dma(new Transaction { Stream = Nobody, Address = Page });

        if (bench.Description.Policies.UnattachedStreams == UnattachedStreams.Abort)
            access.Passed.Should().BeFalse($"the driver declares abort:\n{bench.SteOf(Nobody)}");
        else if (access.Passed)
            access.Address.Value.Should().Be(Page.Value, "the driver declares bypass");
    }

    [Case("strtab.default.silent", Level.Architecture, "ste.040", "ste.034")]
    public void A_device_without_a_domain_is_refused_in_silence(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        if (bench.Description.Policies.UnattachedStreams != UnattachedStreams.Abort)
            throw VerdictException.NotApplicable("the driver declares bypass as its default");
        var nic = bench.AddDevice(Nic);

        var access = bench.Dma(nic, Page);

        access.Result.Should().Be(TranslationResult.Aborted, "V = 0 would flood the event queue");
    }

    public static IEnumerable<string> Settings => ["abort", "bypass", "domaina"];

    private static void MustBeTheDefault(TestBench bench, StreamId stream)
    {
        var access = bench.Dma(new Transaction { Stream = stream, Address = Page });
        var passes = bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass;
        access.Passed.Should().Be(passes, $"that is the declared default:\n{bench.SteOf(stream)}");
        if (passes)
            access.Address.Value.Should().Be(Page.Value);
    }
}
