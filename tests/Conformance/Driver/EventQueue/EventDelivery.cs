using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>From the event queue to whoever owns the device: each record once, in order, as it was written.</summary>
public sealed class EventDelivery
{
    /// <summary>log2 of the largest queue.</summary>
    public sealed record Size(byte Log2)
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Log2}";
    }

    /// <summary>An event number that no record of the manual has, or that the implementation defines.</summary>
    public sealed record Number(byte Id)
    {
        /// <inheritdoc/>
        public override string ToString() => $"{Id:x2}";
    }

    public static IEnumerable<Size> Sizes => [new(0), new(1), new(3), new(7)];

    public static IEnumerable<Number> Numbers =>
        [new(0x00), new(0x0c), new(0x14), new(0x7f), new(0xe0), new(0xef), new(0xff)];

    [Case("evtq.drain.order", Level.Contract, "contract.interrupt-once", "queues.009")]
    public void Events_are_reported_in_order_and_once(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.RecordFaults(0, 20);

        bench.ServeInterrupts();

        Assert.Equal(Enumerable.Range(0, 20), bench.Reported());
    }

    [Case("evtq.drain.verbatim", Level.Contract, "contract.interrupt-once", "events.047")]
    public void A_report_holds_the_record_as_it_was_written(Profile profile)
    {
        var record = new EventRecord(
            0xfedc_ba98_0000_0010,
            0x0000_02ea_1234_5678,
            0x8765_4321_0fed_cba9,
            0x00ff_eedd_ccbb_a000
        );
        using var bench = TestBench.Start(profile);
        bench.Smmu.Record(record);

        bench.ServeInterrupts();

        Assert.Equal(record, Assert.Single(bench.System.Reports).Record);
    }

    [Case("evtq.wrap", Level.Architecture, "queues.005", "events.035")]
    [Rows(nameof(Sizes))]
    public void The_consumer_goes_round_the_ring_with_its_wrap_bit(Profile profile, Size size)
    {
        using var bench = TestBench.Start(profile.WithEvents(size.Log2));
        // A driver may have a smaller queue than there could be.
        var log2 = bench.Structures.Of(0).EventQueue.LOG2SIZE;
        var burst = Math.Max(1, (1 << log2) - 1);

        for (var round = 0; round < 10; round++)
        {
            bench.RecordFaults(round * burst, burst);
            bench.ServeInterrupts();
        }

        Assert.Equal(Enumerable.Range(0, 10 * burst), bench.Reported());
        Assert.All(
            bench.Trace.Since<RegisterWriteEntry>(0).Where(w => w.Offset == EventqCons.Offset),
            write => Assert.True(new EventqCons(write.Value).RD < 2u << log2, $"{write}")
        );
    }

    [Case("evtq.full", Level.Architecture, "queues.004", "events.092")]
    public void A_queue_that_is_exactly_full_is_not_taken_for_empty(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(3));
        var entries = 1 << bench.Structures.Of(0).EventQueue.LOG2SIZE;
        bench.RecordFaults(0, entries);

        bench.ServeInterrupts();

        Assert.Equal(Enumerable.Range(0, entries), bench.Reported());
    }

    [Case("evtq.cons.written-back", Level.Architecture, "events.003", "events.035")]
    public void Every_slot_is_given_back_once_its_record_was_taken(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(3));
        bench.RecordFaults(0, 5);

        bench.ServeInterrupts();

        Assert.Equal(bench.Producer().WR, bench.Consumer().RD);
    }

    [Case("evtq.cons.after-read", Level.Architecture, "ordering.026")]
    public void A_record_is_read_before_its_slot_is_given_back(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(3));
        bench.RecordFaults(0, 6);
        var queue = bench.Structures.Of(0).EventQueue;
        var slots = 1u << queue.LOG2SIZE;
        var released = bench.Consumer().RD;
        var interloper = new Interloper(bench);
        interloper.Writing = (offset, value) =>
        {
            // What is given back may be overwritten at once.
            for (; offset == EventqCons.Offset && released != new EventqCons(value).RD; released++)
            for (var word = 0ul; word < 4; word++)
                bench.Machine.Memory.Write64(
                    queue.ADDR + 32ul * (released % slots) + 8 * word,
                    0xdead_dead_dead_de14
                );
        };

        bench.ServeInterrupts();

        Assert.Equal(
            Enumerable.Range(0, 6).Select(Events.Fault),
            bench.System.Reports.Select(r => r.Record)
        );
    }

    [Case("evtq.drain.unseen", Level.Architecture, "ordering.026", "ordering.002")]
    public void A_record_is_read_once_the_producer_has_passed_it_and_not_before(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(3));

        // Until it comes its slot holds nothing, and later a record of the last round.
        for (var n = 0; n < 20; n++)
        {
            bench.RecordFaults(n, 1);
            bench.ServeInterrupts();
        }

        Assert.Equal(
            Enumerable.Range(0, 20).Select(Events.Fault),
            bench.System.Reports.Select(r => r.Record)
        );
    }

    [Case("evtq.drain.late", Level.Architecture, "events.013", "events.012")]
    public void Events_that_arrive_while_the_queue_is_drained_are_not_forgotten(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(4));
        bench.RecordFaults(0, 2);
        var next = 2;
        var interloper = new Interloper(bench);
        interloper.Read = (offset, _) =>
        {
            if (offset == EventqProd.Offset && next < 300)
                bench.Smmu.Record(Events.Fault(next++));
        };

        bench.ServeInterrupts();

        // The line is raised only when the queue was empty: what it announced is all there, whoever served it.
        while (bench.ServeInterrupts() > 0) { }
        Assert.Equal(Enumerable.Range(0, next), bench.Reported());
    }

    [Case("evtq.spurious", Level.Architecture, "queues.010", "contract.interrupt-once")]
    public void An_interrupt_without_an_event_is_harmless(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var before = bench.Consumer();

        var outcome = bench.Interrupt(InterruptSource.EventQueue);

        Assert.True(outcome.IsDone, $"{outcome}");
        Assert.Empty(bench.System.Reports);
        Assert.Equal(before, bench.Consumer());
    }

    [Case("evtq.unknown-id", Level.Architecture, "events.055", "events.091")]
    [Rows(nameof(Numbers))]
    public void An_unknown_event_does_not_stop_those_behind_it(Profile profile, Number number)
    {
        using var bench = TestBench.Start(profile);
        bench.Smmu.Record(new(0x0000_0010_0000_0000ul | number.Id, 0, 0, 0));
        bench.Smmu.Record(Events.Fault(1));

        bench.ServeInterrupts();

        Assert.Contains(bench.System.Reports, report => report.Record == Events.Fault(1));
        Assert.Equal(bench.Producer().WR, bench.Consumer().RD);
        Assert.DoesNotContain(
            bench.System.Reports,
            report => report.Record.Id == number.Id && report.Kind != FaultKind.Other
        );
    }

    [Case(
        "evtq.storm.bounded",
        Level.Contract,
        "contract.interrupt-once",
        "contract.relax-in-polls"
    )]
    public void A_storm_costs_no_more_than_the_queue_holds(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(5));
        var entries = 1 << bench.Structures.Of(0).EventQueue.LOG2SIZE;
        bench.RecordFaults(0, 10_000);
        var mark = bench.Trace.Mark;

        bench.ServeInterrupts();

        var reads = bench.Trace.Since<RegisterReadEntry>(mark).Sum(r => r.Times);
        var writes = bench.Trace.Since<RegisterWriteEntry>(mark).Count();
        Assert.Equal(Enumerable.Range(0, entries), bench.Reported());
        Assert.True(reads + writes <= 16 + 8 * entries, $"{reads} reads, {writes} writes");
    }
}
