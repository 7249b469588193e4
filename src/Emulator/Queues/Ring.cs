using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Arithmetic of a circular queue whose pointers carry a wrap bit just above the index, so that full and empty differ
/// (§3.5.1).
/// </summary>
/// <param name="Log2Size">log2 of the entries, 0 to 19.</param>
internal readonly record struct Ring(int Log2Size)
{
    /// <summary>Entries.</summary>
    public uint Size => 1u << Log2Size;

    /// <summary>The bits of a pointer that count: the index and the wrap bit.</summary>
    public uint PointerMask => (Size << 1) - 1;

    /// <summary>The entry a pointer stands at.</summary>
    public uint Index(uint pointer) => pointer & (Size - 1);

    /// <summary>The pointer one entry further on.</summary>
    public uint Next(uint pointer) => (pointer + 1) & PointerMask;

    /// <summary>Entries from one pointer forward to another, 0 to twice the size less one.</summary>
    public uint Distance(uint from, uint to) => unchecked(to - from) & PointerMask;

    /// <summary>Nothing can be consumed.</summary>
    public bool IsEmpty(uint producer, uint consumer) => Distance(consumer, producer) == 0;

    /// <summary>Nothing can be produced.</summary>
    public bool IsFull(uint producer, uint consumer) => Distance(consumer, producer) == Size;

    /// <summary>False for pointers that no sequence of productions and consumptions leads to.</summary>
    public bool IsConsistent(uint producer, uint consumer) => Distance(consumer, producer) <= Size;

    /// <summary>Address of an entry; the base is aligned down to the queue's size or 32 bytes (§6.3.26).</summary>
    public PhysicalAddress Slot(PhysicalAddress start, uint pointer, int entryBytes)
    {
        var alignment = Math.Max((ulong)Size * (ulong)entryBytes, 32);
        return new((start.Value & ~(alignment - 1)) + Index(pointer) * (ulong)entryBytes);
    }
}
