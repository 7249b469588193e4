using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using static SmmuConformance.Conformance.Driver.StreamTableReader;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Second levels of a stream table: made ready, made reachable, announced.</summary>
public sealed class StreamTableLeaves
{
    private static readonly StreamId Nic = 0x10;

    [Case("strtab.2lvl.span", Level.Architecture, "stream-table.008", "stream-table.014")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void The_span_covers_the_stream_and_no_more_than_the_split(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        var level1 = DescriptorOf(bench, Nic);
        ((int)level1.Span).Should().BeInRange(1, SplitOf(bench) + 1, "another span is no span");
        EntryOf(bench, Nic).Should().NotBeNull($"{Nic} must lie within 2^(Span - 1) entries");
    }

    [Case("strtab.2lvl.span-linux", Level.Linux, "linux.probe.split")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_leaf_has_256_entries(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        (SplitOf(bench), (int)DescriptorOf(bench, Nic).Span).Should().Be((8, 9));
    }

    [Case("strtab.2lvl.leaf-aligned", Level.Architecture, "stream-table.015", "stream-table.011")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_leaf_is_aligned_to_its_size_and_lies_in_memory_of_the_driver(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        var level1 = DescriptorOf(bench, Nic);
        var bytes = 64ul * (ulong)level1.Entries;
        (level1.L2Ptr.Value % bytes).Should().Be(0, "the SMMU takes the bits below as zero");
        IsBacked(bench, level1.L2Ptr, bytes).Should().BeTrue($"{level1}");
    }

    [Case("strtab.2lvl.absent", Level.Architecture, "stream-table.014", "stream-table.011")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void Every_other_descriptor_leads_to_memory_of_the_driver_or_nowhere(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        for (var index = 0u; index < DescriptorsOf(bench); index++)
        {
            var level1 = DescriptorOf(bench, index << SplitOf(bench));
            if (level1.Valid)
                IsBacked(bench, level1.L2Ptr, 64ul * (ulong)level1.Entries)
                    .Should()
                    .BeTrue($"level 1 descriptor {index} leads there:\n{level1}");
        }
    }

    [Case("strtab.2lvl.absent-zero", Level.Linux, "linux.probe.split")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_descriptor_without_a_device_is_zero(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        var own = Nic.Value >> SplitOf(bench);
        for (var index = 0u; index < DescriptorsOf(bench); index++)
            if (index != own)
                Assert.Equal(default, DescriptorOf(bench, index << SplitOf(bench)));
    }

    [Case(
        "strtab.2lvl.l2-before-span",
        Level.Architecture,
        "stream-table.020",
        "ordering.001",
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_leaf_is_filled_and_visible_before_it_is_reachable(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        var acts = bench.Trace.Since(bench.LastOperation).ToList();
        var linked = acts.FindIndex(IsLink);
        var leaf = DescriptorOf(bench, Nic);
        linked.Should().BeGreaterThan(0, "the leaf is made when the device is added");
        var filled = acts.FindLastIndex(act => act is StoreEntry store && IsIn(store, leaf));
        filled.Should().BeInRange(0, linked - 1, "the last store into the leaf comes before");
        acts.FindIndex(filled, act => act is BarrierEntry)
            .Should()
            .BeInRange(filled, linked, "only a barrier makes the stores visible in that order");
    }

    [Case(
        "strtab.2lvl.one-store",
        Level.Architecture,
        "stream-table.020",
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_descriptor_becomes_valid_in_one_store(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        var stores = bench
            .Trace.Since<StoreEntry>(bench.LastOperation)
            .Where(store => store.Address == DescriptorAt(bench, Nic))
            .Select(store => store.New);
        stores.Should().Equal([DescriptorOf(bench, Nic).Word(0)], "any other was half a pointer");
    }

    [Case(
        "strtab.cfgi.l1std",
        Level.Architecture,
        "stream-table.012",
        "stream-table.016",
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_new_leaf_is_announced_with_Leaf_0_and_waited_for(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        var acts = bench.Trace.Since(bench.LastOperation).ToList();
        var linked = acts.FindIndex(IsLink);
        var told = acts.FindIndex(
            linked,
            act => act is CommandEntry c && Forgets(c.Command, bench)
        );
        told.Should().BeGreaterThan(linked, "Leaf = 1 need not make it forget that there was none");
        acts.FindIndex(told, act => act is CommandEntry c && c.Command.Is<Sync>())
            .Should()
            .BeGreaterThan(told, "the SMMU has forgotten only when a CMD_SYNC says so");
    }

    [Case("strtab.2lvl.entries", Level.Architecture, "stream-table.011", "stream-table.020")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void Every_entry_of_a_new_leaf_is_initialised(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        bench.AddDevice(Nic);

        var leaf = DescriptorOf(bench, Nic);
        for (var i = 0ul; i < (ulong)leaf.Entries; i++)
        {
            var ste = bench.ReadStructure<Ste>(leaf.L2Ptr + 64 * i);
            var harmless = !ste.V || ste.Config is SteConfig.Abort or SteConfig.Bypass;
            Assert.True(harmless, $"entry {i} of the leaf belongs to nobody:\n{ste}");
        }
    }

    [Case("strtab.2lvl.entries-abort", Level.Linux, "linux.reset.ste-abort")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void Every_entry_of_a_new_leaf_without_an_owner_is_valid_and_aborts(Profile profile)
    {
        using var bench = StartTwoLevel(profile);
        if (bench.Description.Policies.UnattachedStreams != UnattachedStreams.Abort)
            throw VerdictException.NotApplicable("the driver declares bypass as its default");

        bench.AddDevice(Nic);

        var leaf = DescriptorOf(bench, Nic);
        for (var i = 0ul; i < (ulong)leaf.Entries; i++)
        {
            var ste = bench.ReadStructure<Ste>(leaf.L2Ptr + 64 * i);
            Assert.True(
                ste == new Ste { V = true, Config = SteConfig.Abort },
                $"entry {i} of the leaf belongs to nobody, and must be valid and abort:\n{ste}"
            );
        }
    }

    private static bool IsIn(StoreEntry store, L1Std leaf) =>
        store.Address.Value >= leaf.L2Ptr.Value
        && store.Address.Value < leaf.L2Ptr.Value + 64ul * (ulong)leaf.Entries;

    private static bool IsLink(TraceEntry act) =>
        act is StoreEntry { Place.Kind: PlaceKind.L1Std } store && new L1Std([store.New]).Valid;

    private static bool Forgets(in Command command, TestBench bench)
    {
        if (command.Is<CfgiSteRange>())
            return true;
        if (!command.Is<CfgiSte>())
            return false;
        var cfgi = command.As<CfgiSte>();
        var split = SplitOf(bench);
        return !cfgi.Leaf && cfgi.StreamID.Value >> split == Nic.Value >> split;
    }
}
