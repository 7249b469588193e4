using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Changing an entry the SMMU may be reading, for every ordered pair of settings.</summary>
public sealed class HitlessEntries
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x11;

    public static IEnumerable<Transition> Changes => Transition.All;

    // Rounds of CMD_CFGI_STE and CMD_SYNC that the Linux driver needs at most; fewer where SHCFG does not exist.
    private static int Rounds(Transition change) =>
        change switch
        {
            (StreamSetting.Abort, _) or (_, StreamSetting.Abort) => 2,
            (StreamSetting.Bypass, _) or (_, StreamSetting.Bypass) => 3,
            // One context pointer for another; Linux rewrites the descriptor instead.
            _ => 1,
        };

    [Case(
        "hitless.ste.every-view",
        Level.Architecture,
        "config-cache.020",
        "config-cache.023",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void Whatever_can_be_read_is_the_old_entry_the_new_one_or_a_refusal(
        Profile profile,
        Transition change
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var before = scene.Bench.SteOf(Nic);

        scene.Set(nic, change.To);

        // Words may be read in any order between two completed invalidations: the monitor builds every combination.
        scene.Bench.Monitor.Violations.Should().BeEmpty();
        var after = scene.Bench.SteOf(Nic);
        foreach (var seen in Entries(scene.Bench, Nic, before))
            Assert.True(
                Meaning.Same(seen, before) || Meaning.Same(seen, after) || Meaning.Refuses(seen),
                $"the SMMU could have read:\n{seen}"
            );
    }

    [Case(
        "hitless.ste.two-streams",
        Level.Architecture,
        "config-cache.020",
        "config-cache.025",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void Both_streams_of_a_device_change_over(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var nic = bench.AddDevice(new MasterDescription { Name = "nic", Streams = [Nic, Gpu] });
        scene.Set(nic, change.From);
        foreach (var stream in nic.Streams)
            bench.Dma(nic, StreamScene.Page, stream: stream);

        scene.Set(nic, change.To);

        bench.Monitor.Violations.Should().BeEmpty();
        foreach (var stream in nic.Streams)
        {
            var access = bench.Dma(nic, StreamScene.Page, stream: stream);
            StreamScene.Gives(change.To, access).Should().BeTrue($"{stream}: {access}");
        }
    }

    [Case(
        "hitless.ste.stays-valid",
        Level.Linux,
        "linux.hitless.algorithm",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void An_entry_of_which_one_word_decides_is_never_invalid(
        Profile profile,
        Transition change
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        var before = scene.Bench.SteOf(Nic);

        scene.Set(nic, change.To);

        foreach (var seen in Entries(scene.Bench, Nic, before))
            seen.V.Should().BeTrue($"accesses meet C_BAD_STE meanwhile:\n{seen}");
    }

    [Case("hitless.ste.min-syncs", Level.Linux, "linux.hitless.syncs", Needs = StreamScene.Needs)]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void A_change_takes_no_more_rounds_than_it_must(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);

        scene.Set(nic, change.To);

        scene
            .Bench.CommandsOf<CfgiSte>()
            .Count(command => command.StreamID == Nic)
            .Should()
            .BeLessThanOrEqualTo(Rounds(change), "each is a wait for the SMMU");
    }

    [Case(
        "hitless.ste.unused-cleared",
        Level.Linux,
        "linux.hitless.algorithm",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void Nothing_of_the_old_entry_is_left(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var (nic, gpu) = (scene.Bench.AddDevice(Nic), scene.Bench.AddDevice(Gpu));
        scene.Set(gpu, change.To);
        scene.Set(nic, change.From);

        scene.Set(nic, change.To);

        // The other device has had no other setting. Where its descriptors are says nothing.
        var fresh = scene.Bench.SteOf(Gpu);
        var pointer = scene.Bench.SteOf(Nic).S1ContextPtr;
        Assert.Equal(
            fresh.Stage1 ? fresh with { S1ContextPtr = pointer } : fresh,
            scene.Bench.SteOf(Nic)
        );
    }

    [Case(
        "hitless.ste.history",
        Level.Contract,
        "contract.attach-replaces",
        Needs = StreamScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Changes))]
    public void There_and_back_again_means_what_it_meant(Profile profile, Transition change)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, change.From);
        scene.Set(nic, change.To);
        scene.Bench.Dma(nic, StreamScene.Page);

        scene.Set(nic, change.From);

        var access = scene.Bench.Dma(nic, StreamScene.Page);
        StreamScene.Gives(change.From, access).Should().BeTrue($"{access}");
    }

    [Case(
        "hitless.ste.same-domain",
        Level.Contract,
        "contract.attach-replaces",
        Needs = StreamScene.Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Settings))]
    public void The_domain_it_has_already_disturbs_nothing(Profile profile, StreamSetting setting)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, setting);
        var before = scene.Bench.SteOf(Nic);

        scene.Set(nic, setting);

        foreach (var seen in Entries(scene.Bench, Nic, before))
            Assert.True(Meaning.Same(seen, before), $"the SMMU could have read:\n{seen}");
    }

    public static IEnumerable<StreamSetting> Settings => Enum.GetValues<StreamSetting>();

    // The entry as it stood after each store of the last operation.
    private static IEnumerable<Ste> Entries(TestBench bench, StreamId stream, Ste before)
    {
        var words = new ulong[Ste.Layout.WordCount];
        for (var i = 0; i < words.Length; i++)
            words[i] = before.Word(i);
        foreach (var store in bench.Trace.Since<StoreEntry>(bench.LastOperation))
            if (store.Place.Kind == PlaceKind.Ste && store.Place.Stream == stream)
            {
                words[store.Place.Word] = store.New;
                yield return new Ste(words);
            }
    }
}
