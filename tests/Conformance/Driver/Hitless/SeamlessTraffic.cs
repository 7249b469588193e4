using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Accesses that need not notice that entries are changed: of others, and of the device itself where one word decides.</summary>
public sealed class SeamlessTraffic
{
    private static readonly StreamId Disk = 0x0f;
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x11;

    public static IEnumerable<Transition> Changes => Transition.All;

    /// <summary>Changes in which an access can be good before and after and the entry alone changes.</summary>
    public static IEnumerable<Transition> Seamless =>
        Changes.Where(c =>
            c
                is
                    (not StreamSetting.Abort, StreamSetting.Bypass)
                    or
                    (StreamSetting.Bypass, not StreamSetting.Abort)
        );

    [Case(
        "hitless.traffic.neighbours",
        Level.Contract,
        "contract.other-masters",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void Neighbours_do_not_notice(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        scene.Set(bench.AddDevice(Disk), StreamSetting.DomainA);
        scene.Set(bench.AddDevice(Gpu), StreamSetting.DomainA);
        var nic = bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var target = scene.DomainOf(change.To);
        using var traffic = new Traffic(bench, StreamScene.Page, cached: false, Disk, Gpu);

        bench.Must(bench.Attach(nic, target));

        traffic.MustAll(
            access => StreamScene.Gives(StreamSetting.DomainA, access),
            "their domain has not changed"
        );
    }

    [Case(
        "hitless.traffic.seamless",
        Level.Linux,
        "linux.hitless.algorithm",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Seamless))]
    public void An_access_that_is_good_before_and_after_is_good_meanwhile(
        Profile profile,
        Transition change
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var target = scene.DomainOf(change.To);
        using var traffic = new Traffic(scene.Bench, StreamScene.Same, cached: false, Nic);

        scene.Bench.Must(scene.Bench.Attach(nic, target));

        traffic.MustAll(
            access => access.Passed && access.Address.Value == StreamScene.Same.Value,
            "both settings pass the address unchanged"
        );
    }

    [Case(
        "hitless.traffic.no-events",
        Level.Linux,
        "linux.hitless.algorithm",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void No_access_meets_an_invalid_entry(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var target = scene.DomainOf(change.To);
        using var traffic = new Traffic(scene.Bench, StreamScene.Page, cached: false, Nic);

        scene.Bench.Must(scene.Bench.Attach(nic, target));

        traffic.MustAll(access => !access.Event.Is<CBadSte>(), "the entry stays valid");
    }
}
