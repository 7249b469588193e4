using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>The event queue: what went wrong. §7.2</summary>
internal sealed class EventQueue : RecordQueue
{
    private readonly IPlatform _platform;

    private EventQueue(
        IPlatform platform,
        SharedMemory memory,
        Features features,
        PhysicalAddress queue
    )
        : base(platform, memory, queue, features.EventQueueBits, EventRecord.Size / 8) =>
        _platform = platform;

    /// <summary>Allocates the queue; null if there is no memory.</summary>
    public static EventQueue? Create(IPlatform platform, SharedMemory memory, Features features) =>
        memory.Allocate((ulong)EventRecord.Size << features.EventQueueBits) is { } queue
            ? new EventQueue(platform, memory, features, queue)
            : null;

    /// <inheritdoc/>
    protected override void WriteBase()
    {
        _platform.Write(
            new EventqBase
            {
                WA = true,
                ADDR = Address,
                LOG2SIZE = (byte)Bits,
            }
        );
        _platform.Write(new EventqProd());
    }

    /// <inheritdoc/>
    protected override (uint Producer, bool Overflow) ReadProducer()
    {
        var producer = _platform.Read<EventqProd>();
        return (producer.WR, producer.OVFLG);
    }

    /// <inheritdoc/>
    protected override void WriteConsumer(uint consumer, bool overflow) =>
        _platform.Write(new EventqCons { RD = consumer, OVACKFLG = overflow });
}
