using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Where the event queue is put, and when it is turned on.</summary>
public sealed class EventQueueSetup
{
    /// <summary>log2 of the largest queue the hardware takes.</summary>
    public sealed record Largest(byte EVENTQS)
    {
        /// <inheritdoc/>
        public override string ToString() => $"{EVENTQS}";
    }

    public static IEnumerable<Largest> Sizes => [new(0), new(1), new(7), new(19)];

    [Case("evtq.log2size.max", Level.Architecture, "queues.028", "queues.021")]
    [Rows(nameof(Sizes))]
    public void The_queue_is_no_larger_than_the_hardware_takes(Profile profile, Largest largest)
    {
        using var bench = TestBench.Start(profile.WithEvents(largest.EVENTQS));

        var size = bench.Structures.Of(0).EventQueue.LOG2SIZE;

        Assert.True(size <= largest.EVENTQS, $"LOG2SIZE is {size}, EVENTQS is {largest.EVENTQS}");
    }

    [Case("evtq.base.aligned", Level.Architecture, "queues.022", "queues.027", "probe.023")]
    [Rows(nameof(Sizes))]
    public void The_queue_is_aligned_to_its_size_within_memory_of_its_own(
        Profile profile,
        Largest largest
    )
    {
        using var bench = TestBench.Start(profile.WithEvents(largest.EVENTQS));

        var queue = bench.Structures.Of(0).EventQueue;
        var bytes = 32ul << queue.LOG2SIZE;
        var block = bench.Memory.BlockAt(queue.ADDR);

        Assert.Equal(0ul, queue.ADDR.Value % bytes);
        Assert.True(block is { } b && b.Address.Value + b.Bytes >= queue.ADDR.Value + bytes);
        Assert.True(queue.ADDR.Value + bytes <= 1ul << profile.OutputAddressBits);
    }

    [Case("evtq.index.start-equal", Level.Architecture, "events.031", "queues.006", "ordering.022")]
    public void The_queue_is_empty_and_not_overflowed_when_it_is_turned_on(Profile profile)
    {
        using var bench = TestBench.Create(
            profile,
            new()
            {
                Machine = new() { Smmus = [], Seed = 0x5eed },
            }
        );

        bench.Must(bench.Probe());

        bench.Saw(
            Step.Write<EventqBase>(),
            Step.Write<EventqProd>(),
            Step.Write<Cr0>(cr0 => cr0.EVENTQEN)
        );
        bench.Saw(
            Step.Write<EventqBase>(),
            Step.Write<EventqCons>(),
            Step.Write<Cr0>(cr0 => cr0.EVENTQEN)
        );
        Assert.Equal(bench.Producer().WR, bench.Consumer().RD);
        Assert.Equal(bench.Producer().OVFLG, bench.Consumer().OVACKFLG);
    }

    [Case("evtq.guard", Level.Architecture, "registers.053", "events.032", "reset.015")]
    public void A_queue_that_firmware_left_on_is_moved_only_once_it_is_off(Profile profile)
    {
        using var bench = TestBench.Create(profile, Everyday.Slow);
        bench.Smmu.Write64(EventqBase.Offset, new EventqBase { ADDR = 0x9000_0000 }.Word(0));
        bench.Smmu.Write32(bench.Smmu.Profile.Located(EventqProd.Offset), 0);
        bench.Smmu.Write32(bench.Smmu.Profile.Located(EventqCons.Offset), 0);
        bench.Smmu.Write32(Cr0.Offset, new Cr0 { EVENTQEN = true }.Value);
        for (var turn = 0; turn < 8; turn++)
            bench.Machine.Run();

        bench.Must(bench.Probe());

        bench.Saw(
            Step.Write<Cr0>(cr0 => !cr0.EVENTQEN),
            Step.Read<Cr0Ack>(ack => !ack.EVENTQEN),
            Step.Write<EventqBase>(),
            Step.Write<Cr0>(cr0 => cr0.EVENTQEN)
        );
        Assert.NotEqual(0x9000_0000ul, bench.Structures.Of(0).EventQueue.ADDR.Value);
    }

    [Case("evtq.enabled", Level.Architecture, "events.028", "msi.015", "stall.013")]
    public void The_first_event_of_the_first_device_interrupts(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Slow);

        bench.Smmu.Record(Events.Fault(0));

        Assert.NotEqual(0, bench.ServeInterrupts());
        Assert.Equal([0], bench.Reported());
    }

    [Case(
        "evtq.disabled.no-touch",
        Level.Architecture,
        "registers.054",
        "msi.025",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.PRI", 0)]
    public void A_queue_that_the_hardware_lacks_is_left_alone(Profile profile)
    {
        using var bench = TestBench.Create(profile);
        uint[] absent =
        [
            PriqBase.Offset,
            PriqProd.Offset,
            PriqCons.Offset,
            PriqIrqCfg0.Offset,
            PriqIrqCfg1.Offset,
            PriqIrqCfg2.Offset,
        ];

        bench.Live();

        Assert.DoesNotContain(
            bench.Trace.Since<RegisterWriteEntry>(0),
            w => absent.Contains(w.Offset)
        );
        Assert.DoesNotContain(
            bench.Trace.Since<RegisterReadEntry>(0),
            r => absent.Contains(r.Offset)
        );
        Assert.DoesNotContain(
            bench.Trace.Since<RegisterWriteEntry>(0),
            w => w.Offset == Cr0.Offset && new Cr0(w.Value).PRIQEN
        );
    }
}
