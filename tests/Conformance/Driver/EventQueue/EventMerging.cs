using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Records that stand for several accesses, and memory beyond the producer that stands for nothing.</summary>
public sealed class EventMerging
{
    private static readonly StreamId Nic = 0x10;

    [Case("evtq.merged", Level.Architecture, "events.018", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void One_record_for_several_accesses_is_enough(Profile profile)
    {
        using var bench = TestBench.Start(
            profile,
            new BenchOptions
            {
                Machine = new()
                {
                    Smmus = [],
                    DelayEvents = true,
                    MergeEvents = true,
                },
            }
        );
        var (device, _) = bench.Attached(Nic);

        for (var n = 0; n < 3; n++)
            Assert.False(bench.Dma(device, 0x7000_0000).Passed);
        Assert.False(bench.Dma(device, 0x7100_0000).Passed);
        bench.ServeInterrupts();

        var addresses = bench
            .System.Reports.Select(report => report.Record.As<FTranslation>().InputAddr)
            .ToArray();
        Assert.Contains(0x7000_0000ul, addresses);
        Assert.Contains(0x7100_0000ul, addresses);
        Assert.Equal(bench.Producer().WR, bench.Consumer().RD);
    }

    [Case("evtq.beyond-producer", Level.Architecture, "ordering.002")]
    public void What_lies_beyond_the_producer_is_no_event(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var queue = bench.Structures.Of(0).EventQueue;
        // As an earlier lap of the ring would leave it, or anything else.
        for (var slot = 0; slot < 1 << Math.Min((int)queue.LOG2SIZE, 6); slot++)
        {
            var (word0, word1, word2, word3) = Events.Fault(slot);
            var at = queue.ADDR + 32ul * (ulong)slot;
            foreach (var (word, value) in new[] { word0, word1, word2, word3 }.Index())
                bench.Machine.Memory.Write64(at + 8ul * (ulong)word, value);
        }
        bench.RecordFaults(100, 1);

        bench.ServeInterrupts();
        bench.Interrupt(InterruptSource.EventQueue);

        Assert.Equal([100], bench.Reported());
    }
}
