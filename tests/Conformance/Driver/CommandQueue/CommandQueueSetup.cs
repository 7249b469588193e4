using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Where the command queue is put, and when it is turned on.</summary>
public sealed class CommandQueueSetup
{
    /// <summary>log2 of the largest queue the hardware takes.</summary>
    public sealed record Largest(byte CMDQS)
    {
        /// <inheritdoc/>
        public override string ToString() => $"{CMDQS}";
    }

    public static IEnumerable<Largest> Usual => [new(7), new(8), new(12), new(19)];

    public static IEnumerable<Largest> Small => [new(0), new(1), new(3), new(6)];

    [Case("cmdq.log2size.max", Level.Architecture, "queues.028", "queues.021")]
    [Rows(nameof(Usual))]
    public void The_queue_is_no_larger_than_the_hardware_takes(Profile profile, Largest largest)
    {
        using var bench = TestBench.Start(With(profile, largest));

        var size = bench.Structures.Of(0).CommandQueue.LOG2SIZE;

        Assert.True(size <= largest.CMDQS, $"LOG2SIZE is {size}, CMDQS is {largest.CMDQS}");
    }

    [Case(
        "cmdq.log2size.small",
        Level.Architecture,
        "queues.028",
        "contract.probe-unsupported-hardware"
    )]
    [Rows(nameof(Small))]
    public void A_small_queue_is_used_within_its_size_or_refused(Profile profile, Largest largest)
    {
        using var bench = TestBench.Create(With(profile, largest), Everyday.Slow);

        var outcome = bench.Probe();

        if (outcome.IsDone)
            Assert.True(bench.Structures.Of(0).CommandQueue.LOG2SIZE <= largest.CMDQS);
        else
            Refusal.MustBe(ErrorClass.UnsupportedHardware, outcome.Error);
    }

    [Case("cmdq.base.aligned", Level.Architecture, "queues.022", "queues.027", "probe.023")]
    [Rows(nameof(Usual))]
    public void The_queue_is_aligned_to_its_size_within_memory_of_its_own(
        Profile profile,
        Largest largest
    )
    {
        using var bench = TestBench.Start(With(profile, largest));

        var queue = bench.Structures.Of(0).CommandQueue;
        var bytes = 16ul << queue.LOG2SIZE;
        var block = bench.Memory.BlockAt(queue.ADDR);

        Assert.True(
            queue.ADDR.Value % Math.Max(bytes, 32) == 0,
            $"a queue of {bytes} bytes at {queue.ADDR} is not aligned to its size"
        );
        Assert.True(
            block is { } b && b.Address.Value + b.Bytes >= queue.ADDR.Value + bytes,
            $"a queue of {bytes} bytes at {queue.ADDR} is beyond what the driver has allocated there: {block}"
        );
        Assert.True(
            queue.ADDR.Value + bytes <= 1ul << profile.OutputAddressBits,
            $"a queue at {queue.ADDR} is beyond {profile.OutputAddressBits} bits of address"
        );
    }

    [Case("cmdq.base.before-indexes", Level.Architecture, "ordering.022", "queues.033")]
    public void The_base_is_written_before_the_indexes(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Must(bench.Probe());

        bench.Saw(
            Step.Write<CmdqBase>(),
            Step.Write<CmdqProd>(),
            Step.Write<Cr0>(cr0 => cr0.CMDQEN)
        );
        bench.Saw(
            Step.Write<CmdqBase>(),
            Step.Write<CmdqCons>(),
            Step.Write<Cr0>(cr0 => cr0.CMDQEN)
        );
    }

