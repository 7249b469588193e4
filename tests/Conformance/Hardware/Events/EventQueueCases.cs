using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>How events are recorded, lost, and announced (§7.2, §7.4).</summary>
public sealed class EventQueueCases
{
    /// <summary>§7.2.1, §3.5.1</summary>
    [Case("hw.events.recorded", Level.Architecture, "events.028", "queues.009")]
    public void An_event_stands_at_the_producer_which_then_moves_on(Profile profile)
    {
        var rig = Translating(profile);

        rig.CauseEvent();

        Assert.Equal(1u, rig.Read<EventqProd>().WR);
        Assert.True(rig.RecordAt(0).Is<CBadStreamid>());
        Assert.Equal(Rig.Outside, rig.RecordAt(0).As<CBadStreamid>().StreamID);
    }

    /// <summary>§3.5.1</summary>
    [Case("hw.events.wrap", Level.Architecture, "queues.040")]
    public void The_producer_wraps_and_toggles_its_wrap_bit(Profile profile)
    {
        var rig = Translating(profile);

        for (var i = 1u; i <= Rig.Entries + 1; i++)
        {
            rig.CauseEvent();
            rig.Write(new EventqCons { RD = i });
        }

        Assert.Equal(Rig.Entries + 1u, rig.Read<EventqProd>().WR);
        Assert.Empty(rig.Misuses);
    }

    /// <summary>§7.2.1: and this is no overflow.</summary>
    [Case(
        "hw.events.disabled",
        Level.Architecture,
        "events.039",
        "events.033",
        "events.004",
        "events.040"
    )]
    public void While_the_queue_is_disabled_events_are_lost_without_a_trace(Profile profile)
    {
        var rig = new Rig(profile);
        rig.PlaceQueues();
        rig.StartTranslation();

        rig.CauseEvent();

        Assert.Equal(new EventqProd(), rig.Read<EventqProd>());
        Assert.Equal(default, rig.RecordAt(0));
        Assert.True(Assert.Single(rig.Seen.Events).Lost);
    }

    /// <summary>§7.4: the queue holds as many as it has entries; the next event is discarded and the flag toggles.</summary>
    [Case("hw.events.overflow", Level.Architecture, "events.092", "events.030", "events.105")]
    public void A_full_queue_loses_the_event_and_toggles_OVFLG(Profile profile)
    {
        var rig = Full(profile);
        Assert.False(rig.Read<EventqProd>().OVFLG);

        rig.CauseEvent();

        Assert.Equal(new EventqProd { WR = Rig.Entries, OVFLG = true }, rig.Read<EventqProd>());
        Assert.True(rig.Seen.Events[^1].Lost);
        Assert.Equal(0u, rig.ActiveErrors.Value);
    }

    /// <summary>§7.4: one overflow cannot be told from two until it is acknowledged.</summary>
    [Case("hw.events.overflow-once", Level.Architecture, "events.030", "events.094")]
    public void A_second_loss_does_not_toggle_OVFLG_back(Profile profile)
    {
        var rig = Full(profile);

        rig.CauseEvent();
        rig.CauseEvent();

        Assert.True(rig.Read<EventqProd>().OVFLG);
    }

    /// <summary>§7.4</summary>
    [Case("hw.events.overflow-acknowledged", Level.Architecture, "events.030")]
    public void After_the_acknowledge_the_next_overflow_toggles_again(Profile profile)
    {
        var rig = Full(profile);
        rig.CauseEvent();
        rig.Write(new EventqCons { OVACKFLG = true });

        rig.CauseEvent();

        Assert.False(rig.Read<EventqProd>().OVFLG);
        Assert.Empty(rig.Misuses);
    }

    /// <summary>§7.4: unlike the PRI queue.</summary>
    [Case("hw.events.overflow-records", Level.Architecture, "events.095")]
    public void An_unacknowledged_overflow_does_not_stop_recording(Profile profile)
    {
        var rig = Full(profile);
        rig.CauseEvent();
        rig.Write(new EventqCons { RD = 1 });

        rig.CauseEvent();

        Assert.Equal(Rig.Entries + 1u, rig.Read<EventqProd>().WR);
        Assert.False(rig.Seen.Events[^1].Lost);
    }

