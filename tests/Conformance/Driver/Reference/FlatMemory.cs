using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Driver;

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
