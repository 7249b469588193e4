using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Where faults and configuration errors are written for software to read (§7.2).</summary>
internal sealed class EventQueue(
    RegisterBank bank,
    UpdatedRegister enables,
    SmmuPort port,
    GlobalErrors errors,
    InterruptSources interrupts,
    int largestLog2Size,
    MachineOptions options,
    Watch watch
)
{
    private readonly Queue<(EventRecord Record, bool MayMerge)> _late = new();

    // The record below the producer.
    private EventRecord _last;

    /// <summary>Shape of the queue; a size beyond the largest counts as the largest (§6.3.29).</summary>
    public Ring Ring => new(Math.Min(bank.Get<EventqBase>().LOG2SIZE, largestLog2Size));

    /// <summary>The pointers are in a state a queue can be in.</summary>
    public bool IsConsistent => Ring.IsConsistent(Producer, Consumer);

    private uint Producer => bank.Get<EventqProd>().WR;

    private uint Consumer => bank.Get<EventqCons>().RD;

    // A queue with impossible pointers counts as full: of the permitted behaviours the one that loses events (§3.5.1).
    private bool HasRoom => IsConsistent && !Ring.IsFull(Producer, Consumer);

    // Enabled, and without an abort that is not acknowledged.
    private bool IsAccepting =>
        new Cr0(enables.InForce).EVENTQEN && !errors.OutOfService && !errors.Active.EVENTQ_ABT_ERR;

    /// <summary>Records an event, or discards it if the queue is not writable.</summary>
    /// <param name="record">The event.</param>
    /// <param name="mayMerge">Another like it, not yet consumed, may stand for it (§7.3.1).</param>
    public void Record(in EventRecord record, bool mayMerge = false)
    {
        if (options.DelayEvents)
            _late.Enqueue((record, mayMerge));
        else
            Commit(in record, mayMerge);
    }

    /// <summary>Records the event of a stall, which is never late: its record is the only way on (§3.12.2).</summary>
    public void RecordStall(in EventRecord record) => Commit(in record, mayMerge: false);

    /// <summary>What is late becomes visible, or is discarded: a CMD_SYNC does not complete before (§4.7.3).</summary>
    public void CommitLate()
    {
        while (_late.TryDequeue(out var late))
            Commit(in late.Record, late.MayMerge);
    }

    /// <summary>The queue is being disabled: what is not committed is discarded (§6.3.9.4).</summary>
    public void DiscardLate() => _late.Clear();

    private void Commit(in EventRecord record, bool mayMerge)
    {
        if (options.MergeEvents && mayMerge && StandsForIt(in record))
            return;
        var recorded = IsAccepting && (HasRoom || Overflow()) && Write(record);
        watch.Observer?.EventRecorded(record, lost: !recorded);
    }

    private bool StandsForIt(in EventRecord record) =>
        !Ring.IsEmpty(Producer, Consumer) && EventMerging.Alike(in _last, in record);

    /// <summary>A record would be written now: enabled, with room, and without an abort that is not acknowledged (§7.2.1).</summary>
    public bool IsWritable => IsAccepting && HasRoom;

    /// <summary>Records whose transactions are stalled wait for the queue to become writable (§7.2.1).</summary>
    public Action? RecordStalls { get; set; }

    /// <summary>Something changed that may make the queue writable.</summary>
    public void RecordWaiting()
    {
        if (IsWritable)
            RecordStalls?.Invoke();
    }

    // Only a discarded event overflows, and only an acknowledged overflow can be shown again (§7.4).
    private bool Overflow()
    {
        var producer = bank.Get<EventqProd>();
        if (producer.OVFLG == bank.Get<EventqCons>().OVACKFLG)
            bank.Set(producer with { OVFLG = !producer.OVFLG });
        return false;
    }

    private bool Write(in EventRecord record)
    {
        var (ring, producer) = (Ring, bank.Get<EventqProd>());
        var slot = ring.Slot(bank.Get<EventqBase>().ADDR, producer.WR, EventRecord.Size);
        var access = SmmuAccesses.OfQueue(bank.Get<Cr1>(), bank.Get<EventqBase>().WA);
        if (!port.TryWrite(slot, access, [record.Word0, record.Word1, record.Word2, record.Word3]))
        {
            // The abort is synchronous here: the pointer stays, so every entry below it is valid (§7.2.2).
            errors.Raise(new GError { EVENTQ_ABT_ERR = true });
            return false;
        }
        _last = record;
        watch.Observer?.QueueWritten(slot, access);
        var wasEmpty = ring.IsEmpty(producer.WR, Consumer);
        // The record is in memory before the pointer shows it, and the pointer before the interrupt (§3.5.2, §3.18).
        bank.Set(producer with { WR = ring.Next(producer.WR) });
        if (wasEmpty && !interrupts.AnnounceEvents())
            errors.Raise(new GError { MSI_EVENTQ_ABT_ERR = true });
        return true;
    }
}
