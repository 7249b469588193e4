using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What stands in a CMD_SYNC, above all where its message goes.</summary>
public sealed class SyncCommands
{
    private static readonly StreamId Nic = 0x10;

    [Case(
        "sync.cs.legal",
        Level.Architecture,
        "commands.032",
        "commands.035",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Every_sync_asks_for_a_signal_that_exists(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Live();

        Assert.NotEmpty(Syncs(bench));
        Assert.All(
            Syncs(bench),
            sync => Assert.True(sync.CS <= CompletionSignal.Sev, $"CS is {sync.CS}")
        );
    }

    [Case(
        "sync.msi.target",
        Level.Architecture,
        "probe.023",
        "queues.001",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void A_message_goes_to_memory_of_the_driver_that_the_hardware_can_address(
        Profile profile
    )
    {
        using var bench = TestBench.Start(profile);

        bench.Attached(Nic);

        foreach (var target in Messages(bench).Select(sync => sync.MSIAddress))
        {
            Assert.True(bench.Memory.Owns(target), $"{target} belongs to nobody");
            Assert.True(target.Value >> profile.OutputAddressBits == 0, $"{target} is cut short");
        }
    }

    [Case(
        "sync.msi.attributes",
        Level.Architecture,
        "ordering.005",
        "msi.011",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void A_message_is_written_as_a_processor_reads_it(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        bench.Attached(Nic);

        foreach (var sync in Messages(bench))
        {
            Assert.Equal(MemAttr.OuterWbInnerWb, sync.MSIAttr);
            Assert.True(sync.MSH is Shareability.Inner or Shareability.Outer, $"MSH is {sync.MSH}");
        }
    }

    [Case(
        "sync.msi.non-coherent",
        Level.Architecture,
        "msi.010",
        "ordering.005",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void Nobody_waits_in_a_cache_for_a_message_that_goes_past_it(Profile profile)
    {
        var deaf = profile with { IDR0 = profile.IDR0 with { COHACC = false }, Coherent = false };
        using var bench = TestBench.Start(deaf, Everyday.Slow);

        bench.Attached(Nic);

        Assert.All(Messages(bench), sync => Assert.NotEqual(MemAttr.OuterWbInnerWb, sync.MSIAttr));
    }

    [Case("sync.msi.absent", Level.Architecture, "msi.010", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.MSI", 0)]
    public void Nobody_waits_for_a_message_that_hardware_cannot_send(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Slow);
        var device = bench.AddDevice(Nic);
        var domain = bench.Stage1Domain();
        var before = bench.System.Microseconds;

        var outcome = bench.Attach(device, domain);

        Assert.True(outcome.IsDone, $"{outcome}");
        Assert.InRange(bench.System.Microseconds - before, 0ul, 1_000ul);
    }

    [Case(
        "sync.msi.unique-data",
        Level.Architecture,
        "commands.016",
        "linux.sync.msi",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void No_message_is_there_already_before_it_is_sent(Profile profile)
    {
        using var bench = TestBench.Start(Small(profile), Everyday.Lazy);
        var (_, domain) = bench.Attached(Nic);
        var page = bench.PageOf(domain);
        bench.System.Relaxing = () =>
        {
            foreach (var slot in new CommandTraffic(bench).WaitingSlots())
                if (bench.ReadStructure<Sync>(slot) is { CS: CompletionSignal.Irq } sync)
                    Assert.NotEqual(sync.MSIData, bench.Machine.Memory.Read32(sync.MSIAddress));
        };

        // Three times round the smallest queue.
        for (var round = 0; round < 200; round++)
        {
            bench.Must(bench.Map(domain, Everyday.Buffer, Everyday.Pages, page));
            bench.Must(bench.Unmap(domain, Everyday.Buffer, page));
        }

        Assert.True(bench.CommandsSince(0).Count > 3 * (1 << 7), "the queue never went round");
    }

    private static IEnumerable<Sync> Syncs(TestBench bench) =>
        bench.CommandsSince(0).Where(c => c.Is<Sync>()).Select(c => c.As<Sync>());

    private static IEnumerable<Sync> Messages(TestBench bench) =>
        Syncs(bench).Where(s => s.CS == CompletionSignal.Irq && s.MSIAddress.Value != 0);

    private static Profile Small(Profile profile) =>
        profile with
        {
            IDR1 = profile.IDR1 with { CMDQS = 7 },
        };
}