    [Case("cmdq.index.start-equal", Level.Architecture, "queues.006", "commands.062")]
    public void The_queue_is_empty_when_it_is_turned_on(Profile profile)
    {
        // Other garbage in the registers than the other cases find.
        using var bench = TestBench.Create(profile, Seeded(0x5eed));
        var (producer, consumer) = (uint.MaxValue, uint.MaxValue);

        bench.Must(bench.Probe());

        var enable = bench
            .Trace.Since<RegisterWriteEntry>(0)
            .First(w => w.Offset == Cr0.Offset && new Cr0(w.Value).CMDQEN);
        foreach (var write in bench.Trace.Since<RegisterWriteEntry>(0))
            if (write.Number < enable.Number && write.Offset == CmdqProd.Offset)
                producer = new CmdqProd(write.Value).WR;
            else if (write.Number < enable.Number && write.Offset == CmdqCons.Offset)
                consumer = new CmdqCons(write.Value).RD;
        Assert.True(
            producer != uint.MaxValue && consumer != uint.MaxValue,
            "SMMU_CMDQ_PROD and SMMU_CMDQ_CONS hold whatever they came up with: both must be written before CMDQEN is set"
        );
        Assert.True(
            producer == consumer,
            $"the queue is not empty when CMDQEN is set: SMMU_CMDQ_PROD.WR is 0x{producer:x}, SMMU_CMDQ_CONS.RD 0x{consumer:x}"
        );
    }

    [Case("cmdq.enable.waited", Level.Architecture, "commands.062", "registers.031")]
    public void No_command_is_handed_over_before_the_enable_is_acknowledged(Profile profile)
    {
        using var bench = TestBench.Create(profile, Everyday.Slow);

        bench.Must(bench.Probe());

        bench.Saw(
            Step.Write<Cr0>(cr0 => cr0.CMDQEN),
            Step.Read<Cr0Ack>(ack => ack.CMDQEN),
            Step.Write<CmdqProd>()
        );
        var first = new CommandTraffic(bench).Doorbells[0];
        var acknowledged = bench
            .Trace.Since<RegisterReadEntry>(0)
            .First(r => r.Offset == Cr0Ack.Offset && new Cr0Ack(r.Value).CMDQEN);
        Assert.True(acknowledged.Number < first.Number, $"{first} before CR0ACK.CMDQEN was read");
    }

    [Case("cmdq.guard", Level.Architecture, "registers.052", "registers.036", "reset.015")]
    public void A_queue_that_firmware_left_on_is_moved_only_once_it_is_off(Profile profile)
    {
        using var bench = TestBench.Create(profile, Everyday.Slow);
        bench.Smmu.Write64(
            CmdqBase.Offset,
            new CmdqBase { ADDR = 0x9000_0000, LOG2SIZE = 4 }.Word(0)
        );
        bench.Smmu.Write32(CmdqProd.Offset, 0);
        bench.Smmu.Write32(CmdqCons.Offset, 0);
        bench.Smmu.Write32(Cr0.Offset, new Cr0 { CMDQEN = true }.Value);
        for (var turn = 0; turn < 8; turn++)
            bench.Machine.Run();

        bench.Must(bench.Probe());

        bench.Saw(
            Step.Write<Cr0>(cr0 => !cr0.CMDQEN),
            Step.Read<Cr0Ack>(ack => !ack.CMDQEN),
            Step.Write<CmdqBase>()
        );
        Assert.NotEqual(0x9000_0000ul, bench.Structures.Of(0).CommandQueue.ADDR.Value);
    }

    [Case(
        "cmdq.disable.synced",
        Level.Architecture,
        "commands.037",
        "commands.036",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Nothing_is_left_in_the_queue_when_it_is_turned_off(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Slow);
        var (device, _) = bench.Attached(0x10);
        bench.Must(bench.RemoveDevice(device));

        bench.Must(bench.Remove());

        var off = bench
            .Trace.Since<RegisterWriteEntry>(bench.LastOperation)
            .First(w => w.Offset == Cr0.Offset && !new Cr0(w.Value).CMDQEN);
        var unfinished = new CommandTraffic(bench)
            .Consumed.Where(c => c.Number < off.Number && !IsHint(c.Command))
            .LastOrDefault();
        Assert.True(
            unfinished is null || unfinished.Command.Is<Sync>(),
            $"{unfinished?.Command} was not waited for before CMDQEN = 0"
        );
    }

    private static bool IsHint(Command command) =>
        command.Is<PrefetchConfig>() || command.Is<PrefetchAddr>();

    private static BenchOptions Seeded(ulong seed) =>
        new()
        {
            Machine = new() { Smmus = [], Seed = seed },
        };

    private static Profile With(Profile profile, Largest largest) =>
        profile with
        {
            IDR1 = profile.IDR1 with { CMDQS = largest.CMDQS },
        };
}
