using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>The event queue: what went wrong, in the order in which it did. §7.2</summary>
internal sealed class EventQueue
{
    private readonly IPlatform _platform;
    private readonly SharedMemory _memory;
    private readonly PhysicalAddress _base;
    private readonly Ring _ring;
    private readonly Gate _gate;
    private uint _consumer;
    private bool _overflowAcknowledged;

    private EventQueue(
        IPlatform platform,
        SharedMemory memory,
        Features features,
        PhysicalAddress queue
    )
    {
        _platform = platform;
        _memory = memory;
        _base = queue;
        _ring = new Ring(features.EventQueueBits);
        _gate = new Gate(platform.System);
    }

    /// <summary>Allocates the queue; null if there is no memory.</summary>
    public static EventQueue? Create(IPlatform platform, SharedMemory memory, Features features) =>
        memory.Allocate((ulong)EventRecord.Size << features.EventQueueBits) is { } queue
            ? new EventQueue(platform, memory, features, queue)
            : null;

    /// <summary>Gives back the queue's memory; the SMMU must be off.</summary>
    public void Free() => _memory.Free(_base);

    /// <summary>Tells the SMMU where the queue is.</summary>
    public void Install()
    {
        (_consumer, _overflowAcknowledged) = (0, false);
        _platform.Write(
            new EventqBase
            {
                WA = true,
                ADDR = _base,
                LOG2SIZE = (byte)_ring.Log2Size,
            }
        );
        _platform.Write(new EventqProd());
        _platform.Write(new EventqCons());
    }

    /// <summary>Takes every record there is.</summary>
    /// <param name="take">Is given each record, after its slot has been given back.</param>
    public void Drain(Action<EventRecord> take)
    {
        _gate.Enter();
        DrainAll(take);
        _gate.Leave();
    }

    private void DrainAll(Action<EventRecord> take)
    {
        while (true)
        {
            // 1. How far the SMMU has come, and whether it has lost records since the last look. §7.4
            var producer = _platform.Read<EventqProd>();
            var overflowed = producer.OVFLG != _overflowAcknowledged;
            if (overflowed)
                _platform.System.Log(LogLevel.Warning, "event queue overflow: events are lost");
            _overflowAcknowledged = producer.OVFLG;

            // 2. Nothing left: an overflow not acknowledged on the way still has to be.
            if (_ring.Used(producer.WR, _consumer) == 0)
            {
                if (overflowed)
                    WriteConsumer();
                return;
            }

            while (_ring.Used(producer.WR, _consumer) != 0)
                take(TakeOne());
        }
    }

    private EventRecord TakeOne()
    {
        var slot = _base + (EventRecord.Size * (ulong)_ring.Slot(_consumer));
        var record = new EventRecord(
            _memory.Load(slot),
            _memory.Load(slot + 8),
            _memory.Load(slot + 16),
            _memory.Load(slot + 24)
        );

        // The slot may be overwritten as soon as it is given back: the copy comes first.
        _memory.Barrier();
        _consumer = _ring.Advance(_consumer, 1);
        WriteConsumer();
        return record;
    }

    private void WriteConsumer() =>
        _platform.Write(new EventqCons { RD = _consumer, OVACKFLG = _overflowAcknowledged });
}
