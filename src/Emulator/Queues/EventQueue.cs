using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Where faults and configuration errors are written for software to read (§7.2).</summary>
internal sealed class EventQueue(
    RegisterBank bank,
    UpdatedRegister enables,
    PhysicalMemory memory,
    GlobalErrors errors,
    InterruptSources interrupts,
    int largestLog2Size,
    Watch watch
)
{
    private readonly Queue<EventRecord> _waiting = new();

    /// <summary>Shape of the queue; a size beyond the largest counts as the largest (§6.3.29).</summary>
    public Ring Ring => new(Math.Min(bank.Get<EventqBase>().LOG2SIZE, largestLog2Size));

    /// <summary>The pointers are in a state a queue can be in.</summary>
    public bool IsConsistent => Ring.IsConsistent(Producer, Consumer);

    private uint Producer => bank.Get<EventqProd>().WR;

    private uint Consumer => bank.Get<EventqCons>().RD;

    // A queue with impossible pointers counts as full: of the permitted behaviours the one that loses events (§3.5.1).
    private bool HasRoom => IsConsistent && !Ring.IsFull(Producer, Consumer);

    private bool Enabled => new Cr0(enables.InForce).EVENTQEN && !errors.OutOfService;

    /// <summary>Records an event, or discards it if the queue is not writable.</summary>
    public void Record(in EventRecord record)
    {
        var recorded =
            Enabled && !errors.Active.EVENTQ_ABT_ERR && (HasRoom || Overflow()) && Write(record);
        watch.Observer?.EventRecorded(record, lost: !recorded);
    }

    /// <summary>Records the event of a stalled transaction; it waits for room instead of being discarded (§7.2.1).</summary>
    public void RecordStall(in EventRecord record)
    {
        _waiting.Enqueue(record);
        RecordWaiting();
    }

    /// <summary>Records what waits, as far as there is room.</summary>
    public void RecordWaiting()
    {
        while (_waiting.Count > 0 && Enabled && !errors.Active.EVENTQ_ABT_ERR && HasRoom)
        {
            // An external abort loses the record, stalled or not (§7.2.2).
            var record = _waiting.Dequeue();
            var recorded = Write(record);
            watch.Observer?.EventRecorded(record, lost: !recorded);
        }
    }

    /// <summary>Drops what waits, because its transactions are terminated (§6.3.9.6).</summary>
    public void DropWaiting() => _waiting.Clear();

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
        if (memory.Aborts(slot, EventRecord.Size))
        {
            // The abort is synchronous here: the pointer stays, so every entry below it is valid (§7.2.2).
            errors.Raise(new GError { EVENTQ_ABT_ERR = true });
            return false;
        }
        memory.Write64(slot, record.Word0);
        memory.Write64(slot + 8, record.Word1);
        memory.Write64(slot + 16, record.Word2);
        memory.Write64(slot + 24, record.Word3);
        var wasEmpty = ring.IsEmpty(producer.WR, Consumer);
        // The record is in memory before the pointer shows it, and the pointer before the interrupt (§3.5.2, §3.18).
        bank.Set(producer with { WR = ring.Next(producer.WR) });
        if (wasEmpty && !interrupts.AnnounceEvents())
            errors.Raise(new GError { MSI_EVENTQ_ABT_ERR = true });
        return true;
    }
}
