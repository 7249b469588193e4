using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a write to the base or a pointer of a queue does, once its bits have been accepted (§3.5, §3.21.2).</summary>
internal sealed class QueueRegisters(
    Profile profile,
    RegisterBank bank,
    UpdatedRegister enables,
    CommandQueue commands,
    EventQueue events,
    MachineOptions options,
    Watch watch
)
{
    private const ulong MostAtOnce = 4;

    private readonly SplitMix _chance = new(options.Seed);
    private int _consumerReads;

    /// <summary>Stores the base of a queue; the SMMU caps the size and aligns the address, software should have (§6.3.26).</summary>
    public void PlaceQueue(RegisterInfo register, ulong value)
    {
        bank[register.Offset] = value;
        var (idr1, bytes) = (profile.IDR1, register.Offset == EventqBase.Offset ? 32ul : 16ul);
        var largest = register.Offset switch
        {
            CmdqBase.Offset => idr1.CMDQS,
            EventqBase.Offset => idr1.EVENTQS,
            _ => idr1.PRIQS,
        };
        // The three bases have the same fields.
        var queue = new CmdqBase(value);
        var size = bytes << Math.Min(queue.LOG2SIZE, largest);
        if (queue.LOG2SIZE > largest || queue.ADDR.Value % Math.Max(size, 32) != 0)
            Report(Misuse.OutOfRange, register.Offset, value, register.Layout.Clause);
    }

    /// <summary>Takes the new producer of the Command queue: the doorbell (§6.3.27).</summary>
    public void RingDoorbell(ulong value)
    {
        var next = new CmdqProd(value).WR;
        if ((next & ~commands.Ring.PointerMask) != 0)
            Report(Misuse.ReservedBit, CmdqProd.Offset, value, "6.3.27");
        if (new Cr0(enables.Engaged).CMDQEN && !commands.MayMoveTo(next))
        {
            Report(Misuse.QueueIndex, CmdqProd.Offset, value, "3.21.2");
            commands.Derail();
        }
        bank[CmdqProd.Offset] = value;
        Consider();
    }

    /// <summary>Takes the consumer of a disabled Command queue; ERR is the SMMU's own (§6.3.28).</summary>
    public void PlaceCommandConsumer(ulong value) =>
        bank.Set(
            bank.Get<CmdqCons>() with
            {
                RD = new CmdqCons(value).RD & commands.Ring.PointerMask,
            }
        );

    /// <summary>Takes the producer of a disabled Event queue (§6.3.95).</summary>
    public void PlaceEventProducer(ulong value)
    {
        var producer = new EventqProd(value);
        bank.Set(producer with { WR = producer.WR & events.Ring.PointerMask });
    }

    /// <summary>Takes the new consumer of the Event queue, and records what waited for room (§6.3.96).</summary>
    public void ReleaseEvents(ulong value)
    {
        var (next, producer) = (new EventqCons(value), bank.Get<EventqProd>());
        var (old, ring) = (bank.Get<EventqCons>(), events.Ring);
        if ((next.RD & ~ring.PointerMask) != 0)
            Report(Misuse.ReservedBit, EventqCons.Offset, value, "6.3.96");
        if (new Cr0(enables.Engaged).EVENTQEN)
        {
            if (ring.Distance(next.RD, producer.WR) > ring.Distance(old.RD, producer.WR))
                Report(Misuse.QueueIndex, EventqCons.Offset, value, "3.21.2");
            if (next.OVACKFLG != old.OVACKFLG && old.OVACKFLG == producer.OVFLG)
                Report(Misuse.SpuriousAcknowledge, EventqCons.Offset, value, "6.3.96");
        }
        bank[EventqCons.Offset] = value;
        events.RecordWaiting();
    }

    /// <summary>A lazy SMMU consumes one command each so many looks, so that who polls gets there and who does not, does not.</summary>
    public ulong ReadCommandConsumer()
    {
        if (
            options.Consumption == CommandConsumption.Lazy
            && ++_consumerReads >= options.ReadsPerCommand
        )
        {
            _consumerReads = 0;
            commands.Step();
        }
        ConsumeSome();
        return bank[CmdqCons.Offset];
    }

    /// <summary>Consumes what an eager SMMU consumes as soon as it may.</summary>
    public void Consider()
    {
        commands.FetchAhead();
        if (options.Consumption == CommandConsumption.Eager)
            commands.Process();
        ConsumeSome();
    }

    private void ConsumeSome()
    {
        if (options.Consumption != CommandConsumption.Seeded)
            return;
        for (var left = _chance.Next() % MostAtOnce; left > 0; left--)
            commands.Step();
    }

    private void Report(Misuse kind, uint offset, ulong value, string clause) =>
        watch.Observer?.RegisterMisused(new(kind, offset, value, Guard.None, clause));
}
