using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Devices whose entries lie side by side do not feel one another.</summary>
public sealed class StreamNeighbours
{
    private static readonly StreamId Disk = 0x0f;
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x11;

    public static IEnumerable<Transition> Changes => Transition.All;

    [Case(
        "strtab.neighbours.entries",
        Level.Contract,
        "contract.other-masters",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void The_entries_on_both_sides_keep_every_bit(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        scene.Set(bench.AddDevice(Disk), StreamSetting.Bypass);
        scene.Set(bench.AddDevice(Gpu), StreamSetting.DomainA);
        var nic = bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var (below, above) = (bench.SteOf(Disk), bench.SteOf(Gpu));

        scene.Set(nic, change.To);

        Assert.Equal(below, bench.SteOf(Disk));
        Assert.Equal(above, bench.SteOf(Gpu));
    }

    [Case(
        "strtab.neighbours.stores",
        Level.Contract,
        "contract.other-masters",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void No_entry_of_another_stream_is_written_even_for_a_moment(
        Profile profile,
        Transition change
    )
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        scene.Set(bench.AddDevice(Gpu), StreamSetting.DomainB);
        var nic = bench.AddDevice(Nic);
        scene.Set(nic, change.From);

        scene.Set(nic, change.To);

        bench
            .Trace.Since<StoreEntry>(bench.LastOperation)
            .Where(store => store.Place.Kind == PlaceKind.Ste)
            .Should()
            .NotContain(store => store.Place.Stream != Nic);
    }

    [Case(
        "strtab.neighbours.add-and-remove",
        Level.Contract,
        "contract.other-masters",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_comes_and_goes_beside_one_that_works(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var gpu = bench.AddDevice(Gpu);
        scene.Set(gpu, StreamSetting.DomainA);
        var before = bench.SteOf(Gpu);

        bench.Must(bench.RemoveDevice(bench.AddDevice(Nic)));

        Assert.Equal(before, bench.SteOf(Gpu));
        var access = bench.Dma(gpu, StreamScene.Page);
        StreamScene.Gives(StreamSetting.DomainA, access).Should().BeTrue($"{access}");
    }

    [Case(
        "strtab.cfgi.after-change",
        Level.Architecture,
        "config-cache.025",
        "config-cache.009",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void The_last_store_to_an_entry_is_announced_and_waited_for(
        Profile profile,
        Transition change
    )
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var nic = bench.AddDevice(new MasterDescription { Name = "nic", Streams = [Nic, Gpu] });
        scene.Set(nic, change.From);

        scene.Set(nic, change.To);

        var acts = bench.Trace.Since(bench.LastOperation).ToList();
        foreach (var stream in nic.Streams)
        {
            var stored = acts.FindLastIndex(act =>
                act is StoreEntry { Place.Kind: PlaceKind.Ste } s && s.Place.Stream == stream
            );
            if (stored < 0)
                continue;
            var told = acts.FindIndex(stored, act => Announces(act, stream));
            told.Should().BeGreaterThan(stored, $"STE {stream} may be cached");
            acts.FindIndex(told, act => act is CommandEntry c && c.Command.Is<Sync>())
                .Should()
                .BeGreaterThan(told, "only a CMD_SYNC says that the old entry is forgotten");
        }
    }

    private static bool Announces(TraceEntry act, StreamId stream) =>
        act is CommandEntry { Error: CommandError.None } c
        && (
            c.Command.Is<CfgiSteRange>()
            || (c.Command.Is<CfgiSte>() && c.Command.As<CfgiSte>().StreamID == stream)
        );
}
