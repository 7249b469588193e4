using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>A table of context descriptors that some stream table entry points to, or did until the last CMD_SYNC.</summary>
public sealed class ContextTable
{
    /// <summary>Base: of the descriptors, or of the level 1 table.</summary>
    public required PhysicalAddress Base { get; init; }

    /// <summary>Linear or two-level.</summary>
    public required S1Fmt Format { get; init; }

    /// <summary>log2 of the number of context descriptors.</summary>
    public required byte Log2Count { get; init; }

    /// <summary>The streams whose entries point here now.</summary>
    public SortedSet<StreamId> Streams { get; } = [];

    /// <summary>A stream that pointed here last; the SMMU may still read the table until the next CMD_SYNC.</summary>
    public StreamId LastStream { get; set; }

    /// <summary>Leaves of a two-level table, by the index of their level 1 descriptor.</summary>
    public SortedList<int, PhysicalAddress> Leaves { get; } = [];

    /// <summary>log2 of the descriptors in one leaf: 6 for 4 KB leaves, 10 for 64 KB leaves.</summary>
    public int LeafBits => Format == S1Fmt.TwoLevel4K ? 6 : 10;

    /// <summary>Number of level 1 descriptors of a two-level table.</summary>
    public int Level1Count => 1 << Math.Max(0, Log2Count - LeafBits);

    /// <summary>The stream to name in messages.</summary>
    public StreamId Owner => Streams.Count > 0 ? Streams.Min : LastStream;
}
