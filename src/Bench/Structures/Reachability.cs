using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Whether an SMMU can reach a block of memory by what registers and memory say now (§3.21.3).</summary>
internal static class Reachability
{
    /// <summary>A path into the block in words, or null if there is none.</summary>
    public static string? Into(
        StreamStructures structures,
        Smmu smmu,
        PhysicalMemory memory,
        PhysicalAddress address,
        ulong bytes
    )
    {
        bool Hits(PhysicalAddress start, ulong size) =>
            start.Value < address.Value + bytes && address.Value < start.Value + size;

        var enables = smmu.Inside.State.Cr0;
        if (
            enables.CMDQEN
            && Hits(structures.CommandQueue.ADDR, 16ul << structures.CommandQueue.LOG2SIZE)
        )
            return "the command queue is enabled";
        if (
            enables.EVENTQEN
            && Hits(structures.EventQueue.ADDR, 32ul << structures.EventQueue.LOG2SIZE)
        )
            return "the event queue is enabled";
        if (!enables.SMMUEN)
            return null;
        if (Hits(structures.StreamTable, structures.StreamTableBytes))
            return "it is the stream table, and SMMU_CR0.SMMUEN is set";
        foreach (var (first, leaf, entries) in structures.Leaves)
            if (Hits(leaf, 64ul * (ulong)entries))
                return $"L1STD of {first} points to it";
        foreach (var table in structures.Contexts)
        {
            if (table.Streams.Count == 0)
                continue;
            var size =
                table.Format == S1Fmt.Linear
                    ? 64ul << table.Log2Count
                    : 8ul * (ulong)table.Level1Count;
            if (Hits(table.Base, size))
                return $"STE {table.Owner} points to it (S1ContextPtr)";
            foreach (var leaf in table.Leaves)
                if (Hits(leaf.Value, 64ul << table.LeafBits))
                    return $"an L1CD of STE {table.Owner} points to it";
        }
        foreach (var (stream, substream, cd) in LiveContexts.Of(structures, memory))
        {
            if (!cd.EPD0 && structures.Tables.Leads(cd.TTB0, Hits))
                return $"CD {stream}.{substream} leads to it (TTB0)";
            if (!cd.EPD1 && structures.Tables.Leads(cd.TTB1, Hits))
                return $"CD {stream}.{substream} leads to it (TTB1)";
        }
        foreach (var (stream, ste) in structures.Stage2)
            if (structures.Tables.Leads(ste.S2TTB, Hits))
                return $"STE {stream} leads to it (S2TTB)";
        return null;
    }
}
