using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Devices access memory between any two stores of a driver that changes their entries.</summary>
public sealed class HitlessTraffic
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x11;
    private static readonly BenchOptions Unhurried = new()
    {
        Machine = new() { Smmus = [], Consumption = CommandConsumption.Lazy },
    };

    public static IEnumerable<Transition> Changes => Transition.All;

    [Case(
        "hitless.traffic",
        Level.Architecture,
        "config-cache.023",
        "config-cache.051",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void Each_access_meets_the_old_setting_the_new_one_or_a_refusal(
        Profile profile,
        Transition change
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var target = scene.DomainOf(change.To);
        using var traffic = new Traffic(scene.Bench, StreamScene.Page, cached: true, Nic);

        scene.Bench.Must(scene.Bench.Attach(nic, target));

        traffic.MustAll(access => IsOneOf(change, access), "only those mean something");
    }

    [Case(
        "hitless.traffic.uncached",
        Level.Architecture,
        "config-cache.008",
        "config-cache.023",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void A_fetch_after_any_store_finds_the_old_setting_the_new_one_or_a_refusal(
        Profile profile,
        Transition change
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var target = scene.DomainOf(change.To);
        using var traffic = new Traffic(scene.Bench, StreamScene.Page, cached: false, Nic);

        scene.Bench.Must(scene.Bench.Attach(nic, target));

        traffic.MustAll(access => IsOneOf(change, access), "only those mean something");
    }

    [Case(
        "hitless.traffic.slow-queue",
        Level.Architecture,
        "ordering.008",
        "config-cache.023",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void Commands_that_take_their_time_change_nothing(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile, Unhurried);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var target = scene.DomainOf(change.To);
        using var traffic = new Traffic(scene.Bench, StreamScene.Page, cached: true, Nic);

        scene.Bench.Must(scene.Bench.Attach(nic, target));

        traffic.MustAll(access => IsOneOf(change, access), "only those mean something");
        var access = scene.Bench.Dma(nic, StreamScene.Page);
        StreamScene.Gives(change.To, access).Should().BeTrue($"{access}");
    }

    [Case(
        "hitless.traffic.two-streams",
        Level.Architecture,
        "config-cache.032",
        "config-cache.023",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void Streams_that_change_one_after_the_other_meet_nothing_else(
        Profile profile,
        Transition change
    )
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var nic = bench.AddDevice(new MasterDescription { Name = "nic", Streams = [Nic, Gpu] });
        scene.Set(nic, change.From);
        var target = scene.DomainOf(change.To);
        using var traffic = new Traffic(bench, StreamScene.Page, cached: true, Nic, Gpu);

        bench.Must(bench.Attach(nic, target));

        traffic.MustAll(access => IsOneOf(change, access), "only those mean something");
    }

    [Case(
        "hitless.traffic.at-once",
        Level.Contract,
        "contract.attach-replaces",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void Once_attached_no_access_meets_the_old_setting(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        scene.Bench.Dma(nic, StreamScene.Page);
        scene.Bench.Dma(nic, StreamScene.Page, write: true);

        scene.Set(nic, change.To);

        foreach (var write in (bool[])[false, true])
        {
            var access = scene.Bench.Dma(nic, StreamScene.Page, write);
            StreamScene.Gives(change.To, access).Should().BeTrue($"write {write}: {access}");
        }
    }

    private static bool IsOneOf(Transition change, in Translation access) =>
        StreamScene.Gives(change.From, access)
        || StreamScene.Gives(change.To, access)
        || StreamScene.Refuses(access);
}
