using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Translation tables of one address space, built in memory by hand and announced by nobody.</summary>
internal sealed class TestTables
{
    private readonly TableMemory _memory;

    /// <summary>An empty address space.</summary>
    /// <param name="rig">Whose memory to use.</param>
    /// <param name="granule">Granule; 4 KB if not said.</param>
    /// <param name="inputBits">Width of its addresses: 25 to 48.</param>
    public TestTables(TranslationRig rig, Granule granule = default, int inputBits = 48)
    {
        (_memory, Granule, InputBits) = (new TableMemory(rig), granule, inputBits);
        StartLevel = 3 - ((inputBits - 1 - granule.PageShift) / granule.BitsPerLevel);
        Root = rig.Allocate(granule.PageSize, granule.PageSize);
    }

    /// <summary>Granule of the tables.</summary>
    public Granule Granule { get; }

    /// <summary>Width of an address.</summary>
    public int InputBits { get; }

    /// <summary>Descriptors carry addresses of 52 bits (CD.DS).</summary>
    public bool Wide { get; init; }

    /// <summary>Level of the first table.</summary>
    public int StartLevel { get; }

    /// <summary>The first table.</summary>
    public PhysicalAddress Root { get; }

    /// <summary>A leaf that everybody may read and write, of this address space only.</summary>
    public Stage1Leaf Leaf(PhysicalAddress output, int level = 3) =>
        Stage1Leaf.To(output, Granule, level, Wide) with
        {
            AF = true,
            nG = true,
            AP = Stage1Ap.ReadWrite,
        };

    /// <summary>Maps a page or block with a leaf that everybody may read and write.</summary>
    public void Map(Iova address, PhysicalAddress output, int level = 3) =>
        Put(address, level, Leaf(output, level).Word(0));

    /// <summary>Stores a descriptor for an address at a level, with the tables on the way.</summary>
    public void Put(Iova address, int level, ulong word) =>
        _memory.Write(SlotOf(address, level), word);

    /// <summary>The descriptor of an address at a level, as it stands in memory now.</summary>
    public ulong Read(Iova address, int level) => _memory.Read(SlotOf(address, level));

    /// <summary>Where the descriptor of an address stands at a level; makes the tables on the way.</summary>
    public PhysicalAddress SlotOf(Iova address, int level)
    {
        var table = Root;
        for (var at = StartLevel; ; at++)
        {
            var inside = address.Value & ((1ul << InputBits) - 1);
            var slot = table + (8ul * (ulong)Granule.Index(at, inside));
            if (at == level)
                return slot;
            table = _memory.Next(
                slot,
                Granule,
                next => Stage1Table.To(next, Granule, Wide).Word(0)
            );
        }
    }
}
