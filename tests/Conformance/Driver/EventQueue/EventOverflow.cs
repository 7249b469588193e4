using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>An event queue that overflows: what was lost is lost, but the next loss must show.</summary>
public sealed class EventOverflow
{
    private const byte Log2 = 3;

    [Case(
        "evtq.overflow.ack",
        Level.Architecture,
        "events.036",
        "events.096",
        "linux.evtq.ack-overflow"
    )]
    public void An_overflow_is_acknowledged(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(Log2));
        bench.RecordFaults(0, EntriesOf(bench) + 3);
        Assert.NotEqual(bench.Producer().OVFLG, bench.Consumer().OVACKFLG);

        bench.ServeInterrupts();

        Assert.Equal(bench.Producer().OVFLG, bench.Consumer().OVACKFLG);
    }

    [Case("evtq.overflow.kept", Level.Architecture, "events.092", "contract.interrupt-once")]
    public void What_was_recorded_before_the_overflow_is_reported(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(Log2));
        var entries = EntriesOf(bench);
        bench.RecordFaults(0, entries + 3);

        bench.ServeInterrupts();

        Assert.Equal(Enumerable.Range(0, entries), bench.Reported());
    }

    [Case("evtq.overflow.later", Level.Architecture, "events.095", "events.003")]
    public void Events_after_an_overflow_arrive(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(Log2));
        bench.RecordFaults(0, EntriesOf(bench) + 3);
        bench.ServeInterrupts();
        bench.RecordFaults(100, 2);

        bench.ServeInterrupts();

        Assert.Equal([100, 101], bench.Reported().TakeLast(2));
    }

    [Case("evtq.overflow.again", Level.Architecture, "events.030", "events.036")]
    public void A_second_overflow_shows_and_is_acknowledged_too(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(Log2));
        var entries = EntriesOf(bench);
        bench.RecordFaults(0, entries + 1);
        bench.ServeInterrupts();
        bench.RecordFaults(100, entries + 1);
        Assert.NotEqual(bench.Producer().OVFLG, bench.Consumer().OVACKFLG);

        bench.ServeInterrupts();

        Assert.Equal(bench.Producer().OVFLG, bench.Consumer().OVACKFLG);
        Assert.Equal(2 * entries, bench.System.Reports.Count);
    }

    [Case(
        "evtq.overflow.carried",
        Level.Architecture,
        "events.035",
        "events.036",
        "linux.evtq.cons"
    )]
    public void Later_writes_of_the_consumer_keep_the_acknowledgement(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(Log2));
        bench.RecordFaults(0, EntriesOf(bench) + 1);
        bench.ServeInterrupts();
        bench.RecordFaults(100, 3);
        var mark = bench.Trace.Mark;

        bench.ServeInterrupts();

        Assert.All(
            bench.Trace.Since<RegisterWriteEntry>(mark).Where(w => w.Offset == EventqCons.Offset),
            write => Assert.Equal(bench.Producer().OVFLG, new EventqCons(write.Value).OVACKFLG)
        );
        Assert.Equal(bench.Producer().OVFLG, bench.Consumer().OVACKFLG);
    }

    [Case("evtq.overflow.reported", Level.Linux, "linux.evtq.overflow-logged")]
    public void A_loss_is_logged(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(Log2));
        bench.RecordFaults(0, EntriesOf(bench) + 3);
        var mark = bench.Trace.Mark;

        bench.ServeInterrupts();

        Assert.Contains(bench.Trace.Since<LogEntry>(mark), line => line.Level >= LogLevel.Warning);
    }

    [Case("evtq.overflow.while-draining", Level.Architecture, "events.096", "events.013")]
    public void An_overflow_during_the_drain_is_acknowledged_in_the_end(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(Log2));
        var entries = EntriesOf(bench);
        bench.RecordFaults(0, 1);
        var interloper = new Interloper(bench);
        interloper.Read = (offset, _) =>
        {
            if (offset != EventqProd.Offset)
                return;
            interloper.Read = null;
            bench.RecordFaults(1, entries + 3);
        };

        while (bench.ServeInterrupts() > 0) { }

        Assert.Equal(Enumerable.Range(0, entries), bench.Reported());
        Assert.Equal(bench.Producer().OVFLG, bench.Consumer().OVACKFLG);
    }

    [Case("evtq.overflow.behind-the-look", Level.Architecture, "events.036", "events.013")]
    public void An_overflow_after_which_nothing_is_left_is_acknowledged_too(Profile profile)
    {
        using var bench = TestBench.Start(profile.WithEvents(Log2));
        var entries = EntriesOf(bench);
        bench.RecordFaults(0, entries);
        var interloper = new Interloper(bench);
        // The queue is exactly full when the driver looks; what comes right behind the look is lost, and nothing follows.
        interloper.Read = (offset, _) =>
        {
            if (offset != EventqProd.Offset)
                return;
            interloper.Read = null;
            bench.RecordFaults(entries, 1);
        };

        while (bench.ServeInterrupts() > 0) { }

        Assert.Equal(Enumerable.Range(0, entries), bench.Reported());
        Assert.True(bench.Producer().OVFLG != default, "the queue has overflowed");
        Assert.True(
            bench.Producer().OVFLG == bench.Consumer().OVACKFLG,
            "the loss is not acknowledged: a further overflow would not be told"
        );
    }

    private static int EntriesOf(TestBench bench) =>
        1 << bench.Structures.Of(0).EventQueue.LOG2SIZE;
}
