using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Qemu;

/// <summary>QEMU as the hardware of one machine, from its reset to the next machine's.</summary>
internal sealed class QemuHardware : IOtherHardware
{
    private const uint Pages = 0x2_0000;
    private const ulong QueueBytesWritten = 1 << 16;

    private readonly QemuProcess _process;
    private readonly HashSet<uint> _enabled = [];
    private ulong _eventQueue;

    /// <summary>A machine as reset leaves it.</summary>
    public QemuHardware(QemuProcess process) => _process = process;

    /// <inheritdoc/>
    public ulong Read(uint offset, int bytes)
    {
        var address = AddressOf(offset);
        return bytes == 8 ? _process.Qtest.Read64(address) : _process.Qtest.Read32(address);
    }

    /// <inheritdoc/>
    public void Write(uint offset, int bytes, ulong value)
    {
        var address = AddressOf(offset);
        NoteEventQueue(offset, bytes, value);
        if (bytes == 8)
            _process.Qtest.Write64(address, value);
        else
            _process.Qtest.Write32(address, unchecked((uint)value));
    }

    /// <inheritdoc/>
    public Translation Access(in Transaction transaction, in Translation emulated)
    {
        Require(in transaction);
        var device = DeviceOf(transaction.Stream);
        var before = Producer();
        device.Access(transaction.Address.Value, BytesAt(transaction.Address), transaction.Write);
        var after = Producer();
        var led = _process.Log.Take(transaction.Write);
        var record = after == before ? null : RecordAt(before);
        if (led is { } address)
            return Translation.FromOutside(TranslationResult.Passed, address, record);
        if (record is not null)
            return Translation.FromOutside(TranslationResult.Faulted, default, record);

        // No record: none was due, or none could be made, or it is missing.
        if (
            emulated is { Result: TranslationResult.Faulted, RecordEvent: false }
            || !CanRecord(after)
        )
            return Translation.FromOutside(
                emulated.Passed ? TranslationResult.Aborted : emulated.Result,
                default,
                null,
                sees: false
            );
        return Translation.FromOutside(TranslationResult.Aborted, default, null);
    }

    /// <inheritdoc/>
    public void Load(PhysicalAddress start, Span<byte> into)
    {
        Settle();
        _process.Memory.Load(start, into);
    }

    /// <inheritdoc/>
    public void Store(PhysicalAddress start, ReadOnlySpan<byte> from)
    {
        Settle();
        _process.Memory.Store(start, from);
    }

    /// <inheritdoc/>
    public void Clear(PhysicalAddress start, ulong bytes)
    {
        Settle();
        _process.Memory.Clear(start, bytes);
    }

    /// <inheritdoc/>
    public void TellWritten(MemoryPiece told)
    {
        Settle();
        var (start, bytes) = Records();
        if (bytes == 0 || !Has(start, bytes))
            return;
        var records = new byte[bytes];
        _process.Memory.Load(start, records);
        told(start, records);
    }

    /// <inheritdoc/>
    public bool Has(PhysicalAddress start, ulong bytes) => QemuMemory.Has(start, bytes);

    // What was stored in a register before has its effect before memory is looked at or changed.
    private void Settle()
    {
        if (_process.Qtest.IsBusy)
            _process.Qtest.Drain();
    }

    private static ulong AddressOf(uint offset) =>
        offset < Pages
            ? QemuMap.Smmu + offset
            : throw new NotOnThisPlatformException($"register page at 0x{offset & ~0xffffu:x}");

    // Its devices say nothing of their accesses but address and direction.
    private static void Require(in Transaction transaction)
    {
        var plain = new Transaction
        {
            Stream = transaction.Stream,
            Address = transaction.Address,
            Write = transaction.Write,
        };
        if (transaction != plain)
            throw new NotOnThisPlatformException(
                "device that says more of an access than address and direction"
            );
    }

    private EduDevice DeviceOf(StreamId stream)
    {
        if (!QemuMap.HasDevice(stream.Value))
            throw new NotOnThisPlatformException($"device with StreamID {stream}");
        var device = new EduDevice(_process.Qtest, stream.Value);
        if (_enabled.Add(stream.Value))
            device.Enable();
        return device;
    }

    // More than four bytes, or across their alignment, would be several accesses of hardware.
    private static ulong BytesAt(Iova address) =>
        (address.Value & 3) switch
        {
            0 => 4,
            2 => 2,
            _ => 1,
        };

    private uint Producer() => _process.Qtest.Read32(QemuMap.Smmu + EventqProd.Offset);

    private EventRecord? RecordAt(uint producer)
    {
        var queue = new EventqBase([_eventQueue]);
        var at =
            queue.ADDR
            + (
                EventRecord.Size
                * (ulong)(new EventqProd(producer).WR & ((1u << queue.LOG2SIZE) - 1))
            );
        if (!Has(at, EventRecord.Size))
            return null;
        Span<byte> bytes = stackalloc byte[EventRecord.Size];
        _process.Memory.Load(at, bytes);
        return new EventRecord(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..])
        );
    }

    private bool CanRecord(uint producer)
    {
        var enables = new Cr0(_process.Qtest.Read32(QemuMap.Smmu + Cr0Ack.Offset));
        var consumer = _process.Qtest.Read32(QemuMap.Smmu + EventqCons.Offset);
        var entries = 1u << new EventqBase([_eventQueue]).LOG2SIZE;
        return enables.EVENTQEN && ((producer ^ consumer) & (2 * entries - 1)) != entries;
    }

    private void NoteEventQueue(uint offset, int bytes, ulong value)
    {
        if (offset == EventqBase.Offset)
            _eventQueue = bytes == 8 ? value : _eventQueue & ~0xffff_fffful | value;
        else if (offset == EventqBase.Offset + 4)
            _eventQueue = _eventQueue & 0xffff_ffff | value << 32;
        else
            return;
        var (start, size) = Records();
        _process.Memory.WillBeWritten(start, size);
    }

    // All that QEMU writes by itself is event records; no case makes more than a few of them.
    private (PhysicalAddress Start, ulong Bytes) Records()
    {
        var queue = new EventqBase([_eventQueue]);
        var entries = 1ul << Math.Min((int)queue.LOG2SIZE, 19);
        return (
            queue.ADDR,
            _eventQueue == 0 ? 0 : Math.Min(EventRecord.Size * entries, QueueBytesWritten)
        );
    }
}
