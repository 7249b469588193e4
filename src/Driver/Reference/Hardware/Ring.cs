namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Arithmetic of a circular queue. A pointer is an index with one more bit above it, the wrap bit: equal pointers mean
/// empty, pointers that differ in the wrap bit alone mean full. §3.5.1
/// </summary>
/// <param name="Log2Size">log2 of the number of entries.</param>
internal readonly record struct Ring(int Log2Size)
{
    /// <summary>Number of entries.</summary>
    public uint Entries => 1u << Log2Size;

    /// <summary>Index of the entry a pointer stands at.</summary>
    public uint Slot(uint pointer) => pointer & (Entries - 1);

    /// <summary>The pointer some entries further on.</summary>
    public uint Advance(uint pointer, uint entries) => unchecked(pointer + entries) & Mask;

    /// <summary>Entries between consumer and producer.</summary>
    public uint Used(uint producer, uint consumer) => unchecked(producer - consumer) & Mask;

    private uint Mask => (Entries << 1) - 1;
}
