using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Descriptors of one set of tables in memory, in the byte order that the hardware walks, and tables made on the way.</summary>
/// <param name="rig">Whose memory to use.</param>
internal sealed class TableMemory(TranslationRig rig)
{
    private readonly Dictionary<PhysicalAddress, PhysicalAddress> _tables = [];

    /// <summary>The descriptor at a place, as it stands in memory now.</summary>
    public ulong Read(PhysicalAddress at) => Ordered(rig.Memory.Read64(at));

    /// <summary>Stores a descriptor.</summary>
    public void Write(PhysicalAddress at, ulong word) => rig.Memory.Write64(at, Ordered(word));

    /// <summary>The table that the descriptor at a place leads to, made if it was never asked for.</summary>
    /// <param name="slot">Where the descriptor stands.</param>
    /// <param name="granule">Granule of the table.</param>
    /// <param name="descriptor">The descriptor of a table.</param>
    public PhysicalAddress Next(
        PhysicalAddress slot,
        Granule granule,
        Func<PhysicalAddress, ulong> descriptor
    )
    {
        if (_tables.TryGetValue(slot, out var table))
            return table;
        table = rig.Allocate(granule.PageSize, granule.PageSize);
        _tables.Add(slot, table);
        Write(slot, descriptor(table));
        return table;
    }

    private ulong Ordered(ulong word) =>
        rig.Profile.IDR0.TTENDIAN == WalkEndianness.Big
            ? BinaryPrimitives.ReverseEndianness(word)
            : word;
}
