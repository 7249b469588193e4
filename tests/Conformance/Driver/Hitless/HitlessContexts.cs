using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A device goes from one stage 1 domain to another: its context descriptor is changed or replaced.</summary>
public sealed class HitlessContexts
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x11;
    private static readonly Transition Change = new(StreamSetting.DomainA, StreamSetting.DomainB);

    public static IEnumerable<MasterKind> Masters => MasterKind.All;

    [Case(
        "hitless.cd.every-view",
        Level.Architecture,
        "config-cache.020",
        "config-cache.018",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void Whatever_can_be_read_is_the_old_descriptor_the_new_one_or_a_refusal(
        Profile profile,
        MasterKind kind
    )
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(kind.Description);
        scene.Set(nic, Change.From);
        var before = scene.Bench.CdOf(nic.Stream);

        scene.Set(nic, Change.To);

        scene.Bench.Monitor.Violations.Should().BeEmpty();
        var after = scene.Bench.CdOf(nic.Stream);
        foreach (var seen in Descriptors(scene.Bench, nic.Stream, before))
            Assert.True(
                Meaning.Same(seen, before) || Meaning.Same(seen, after) || Meaning.Refuses(seen),
                $"the SMMU could have read:\n{seen}"
            );
    }

    [Case(
        "hitless.cd.invalid-first",
        Level.Architecture,
        "config-cache.022",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_descriptor_made_invalid_is_known_to_be_before_it_changes(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, Change.From);

        scene.Set(nic, Change.To);

        var acts = scene.Bench.Trace.Since(scene.Bench.LastOperation).ToList();
        var broken = acts.FindIndex(act => IsDescriptor(act, word: 0, valid: false));
        if (broken < 0)
            return;
        var changed = acts.FindIndex(broken + 1, act => IsDescriptor(act));
        changed.Should().BeGreaterThan(broken, "an invalid descriptor serves nobody");
        MustForgetBetween(acts, broken, changed);
    }

    [Case(
        "hitless.cd.valid-last",
        Level.Architecture,
        "config-cache.021",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_descriptor_is_made_valid_when_all_else_is_known(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, Change.From);

        scene.Set(nic, Change.To);

        var acts = scene.Bench.Trace.Since(scene.Bench.LastOperation).ToList();
        var broken = acts.FindIndex(act => IsDescriptor(act, word: 0, valid: false));
        if (broken < 0)
            return;
        var valid = acts.FindIndex(broken, act => IsDescriptor(act, word: 0, valid: true));
        var filled = acts.FindLastIndex(act => IsDescriptor(act) && !IsDescriptor(act, word: 0));
        valid.Should().BeGreaterThan(filled, "V may be read before or after any other word");
        MustForgetBetween(acts, filled, valid);
    }

    [Case(
        "hitless.cd.traffic",
        Level.Architecture,
        "config-cache.023",
        "asid.007",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Masters))]
    public void No_access_is_translated_by_the_table_of_one_and_the_tag_of_the_other(
        Profile profile,
        MasterKind kind
    )
    {
        using var scene = new StreamScene(profile);
        var (nic, gpu) = (scene.Bench.AddDevice(kind.Description), scene.Bench.AddDevice(Gpu));
        scene.Set(gpu, Change.From);
        scene.Set(nic, Change.From);
        var target = scene.DomainOf(Change.To);
        using var traffic = new Traffic(scene.Bench, StreamScene.Page, true, nic.Stream, Gpu);

        scene.Bench.Must(scene.Bench.Attach(nic, target));

        // A translation of the new table under the old tag would serve the other device, which has not moved.
        var access = scene.Bench.Dma(gpu, StreamScene.Page);
        StreamScene.Gives(Change.From, access).Should().BeTrue($"{access}");
        traffic.MustAll(seen => StreamScene.Gives(Change.From, seen), "it has not moved", Gpu);
        traffic.MustAll(
            seen => StreamScene.Gives(Change.From, seen) || MayMeet(seen),
            "only old, new and refusal mean something"
        );
    }

    [Case("hitless.cd.old-pages", Level.Architecture, "asid.010", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void No_access_reaches_pages_of_the_old_domain_any_more(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var bench = scene.Bench;
        var nic = bench.AddDevice(Nic);
        Iova only = 0x60_0000;
        var old = scene.DomainOf(Change.From);
        bench.Must(bench.Map(old, only, 0x3_0000_0000, StreamScene.Size));
        scene.Set(nic, Change.From);
        bench.Dma(nic, only).Passed.Should().BeTrue();

        scene.Set(nic, Change.To);

        bench.Dma(nic, only).Passed.Should().BeFalse("only the old domain maps it");
    }

    [Case("hitless.cd.min-syncs", Level.Linux, "linux.hitless.break", Needs = Capabilities.Stage1)]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_descriptor_takes_three_rounds_at_most(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var nic = scene.Bench.AddDevice(Nic);
        scene.Set(nic, Change.From);

        scene.Set(nic, Change.To);

        scene.Bench.CommandsOf<CfgiCd>().Count.Should().BeLessThanOrEqualTo(3);
    }

    [Case("hitless.cd.final", Level.Linux, "linux.cd.s1", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_descriptor_is_in_the_end_what_a_new_device_gets(Profile profile)
    {
        using var scene = new StreamScene(profile);
        var (nic, gpu) = (scene.Bench.AddDevice(Nic), scene.Bench.AddDevice(Gpu));
        scene.Set(gpu, Change.To);
        scene.Set(nic, Change.From);

        scene.Set(nic, Change.To);

        Assert.Equal(scene.Bench.CdOf(Gpu), scene.Bench.CdOf(Nic));
    }

    private static bool MayMeet(in Translation seen) =>
        StreamScene.Gives(Change.To, seen) || StreamScene.Refuses(seen);

    private static bool IsDescriptor(TraceEntry act, int? word = null, bool? valid = null) =>
        act is StoreEntry { Place.Kind: PlaceKind.Cd } store
        && store.Place.Word == (word ?? store.Place.Word)
        && (valid is null || new Cd([store.New, 0, 0, 0, 0, 0, 0, 0]).V == valid);

    private static void MustForgetBetween(List<TraceEntry> acts, int first, int second)
    {
        var between = acts[first..second].OfType<CommandEntry>().ToList();
        var told = between.FindIndex(c => c.Command.Is<CfgiCd>() || Wider(c.Command));
        var waited = between.FindLastIndex(c => c.Command.Is<Sync>());
        (told >= 0 && waited > told)
            .Should()
            .BeTrue($"a CMD_CFGI and a CMD_SYNC stand between:\n{TraceText.Of(acts)}");
    }

    private static bool Wider(in Command command) =>
        command.Is<CfgiCdAll>() || command.Is<CfgiSte>() || command.Is<CfgiSteRange>();

    // The descriptor as it stood after each store of the last operation.
    private static IEnumerable<Cd> Descriptors(TestBench bench, StreamId stream, Cd before)
    {
        var words = new ulong[Cd.Layout.WordCount];
        for (var i = 0; i < words.Length; i++)
            words[i] = before.Word(i);
        foreach (var store in bench.Trace.Since<StoreEntry>(bench.LastOperation))
            if (store.Place is { Kind: PlaceKind.Cd, Substream.Value: 0 } place)
                if (place.Stream == stream)
                {
                    words[place.Word] = store.New;
                    yield return new Cd(words);
                }
    }
}
