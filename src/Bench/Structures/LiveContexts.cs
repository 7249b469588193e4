using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>The valid context descriptors that some stream table entry leads to now.</summary>
public static class LiveContexts
{
    /// <summary>Each with the first stream that uses it, and its index.</summary>
    public static IEnumerable<(StreamId Stream, SubstreamId Substream, Cd Cd)> Of(
        StreamStructures structures,
        PhysicalMemory memory
    )
    {
        foreach (var table in structures.Contexts)
        {
            if (table.Streams.Count == 0)
                continue;
            foreach (var (first, leaf, count) in LeavesOf(table))
                for (var i = 0u; i < count; i++)
                    if (TryReadValid(memory, leaf + 64ul * i, out var cd))
                        yield return (table.Owner, first + i, cd);
        }
    }

    private static IEnumerable<(uint First, PhysicalAddress Leaf, uint Count)> LeavesOf(
        ContextTable table
    ) =>
        table.Format == S1Fmt.Linear
            ? [(0u, table.Base, 1u << table.Log2Count)]
            : table.Leaves.Select(leaf =>
                ((uint)leaf.Key << table.LeafBits, leaf.Value, 1u << table.LeafBits)
            );

    private static bool TryReadValid(PhysicalMemory memory, PhysicalAddress at, out Cd cd)
    {
        cd = default;
        // Most descriptors of a large table are invalid: one word tells.
        if (!memory.TryRead64(at, out var first) || !new Cd([first, 0, 0, 0, 0, 0, 0, 0]).V)
            return false;
        Span<ulong> words = stackalloc ulong[8];
        for (var i = 0; i < words.Length; i++)
            if (!memory.TryRead64(at + 8ul * (ulong)i, out words[i]))
                return false;
        cd = new(words);
        return true;
    }
}