    /// <summary>§7.2.2: the abort is synchronous, so no entry below the producer is invalid.</summary>
    [Case(
        "hw.gerror.event-abort",
        Level.Architecture,
        "gerror.018",
        "events.043",
        "gerror.009",
        "gerror.030"
    )]
    public void A_record_that_cannot_be_written_raises_EVENTQ_ABT_ERR(Profile profile)
    {
        var rig = Translating(profile);
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });
        rig.Memory.AbortRange(Rig.Events + 16, 8);

        rig.CauseEvent();

        Assert.Equal(new GError { EVENTQ_ABT_ERR = true }, rig.ActiveErrors);
        Assert.Equal(0u, rig.Read<EventqProd>().WR);
        Assert.False(rig.Lines.IsPending(InterruptLine.EventQueue));
    }

    /// <summary>§7.2.1, §7.5</summary>
    [Case(
        "hw.gerror.event-abort-stops",
        Level.Architecture,
        "gerror.019",
        "events.039",
        "events.004",
        "events.040"
    )]
    public void Until_the_abort_is_acknowledged_events_are_lost(Profile profile)
    {
        var rig = Translating(profile);
        rig.Memory.AbortRange(Rig.Events, 32);
        rig.CauseEvent();
        rig.Memory.ClearAborts();

        rig.CauseEvent();
        Assert.Equal(0u, rig.Read<EventqProd>().WR);
        rig.AcknowledgeErrors();
        rig.CauseEvent();

        Assert.Equal(1u, rig.Read<EventqProd>().WR);
    }

    /// <summary>§3.18.2: the transition from empty to non-empty, and nothing else.</summary>
    [Case("hw.interrupts.events", Level.Architecture, "events.012", "msi.009")]
    [NotOn(Quirks.SharesInterrupt)]
    public void Only_the_first_event_of_an_empty_queue_interrupts(Profile profile)
    {
        var rig = Translating(profile);
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });

        rig.CauseEvent();
        Assert.True(rig.Lines.Take(InterruptLine.EventQueue));
        rig.CauseEvent();
        Assert.False(rig.Lines.Take(InterruptLine.EventQueue));
        rig.Write(new EventqCons { RD = 2 });
        rig.CauseEvent();

        Assert.True(rig.Lines.Take(InterruptLine.EventQueue));
    }

    /// <summary>§6.3.16: nothing that happened before the enable interrupts.</summary>
    [Case("hw.interrupts.events-before", Level.Architecture, "msi.016", "msi.018")]
    public void Events_recorded_before_the_enable_do_not_interrupt(Profile profile)
    {
        var rig = Translating(profile);
        rig.CauseEvent();

        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });
        rig.CauseEvent();

        Assert.False(rig.Lines.IsPending(InterruptLine.EventQueue));
    }

    /// <summary>§3.18.2, §3.5.2: the record and the pointer are there before the MSI.</summary>
    [Case("hw.interrupts.event-msi", Level.Architecture, "msi.007", "ordering.003")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void The_MSI_of_an_event_follows_its_record(Profile profile)
    {
        var rig = Translating(profile);
        rig.Write(new EventqIrqCfg0 { ADDR = Rig.Doorbell });
        rig.Write(new EventqIrqCfg1 { DATA = 7 });
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });
        var (producer, record) = (0u, default(EventRecord));
        rig.Seen.OnMsi = () => (producer, record) = (rig.Read<EventqProd>().WR, rig.RecordAt(0));

        rig.CauseEvent();

        Assert.Equal((Rig.Doorbell, 7u), Assert.Single(rig.Seen.Msis));
        Assert.Equal(1u, producer);
        Assert.True(record.Is<CBadStreamid>());
    }

    /// <summary>§3.18.2: with a zero address only the wire is left.</summary>
    [Case("hw.interrupts.event-msi-zero", Level.Architecture, "msi.007")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void With_a_zero_address_no_MSI_is_sent(Profile profile)
    {
        var rig = Translating(profile);
        rig.Write(new EventqIrqCfg0());
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true });

        rig.CauseEvent();

        Assert.Empty(rig.Seen.Msis);
        Assert.True(rig.Lines.Take(InterruptLine.EventQueue));
    }

    /// <summary>§6.3.19, §7.5.1: an aborted MSI of a global error is not announced by another one.</summary>
    [Case("hw.gerror.msi-aborts", Level.Architecture, "gerror.011", "gerror.021")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void MSIs_that_abort_raise_their_own_errors(Profile profile)
    {
        var rig = Translating(profile);
        rig.Write(new EventqIrqCfg0 { ADDR = Rig.Doorbell });
        rig.Write(new GErrorIrqCfg0 { ADDR = Rig.Doorbell });
        rig.EnableInterrupts(new IrqCtrl { EVENTQ_IRQEN = true, GERROR_IRQEN = true });
        rig.Memory.AbortRange(Rig.Doorbell, 4);

        rig.CauseEvent();

        Assert.Equal(
            new GError { MSI_EVENTQ_ABT_ERR = true, MSI_GERROR_ABT_ERR = true },
            rig.ActiveErrors
        );
        Assert.Equal(1u, rig.Read<EventqProd>().WR);
    }

    /// <summary>§3.21.2: the contents of the queue are then UNKNOWN.</summary>
    [Case("hw.events.consumer-backwards", Level.Architecture, "queues.009")]
    public void A_consumer_moved_backwards_is_told(Profile profile)
    {
        var rig = Translating(profile);
        rig.CauseEvent();
        rig.CauseEvent();
        rig.Write(new EventqCons { RD = 2 });

        rig.Write(new EventqCons { RD = 1 });

        Assert.Equal(Misuse.QueueIndex, Assert.Single(rig.Misuses));
    }

    /// <summary>§3.5.1: no event is there that could have been consumed.</summary>
    [Case("hw.events.consumer-ahead", Level.Architecture, "queues.004")]
    public void A_consumer_moved_past_the_producer_is_told_and_the_queue_counts_as_full(
        Profile profile
    )
    {
        var rig = Translating(profile);

        rig.Write(new EventqCons { RD = 1 });
        rig.CauseEvent();

        Assert.Equal(Misuse.QueueIndex, Assert.Single(rig.Misuses));
        Assert.True(Assert.Single(rig.Seen.Events).Lost);
    }

    private static Rig Translating(Profile profile)
    {
        var rig = Rig.Started(profile);
        rig.StartTranslation();
        return rig;
    }

    private static Rig Full(Profile profile)
    {
        var rig = Translating(profile);
        for (var i = 0; i < Rig.Entries; i++)
            rig.CauseEvent();
        return rig;
    }
}
