using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>The PRI queue: pages that devices ask for. §8</summary>
internal sealed class PageRequestQueue : RecordQueue
{
    private const int EntryBytes = 16;

    private readonly IPlatform _platform;

    private PageRequestQueue(
        IPlatform platform,
        SharedMemory memory,
        Features features,
        PhysicalAddress queue
    )
        : base(platform, memory, queue, features.PageRequestQueueBits, EntryBytes / 8) =>
        _platform = platform;

    /// <summary>Allocates the queue; null if there is no memory.</summary>
    public static PageRequestQueue? Create(
        IPlatform platform,
        SharedMemory memory,
        Features features
    ) =>
        memory.Allocate((ulong)EntryBytes << features.PageRequestQueueBits) is { } queue
            ? new PageRequestQueue(platform, memory, features, queue)
            : null;

    /// <inheritdoc/>
    protected override void WriteBase()
    {
        _platform.Write(
            new PriqBase
            {
                WA = true,
                ADDR = Address,
                LOG2SIZE = (byte)Bits,
            }
        );
        _platform.Write(new PriqProd());
    }

    /// <inheritdoc/>
    protected override (uint Producer, bool Overflow) ReadProducer()
    {
        var producer = _platform.Read<PriqProd>();
        return (producer.WR, producer.OVFLG);
    }

    /// <inheritdoc/>
    protected override void WriteConsumer(uint consumer, bool overflow) =>
        _platform.Write(new PriqCons { RD = consumer, OVACKFLG = overflow });
}
