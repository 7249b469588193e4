using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Registers of an SMMU that has done whatever it is told as soon as it is told. Several threads may use it.</summary>
internal sealed class EagerHardware(ISystem system) : IPlatform
{
    private readonly uint[] _registers = new uint[RegisterMap.Bytes / 4];

    /// <inheritdoc/>
    public ISystem System => system;

    /// <inheritdoc/>
    public SmmuFirmware Firmware { get; } = new();

    /// <inheritdoc/>
    public uint Read32(uint offset) =>
        offset switch
        {
            // Commands are polled for: nothing here writes a message.
            Idr0.Offset => (uint)(Profiles.Maximal.IDR0 with { MSI = false }).Word(0),
            Idr1.Offset => (uint)Profiles.Maximal.IDR1.Word(0),
            Idr3.Offset => (uint)Profiles.Maximal.IDR3.Word(0),
            Idr5.Offset => (uint)Profiles.Maximal.IDR5.Word(0),
            Cr0Ack.Offset => Volatile.Read(ref _registers[Cr0.Offset / 4]),
            IrqCtrlAck.Offset => Volatile.Read(ref _registers[IrqCtrl.Offset / 4]),
            CmdqCons.Offset => Volatile.Read(ref _registers[CmdqProd.Offset / 4]),
            _ => Volatile.Read(ref _registers[offset / 4]),
        };

    /// <inheritdoc/>
    public ulong Read64(uint offset) => Read32(offset);

    /// <inheritdoc/>
    public void Write32(uint offset, uint value) =>
        Volatile.Write(ref _registers[offset / 4], value);

    /// <inheritdoc/>
    public void Write64(uint offset, ulong value) => Write32(offset, unchecked((uint)value));

    /// <inheritdoc/>
    public void Switch(StreamId stream, DeviceEnables enables, byte unit) { }
}

/// <summary>Memory as one flat array, given out in ascending order and never taken back. Several threads may use it.</summary>
internal sealed class FlatMemory : ISystem
{
    private readonly ulong[] _words = new ulong[1 << 24];
    private long _next = 64;
    private long _time;
    private int _blocks;

    /// <summary>Blocks that were given out and not given back.</summary>
    public int Blocks => Volatile.Read(ref _blocks);

    /// <inheritdoc/>
    public ulong Microseconds => (ulong)Volatile.Read(ref _time);

    /// <inheritdoc/>
    public PhysicalAddress? Allocate(ulong bytes, ulong alignment)
    {
        // Room for the worst alignment.
        var end = (ulong)Interlocked.Add(ref _next, (long)(bytes + alignment));
        var start = (end - bytes) & ~(alignment - 1);
        if (end > 8ul * (ulong)_words.Length)
            return null;
        Interlocked.Increment(ref _blocks);
        return new PhysicalAddress(start);
    }

    /// <inheritdoc/>
    public void Free(PhysicalAddress address) => Interlocked.Decrement(ref _blocks);

    /// <inheritdoc/>
    public ulong Load(PhysicalAddress address) => Volatile.Read(ref _words[address.Value / 8]);

    /// <inheritdoc/>
    public void Store(PhysicalAddress address, ulong value) =>
        Volatile.Write(ref _words[address.Value / 8], value);

    /// <inheritdoc/>
    public ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value) =>
        Interlocked.CompareExchange(ref _words[address.Value / 8], value, expected);

    /// <inheritdoc/>
    public void Barrier() => Interlocked.MemoryBarrier();

    /// <inheritdoc/>
    public void Clean(PhysicalAddress address, ulong bytes) { }

    /// <inheritdoc/>
    public void Relax()
    {
        Interlocked.Increment(ref _time);
        Thread.Yield();
    }

    /// <inheritdoc/>
    public void Report(in FaultReport report) { }

    /// <inheritdoc/>
    public void Forward(VirtualSmmuHandle guest, in EventRecord record) { }

    /// <inheritdoc/>
    public void Ask(in PageFault fault) { }

    /// <inheritdoc/>
    public void Log(LogLevel level, string message) { }
}
