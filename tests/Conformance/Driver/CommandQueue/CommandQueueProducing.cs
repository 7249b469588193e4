using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Handing over commands through a ring that is small and is emptied slowly.</summary>
public sealed class CommandQueueProducing
{
    private static readonly StreamId Nic = 0x10;

    [Case(
        "cmdq.wrap.bit",
        Level.Architecture,
        "queues.005",
        "queues.030",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_producer_goes_round_the_ring_with_its_wrap_bit(Profile profile)
    {
        using var bench = TestBench.Start(Small(profile));
        var (_, domain) = bench.Attached(Nic);
        var page = bench.PageOf(domain);

        for (var round = 0; round < 400; round++)
        {
            bench.Must(bench.Map(domain, Everyday.Buffer, Everyday.Pages, page));
            bench.Must(bench.Unmap(domain, Everyday.Buffer, page));
        }

        var traffic = new CommandTraffic(bench);
        Assert.True(traffic.Consumed.Count > 4 * traffic.Entries, "the queue never went round");
        Assert.Equal(traffic.Consumed.Count, traffic.Doorbells.Sum(d => d.Added));
        Assert.All(traffic.Doorbells, d => Assert.True(d.To < 2 * traffic.Entries, $"{d}"));
    }

    [Case(
        "cmdq.prod.forward",
        Level.Architecture,
        "queues.008",
        "queues.019",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_producer_only_moves_forward_and_no_further_than_there_is_room(Profile profile)
    {
        using var bench = TestBench.Create(Small(profile), Everyday.Slow);

        bench.Live();

        var traffic = new CommandTraffic(bench);
        Assert.All(
            traffic.Doorbells,
            d => Assert.True(d.Added <= traffic.Entries && d.Waiting <= traffic.Entries, $"{d}")
        );
    }

    [Case(
        "cmdq.full.never-overwrite",
        Level.Architecture,
        "queues.031",
        "queues.017",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_slot_is_not_used_again_before_its_command_is_consumed(Profile profile)
    {
        using var bench = TestBench.Start(Small(profile), Everyday.Slow);
        var (_, domain, page) = bench.Mapped(pages: 300, Nic);

        bench.Must(bench.Unmap(domain, Everyday.Buffer, 300 * page));

        var traffic = new CommandTraffic(bench);
        if (traffic.Doorbells.Max(d => d.Waiting) < traffic.Entries / 2)
            throw VerdictException.NotObservable(
                "the driver never has half a queue of commands waiting"
            );
        foreach (var store in bench.Trace.Since<StoreEntry>(0))
            if (store.Place.Kind == PlaceKind.CommandQueue)
            {
                var slot = SlotOf(bench, store.Address);
                Assert.False(traffic.IsTaken(slot, store), $"trace {store.Number}: slot {slot}");
            }
    }

    [Case(
        "cmdq.publish.after-write",
        Level.Architecture,
        "ordering.007",
        "ordering.001",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Both_words_and_a_barrier_come_before_the_producer_moves(Profile profile)
    {
        using var bench = TestBench.Create(Small(profile), Everyday.Slow);

        bench.Live();

        var traffic = new CommandTraffic(bench);
        var (stored, barrier) = (new Dictionary<uint, int>(), 0);
        var doorbells = traffic.Doorbells.ToDictionary(d => d.Number);
        foreach (var entry in bench.Trace.Entries)
            if (entry is StoreEntry { Place.Kind: PlaceKind.CommandQueue } store)
                stored[SlotOf(bench, store.Address)] = entry.Number;
            else if (entry is BarrierEntry)
                barrier = entry.Number;
            else if (doorbells.TryGetValue(entry.Number, out var doorbell))
                for (var i = 0u; i < doorbell.Added; i++)
                {
                    var slot = (doorbell.From + i) % traffic.Entries;
                    Assert.True(stored.Remove(slot, out var at), $"{doorbell}: slot {slot} is old");
                    Assert.True(at < barrier, $"{doorbell}: no barrier after slot {slot}");
                }
    }

    [Case(
        "cmdq.publish.cleaned",
        Level.Contract,
        "contract.clean-noncoherent",
        "ordering.025",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesIf(nameof(Coherent))]
    public void What_the_hardware_cannot_see_in_a_cache_is_cleaned_first(Profile profile)
    {
        using var bench = TestBench.Create(Small(profile), Everyday.Slow);

        bench.Live();

        var dirty = new HashSet<ulong>();
        foreach (var entry in bench.Trace.Entries)
            if (entry is StoreEntry { Place.Kind: PlaceKind.CommandQueue } store)
                dirty.Add(store.Address.Value);
            else if (entry is CleanEntry clean)
                dirty.RemoveWhere(at => unchecked(at - clean.Address.Value) < clean.Bytes);
            else if (entry is RegisterWriteEntry { Offset: CmdqProd.Offset })
                Assert.True(
                    dirty.Count == 0,
                    $"trace {entry.Number}: {dirty.Count} words not cleaned"
                );
    }

    [Case(
        "cmdq.batch.larger-than-queue",
        Level.Architecture,
        "queues.031",
        "commands.016",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void More_invalidations_than_the_queue_holds_all_take_place(Profile profile)
    {
        using var bench = TestBench.Start(Small(profile), Everyday.Slow);
        var (device, domain, page) = bench.Mapped(pages: 300, Nic);
        for (var i = 0ul; i < 300; i += 13)
            bench.Dma(device, Everyday.Buffer + i * page);

        var outcome = bench.Unmap(domain, Everyday.Buffer, 300 * page);

        Assert.True(outcome.IsDone, $"{outcome}");
        Assert.Equal(300 * page, outcome.Value);
        for (var i = 0ul; i < 300; i += 13)
            Assert.False(bench.Smmu.Truth(Read(device, Everyday.Buffer + i * page)).Passed);
        Assert.Equal(0, bench.Smmu.Caches.Translations);
    }

    [Case(
        "cmdq.batch.part-refused",
        Level.Contract,
        "contract.nth-failure",
        "contract.unmap-strict",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_part_of_a_batch_for_which_there_was_no_room_in_time_is_not_forgotten(
        Profile profile
    )
    {
        using var bench = TestBench.Start(Small(profile), Everyday.Lazy);
        var (device, domain, page) = bench.Mapped(pages: 300, Nic);
        for (var i = 0ul; i < 300; i += 13)
            bench.Dma(device, Everyday.Buffer + i * page);
        bench.Machine.Run();
        bench.System.HardwareHangs = true;
        bench.System.MicrosecondsPerRelax = 1_000;
        // It is back when a driver that waits for a second has given up once.
        var back = bench.System.Microseconds + 1_100_000;
        bench.System.Relaxing = () =>
            bench.System.HardwareHangs &= bench.System.Microseconds < back;
        bench.Monitor.TranslationsMayLinger = true;

        var outcome = bench.Unmap(domain, Everyday.Buffer, 300 * page);

        if (outcome.IsDone)
            for (var i = 0ul; i < 300; i += 13)
                Assert.False(
                    bench.Dma(device, Everyday.Buffer + i * page).Passed,
                    $"page {i} is called unmapped, and the device reaches it"
                );
    }

    [Case("cmdq.batch.one-sync", Level.Linux, "linux.cmdq.batch", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR3.RIL", 0)]
    public void A_batch_is_one_run_of_slots_that_one_sync_ends(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (_, domain, page) = bench.Mapped(pages: 20, Nic);

        bench.Must(bench.Unmap(domain, Everyday.Buffer, 20 * page));

        var commands = bench.Commands;
        Assert.True(commands.Count > 1, "nothing was invalidated");
        Assert.Single(commands, command => command.Is<Sync>());
        Assert.True(commands[^1].Is<Sync>(), $"the last command is {commands[^1]}");
    }

    [Case("cmdq.multi-smmu", Level.Architecture, "queues.002", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Each_hardware_gets_the_commands_about_its_own_streams(Profile profile)
    {
        using var bench = TestBench.Create([profile, profile], Everyday.Slow);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var left = bench.AddDevice(new() { Name = "left", Streams = [Nic] }, smmu: 0);
        var right = bench.AddDevice(new() { Name = "right", Streams = [Nic] }, smmu: 1);
        bench.Must(bench.Attach(left, bench.Stage1Domain(smmu: 0)));
        var domain = bench.Stage1Domain(smmu: 1);
        bench.Machine.Run();

        bench.Must(bench.Attach(right, domain));

        var commands = bench.Trace.Since<CommandEntry>(bench.LastOperation).ToList();
        Assert.Contains(commands, c => c.Smmu == 1 && c.Command.Is<Sync>());
        Assert.DoesNotContain(commands, c => c.Smmu == 0);
    }

    private static Transaction Read(Device device, Iova address) =>
        new() { Stream = device.Stream, Address = address };

    private static uint SlotOf(TestBench bench, PhysicalAddress address) =>
        (uint)((address.Value - bench.Structures.Of(0).CommandQueue.ADDR.Value) / Command.Size);

    private static string? Coherent(Profile profile) =>
        profile.Coherent ? "firmware calls the SMMU coherent" : null;

    // The smallest queue that any driver must take, and no commands by range.
    private static Profile Small(Profile profile) =>
        profile with
        {
            IDR1 = profile.IDR1 with { CMDQS = 7 },
            IDR3 = profile.IDR3 with { RIL = false },
        };
}
