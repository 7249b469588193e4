using System.Buffers.Binary;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Stage 2 tables of one IPA space of 36 bits, built in memory by hand and announced by nobody.</summary>
internal sealed class Stage2Tables
{
    /// <summary>Width of its addresses: every granule covers them from one table.</summary>
    public const int InputBits = 36;

    private readonly TranslationRig _rig;
    private readonly Dictionary<PhysicalAddress, PhysicalAddress> _tables = [];

    /// <summary>An empty IPA space.</summary>
    /// <param name="rig">Whose memory to use.</param>
    public Stage2Tables(TranslationRig rig)
    {
        _rig = rig;
        Granule = rig.SmallestGranule;
        // 4 KB: levels 1 to 3. 16 KB and 64 KB: levels 2 and 3.
        StartLevel = Granule == Granule.Size4K ? 1 : 2;
        Root = rig.Allocate(Granule.PageSize, Granule.PageSize);
    }

    /// <summary>Granule of the tables.</summary>
    public Granule Granule { get; }

    /// <summary>Level of the first table.</summary>
    public int StartLevel { get; }

    /// <summary>The first table.</summary>
    public PhysicalAddress Root { get; }

    /// <summary>A leaf that may be read and written: Normal Write-Back, Inner Shareable.</summary>
    public Stage2Leaf Leaf(PhysicalAddress output, int level = 3) =>
        Stage2Leaf.To(output, Granule, level) with
        {
            AF = true,
            S2AP = Stage2Ap.ReadWrite,
            MemAttr = 0b1111,
            SH = Shareability.Inner,
        };

    /// <summary>Maps a page or block with a leaf that may be read and written.</summary>
    public void Map(Ipa address, PhysicalAddress output, int level = 3) =>
        Put(address, level, Leaf(output, level).Word(0));

    /// <summary>Maps everything that the rig hands out, and what lies around it, to itself; by blocks.</summary>
    public void MapRig()
    {
        // Structures stand between 16 MB and 64 MB.
        var size = Granule.LeafSize(2);
        for (var at = 0ul; at < 64ul << 20; at += size)
            Map(new Ipa(at), new PhysicalAddress(at), 2);
    }

    /// <summary>Stores a descriptor for an IPA at a level, with the tables on the way.</summary>
    public void Put(Ipa address, int level, ulong word) =>
        _rig.Memory.Write64(SlotOf(address, level), InTableOrder(word));

    /// <summary>Where the descriptor of an IPA stands at a level; makes the tables on the way.</summary>
    public PhysicalAddress SlotOf(Ipa address, int level)
    {
        var table = Root;
        for (var at = StartLevel; ; at++)
        {
            var slot = table + (8ul * (ulong)Granule.Index(at, address.Value));
            if (at == level)
                return slot;
            table = NextTable(slot);
        }
    }

    /// <summary>An entry's fields for stage 2 through these tables; faults are recorded.</summary>
    public Ste Into(Ste entry, ushort vmid = 1) =>
        entry with
        {
            Config = entry.Config | SteConfig.Stage2,
            S2VMID = vmid,
            S2T0SZ = 64 - InputBits,
            S2SL0 = 1,
            S2TG = Granule.PageShift switch
            {
                12 => Tg0.Size4K,
                14 => Tg0.Size16K,
                _ => Tg0.Size64K,
            },
            S2PS = _rig.Profile.IDR5.OAS,
            S2AA64 = true,
            S2ENDI = _rig.Profile.IDR0.TTENDIAN == WalkEndianness.Big,
            S2TTB = Root,
            S2R = true,
            S2S = _rig.Profile.IDR0.STALL_MODEL == StallModel.StallOnly,
        };

    private PhysicalAddress NextTable(PhysicalAddress slot)
    {
        if (_tables.TryGetValue(slot, out var table))
            return table;
        table = _rig.Allocate(Granule.PageSize, Granule.PageSize);
        _tables.Add(slot, table);
        _rig.Memory.Write64(slot, InTableOrder(Stage2Table.To(table, Granule).Word(0)));
        return table;
    }

    private ulong InTableOrder(ulong word) =>
        _rig.Profile.IDR0.TTENDIAN == WalkEndianness.Big
            ? BinaryPrimitives.ReverseEndianness(word)
            : word;
}
