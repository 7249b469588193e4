using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>A queue that the SMMU fills: records in the order in which they came, until there is no room. §3.5, §7.2, §8</summary>
internal abstract class RecordQueue
{
    private readonly IPlatform _platform;
    private readonly SharedMemory _memory;
    private readonly Ring _ring;
    private readonly Gate _gate;
    private readonly int _words;
    private uint _consumer;
    private bool _overflowAcknowledged;

    /// <summary>A queue in memory that is there.</summary>
    /// <param name="platform">Registers of the SMMU.</param>
    /// <param name="memory">Where the queue is.</param>
    /// <param name="address">First record.</param>
    /// <param name="bits">log2 of the number of records.</param>
    /// <param name="words">Words of a record: at most 4.</param>
    protected RecordQueue(
        IPlatform platform,
        SharedMemory memory,
        PhysicalAddress address,
        int bits,
        int words
    )
    {
        _platform = platform;
        _memory = memory;
        Address = address;
        _ring = new Ring(bits);
        _gate = new Gate(platform.System);
        _words = words;
    }

    /// <summary>Takes a record; its words are those that the record has.</summary>
    public delegate void Taker(ReadOnlySpan<ulong> words);

    /// <summary>First record.</summary>
    protected PhysicalAddress Address { get; }

    /// <summary>log2 of the number of records.</summary>
    protected int Bits => _ring.Log2Size;

    /// <summary>Gives back the queue's memory; the SMMU must be off.</summary>
    public void Free() => _memory.Free(Address);

    /// <summary>Tells the SMMU where the queue is: base first, since its size decides which index bits exist.</summary>
    public void Install()
    {
        (_consumer, _overflowAcknowledged) = (0, false);
        WriteBase();
        WriteConsumer(0, false);
    }

    /// <summary>Takes every record there is.</summary>
    /// <param name="take">Is given each record, after its slot has been given back.</param>
    /// <returns>Records have been lost since the last time.</returns>
    public bool Drain(Taker take)
    {
        _gate.Enter();
        var lost = DrainAll(take);
        _gate.Leave();
        return lost;
    }

    /// <summary>Writes base and size, and an empty producer's index.</summary>
    protected abstract void WriteBase();

    /// <summary>How far the SMMU has come, and its overflow flag.</summary>
    protected abstract (uint Producer, bool Overflow) ReadProducer();

    /// <summary>How far the driver has come, and the overflow flag it has seen.</summary>
    protected abstract void WriteConsumer(uint consumer, bool overflow);

    private bool DrainAll(Taker take)
    {
        var lost = false;
        while (true)
        {
            // 1. How far the SMMU has come, and whether it has lost records since the last look. §7.4
            var (producer, overflow) = ReadProducer();
            var overflowed = overflow != _overflowAcknowledged;
            if (overflowed)
                _platform.System.Log(
                    LogLevel.Warning,
                    $"{GetType().Name} overflow: records are lost"
                );
            _overflowAcknowledged = overflow;
            lost |= overflowed;

            // 2. Nothing left: an overflow not acknowledged on the way still has to be.
            if (_ring.Used(producer, _consumer) == 0)
            {
                if (overflowed)
                    WriteConsumer(_consumer, _overflowAcknowledged);
                return lost;
            }

            while (_ring.Used(producer, _consumer) != 0)
                TakeOne(take);
        }
    }

    private void TakeOne(Taker take)
    {
        Span<ulong> record = stackalloc ulong[4];
        record = record[.._words];
        var slot = Address + (8ul * (ulong)_words * _ring.Slot(_consumer));
        for (var i = 0; i < _words; i++)
            record[i] = _memory.Load(slot + (8 * (ulong)i));

        // The slot may be overwritten as soon as it is given back: the copy comes first.
        _memory.Barrier();
        _consumer = _ring.Advance(_consumer, 1);
        WriteConsumer(_consumer, _overflowAcknowledged);
        take(record);
    }
}
