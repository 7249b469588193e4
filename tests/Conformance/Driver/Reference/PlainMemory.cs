using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A system that is nothing but memory: for parts of the reference driver that touch nothing else.</summary>
internal sealed class PlainMemory : ISystem
{
    private readonly Dictionary<ulong, ulong> _words = [];
    private readonly HashSet<ulong> _allocated = [];
    private ulong _next = 0x8000_0000;

    /// <summary>Allocations that still succeed.</summary>
    public int Left { get; set; } = int.MaxValue;

    /// <summary>Blocks not given back.</summary>
    public int Blocks => _allocated.Count;

    public ulong Microseconds { get; private set; }

    public PhysicalAddress? Allocate(ulong bytes, ulong alignment)
    {
        if (Left-- <= 0)
            return null;
        _next = (_next + alignment - 1) & ~(alignment - 1);
        var address = _next;
        _next += bytes;
        _allocated.Add(address);
        return address;
    }

    public void Free(PhysicalAddress address) => Assert.True(_allocated.Remove(address.Value));

    public ulong Load(PhysicalAddress address) => _words.GetValueOrDefault(address.Value);

    /// <inheritdoc/>
    public ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value)
    {
        var found = Load(address);
        if (found == expected)
            Store(address, value);
        return found;
    }

    public void Store(PhysicalAddress address, ulong value) => _words[address.Value] = value;

    public void Barrier() { }

    public void Clean(PhysicalAddress address, ulong bytes) { }

    public void Relax() => Microseconds++;

    public void Report(in FaultReport report) { }

    public void Forward(VirtualSmmuHandle guest, in EventRecord record) { }

    public void Ask(in PageFault fault) { }

    public void Log(LogLevel level, string message) { }
}
