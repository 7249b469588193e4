using System.Buffers.Binary;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// The shape of one table walk: what a TTB with its TxSZ, TG and output size comes to, for TTB0, TTB1 and stage 2 alike
/// (§3.4, §5.2, §5.4; Arm ARM D8.2).
/// </summary>
internal readonly struct WalkShape
{
    /// <summary>Base of the first table, aligned as the SMMU aligns it: an IPA at a nested stage 1, else physical.</summary>
    public PhysicalAddress Table { get; init; }

    /// <summary>Attributes of descriptor accesses, before stage 2 has its say (§13.8).</summary>
    public MemoryAttributes Access { get; init; }

    /// <summary>Granule of the tables.</summary>
    public Granule Granule { get; init; }

    /// <summary>Bits of an address inside the range: 64 - TxSZ.</summary>
    public int InputBits { get; init; }

    /// <summary>Level of the first table, which at stage 2 may be up to sixteen tables side by side.</summary>
    public int StartLevel { get; init; }

    /// <summary>Bits that an output address may have: the effective IPS or S2PS.</summary>
    public int OutputBits { get; init; }

    /// <summary>Descriptors carry 52-bit addresses: LPA with 64 KB, DS with 4 KB and 16 KB.</summary>
    public bool Wide { get; init; }

    /// <summary>Tables are big-endian.</summary>
    public bool BigEndian { get; init; }

    /// <summary>Where DS has moved the shareability of leaves out of the descriptor: its value.</summary>
    public Shareability? LeafShareability { get; init; }

    /// <summary>Address of the descriptor of an address in a table of a level.</summary>
    /// <remarks>The first table holds as many descriptors as the range needs, fewer or more than a full table.</remarks>
    public PhysicalAddress SlotOf(PhysicalAddress table, int level, ulong address)
    {
        var index = (address & (ulong.MaxValue >> (64 - InputBits))) >> Granule.LevelShift(level);
        if (level != StartLevel)
            index &= (1ul << Granule.BitsPerLevel) - 1;
        return new(unchecked(table.Value + (8 * index)));
    }

    /// <summary>A descriptor as it stands in memory, in the byte order of the machine; and the other way round.</summary>
    public ulong Ordered(ulong word) => BigEndian ? BinaryPrimitives.ReverseEndianness(word) : word;

    /// <summary>
    /// Base of the first table: aligned to its size, and to 64 bytes where the output has 52 bits (§5.2, S2TTB; §5.4,
    /// TTB0).
    /// </summary>
    public static PhysicalAddress Aligned(
        PhysicalAddress table,
        Granule granule,
        int inputBits,
        int startLevel,
        int outputBits
    )
    {
        var bytes = 8ul << (inputBits - granule.LevelShift(startLevel));
        var alignment = outputBits >= 52 ? Math.Max(bytes, 64) : bytes;
        return table.Value & ~(alignment - 1);
    }
}
