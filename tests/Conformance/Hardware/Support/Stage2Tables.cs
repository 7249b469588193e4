using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Stage 2 tables of one IPA space of 36 bits, built in memory by hand and announced by nobody.</summary>
internal sealed class Stage2Tables
{
    // Where memory begins on machines that are not emulated here.
    private const ulong Around = 0x4000_0000;

    private readonly TranslationRig _rig;
    private readonly TableMemory _memory;

    /// <summary>An empty IPA space of 36 bits, which every granule covers from one table.</summary>
    /// <param name="rig">Whose memory to use.</param>
    public Stage2Tables(TranslationRig rig)
        : this(rig, rig.SmallestGranule, 36, rig.SmallestGranule == Granule.Size4K ? 1 : 2) { }

    /// <summary>An empty IPA space whose walk starts at a level, in as many tables side by side as its width needs.</summary>
    /// <param name="rig">Whose memory to use.</param>
    /// <param name="granule">Granule of the tables.</param>
    /// <param name="inputBits">Width of its addresses.</param>
    /// <param name="startLevel">Level of the first table.</param>
    public Stage2Tables(TranslationRig rig, Granule granule, int inputBits, int startLevel)
    {
        _rig = rig;
        _memory = new TableMemory(rig);
        (Granule, InputBits, StartLevel) = (granule, inputBits, startLevel);
        var bytes = Math.Max(granule.PageSize, 8ul << (inputBits - granule.LevelShift(startLevel)));
        Root = rig.Allocate(bytes, bytes);
    }

    /// <summary>Width of its addresses.</summary>
    public int InputBits { get; }

    /// <summary>Descriptors carry addresses of 52 bits: S2DS, or a 64 KB granule where the output has 52.</summary>
    public bool Wide { get; init; }

    /// <summary>S2SL0; what it means depends on the granule (Arm ARM, VTCR_EL2.SL0).</summary>
    public byte StartCode { get; init; } = 1;

    /// <summary>Granule of the tables.</summary>
    public Granule Granule { get; }

    /// <summary>Level of the first table.</summary>
    public int StartLevel { get; }

    /// <summary>The first table.</summary>
    public PhysicalAddress Root { get; }

    /// <summary>A leaf that may be read and written: Normal Write-Back, Inner Shareable.</summary>
    public Stage2Leaf Leaf(PhysicalAddress output, int level = 3)
    {
        var leaf = Stage2Leaf.To(output, Granule, level, Wide);
        return leaf with
        {
            AF = true,
            S2AP = Stage2Ap.ReadWrite,
            MemAttr = 0b1111,
            // With DS the field holds address bits.
            SH = Wide && Granule != Granule.Size64K ? leaf.SH : Shareability.Inner,
        };
    }

    /// <summary>Maps a page or block with a leaf that may be read and written.</summary>
    public void Map(Ipa address, PhysicalAddress output, int level = 3) =>
        Put(address, level, Leaf(output, level).Word(0));

    /// <summary>Maps everything that the rig hands out, and what lies around it, to itself; by blocks.</summary>
    public void MapRig()
    {
        foreach (var block in RigBlocks())
            Map(new Ipa(block), block, 2);
    }

    /// <summary>Where the blocks begin that <see cref="MapRig"/> maps.</summary>
    public IEnumerable<ulong> RigBlocks()
    {
        // Structures stand at most 64 MB above where memory begins.
        var size = Granule.LeafSize(2);
        for (var at = 0ul; at < 64ul << 20; at += size)
            yield return Around + at;
    }

    /// <summary>Stores a descriptor for an IPA at a level, with the tables on the way.</summary>
    public void Put(Ipa address, int level, ulong word) =>
        _memory.Write(SlotOf(address, level), word);

    /// <summary>The descriptor of an IPA at a level, as it stands in memory now.</summary>
    public ulong Read(Ipa address, int level) => _memory.Read(SlotOf(address, level));

    /// <summary>Where the descriptor of an IPA stands at a level; makes the tables on the way.</summary>
    public PhysicalAddress SlotOf(Ipa address, int level)
    {
        var table = Root;
        for (var at = StartLevel; ; at++)
        {
            var index = address.Value >> Granule.LevelShift(at);
            if (at != StartLevel)
                index &= (1ul << Granule.BitsPerLevel) - 1;
            var slot = table + (8ul * index);
            if (at == level)
                return slot;
            table = _memory.Next(
                slot,
                Granule,
                next => Stage2Table.To(next, Granule, Wide).Word(0)
            );
        }
    }

    /// <summary>An entry's fields for stage 2 through these tables; faults are recorded.</summary>
    public Ste Into(Ste entry, ushort vmid = 1) =>
        entry with
        {
            Config = entry.Config | SteConfig.Stage2,
            S2VMID = vmid,
            S2T0SZ = (byte)(64 - InputBits),
            S2SL0 = StartCode,
            S2DS = Wide && Granule != Granule.Size64K,
            S2SL0_2 = StartLevel < 0,
            S2SH0 = Shareability.Inner,
            S2TG = Granule.ToTg0(),
            S2PS = _rig.Profile.IDR5.OAS,
            S2AA64 = true,
            S2ENDI = _rig.Profile.IDR0.TTENDIAN == WalkEndianness.Big,
            S2TTB = Root,
            S2R = true,
            S2S = _rig.Profile.IDR0.STALL_MODEL == StallModel.StallOnly,
        };
}
