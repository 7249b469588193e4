using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>
/// Hands out memory for DMA: first fit over address order, so that the same requests give the same addresses and freed
/// memory is soon given out again, which is what makes a use after free visible.
/// </summary>
public sealed class DmaAllocator
{
    private readonly SortedList<ulong, ulong> _blocks = [];
    private readonly PhysicalMemory _memory;
    private readonly ulong _start;
    private readonly ulong _end;

    // Where the last block of a size and alignment was found: since nothing was freed before it, the next is behind it.
    private readonly Dictionary<(ulong Bytes, ulong Alignment), ulong> _found = [];

    /// <summary>An allocator over a range.</summary>
    /// <param name="memory">The memory itself.</param>
    /// <param name="start">First address given out.</param>
    /// <param name="end">First address not given out.</param>
    public DmaAllocator(PhysicalMemory memory, PhysicalAddress start, PhysicalAddress end) =>
        (_memory, _start, _end) = (memory, start.Value, end.Value);

    /// <summary>How many further allocations succeed; the next one after them fails. Null: no limit.</summary>
    public int? FailAfter { get; set; }

    /// <summary>Number of blocks not yet freed.</summary>
    public int Count => _blocks.Count;

    /// <summary>Bytes not yet freed.</summary>
    public ulong Bytes => _blocks.Values.Aggregate(0ul, (sum, bytes) => sum + bytes);

    /// <summary>Every block not yet freed.</summary>
    public IEnumerable<(PhysicalAddress Address, ulong Bytes)> Blocks =>
        _blocks.Select(b => (new PhysicalAddress(b.Key), b.Value));

    /// <summary>Zeroed memory, or null if there is none or the limit is reached.</summary>
    public PhysicalAddress? Allocate(ulong bytes, ulong alignment)
    {
        if (FailAfter is { } left)
        {
            if (left == 0)
                return null;
            FailAfter = left - 1;
        }
        if (bytes > _end - _start)
            return null;
        bytes = RoundUp(Math.Max(bytes, 64), 64);
        var from = _found.GetValueOrDefault((bytes, alignment), _start);
        var candidate = RoundUp(from, alignment);
        for (var i = int.Max(0, FirstBehind(from) - 1); i < _blocks.Count; i++)
        {
            var (address, size) = (_blocks.GetKeyAtIndex(i), _blocks.GetValueAtIndex(i));
            if (address >= candidate + bytes)
                break;
            if (address + size > candidate)
                candidate = RoundUp(address + size, alignment);
        }
        if (candidate + bytes > _end)
            return null;
        _found[(bytes, alignment)] = candidate;
        Claim(candidate, bytes);
        _memory.Clear(candidate, bytes);
        return candidate;
    }

    /// <summary>Takes a given range as allocated; for memory that a recording brings along.</summary>
    public void Claim(PhysicalAddress address, ulong bytes) => _blocks.Add(address.Value, bytes);

    /// <summary>Size of the block that starts at an address; 0 if none does.</summary>
    public ulong SizeOf(PhysicalAddress address) => _blocks.GetValueOrDefault(address.Value);

    /// <summary>True if the word at an address belongs to a block.</summary>
    public bool Owns(PhysicalAddress address) => BlockAt(address) is not null;

    /// <summary>The block that contains an address, or null.</summary>
    public (PhysicalAddress Address, ulong Bytes)? BlockAt(PhysicalAddress address)
    {
        var i = FirstBehind(address.Value) - 1;
        if (i < 0)
            return null;
        var (start, bytes) = (_blocks.GetKeyAtIndex(i), _blocks.GetValueAtIndex(i));
        return address.Value < start + bytes ? (start, bytes) : null;
    }

    /// <summary>Forgets a block; its content stays until it is given out again.</summary>
    public void Free(PhysicalAddress address)
    {
        _blocks.Remove(address.Value);
        _found.Clear();
    }

    // Index of the first block that begins behind an address.
    private int FirstBehind(ulong address)
    {
        int low = 0,
            high = _blocks.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_blocks.GetKeyAtIndex(middle) <= address)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static ulong RoundUp(ulong value, ulong multiple) =>
        (value + multiple - 1) / multiple * multiple;
}
