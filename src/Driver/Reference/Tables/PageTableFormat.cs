using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Shape of a page table: what several SMMUs must have in common to walk the same one.</summary>
internal sealed record PageTableFormat
{
    private const int Stage1Bits = 48;

    private PageTableFormat(
        TableStage stage,
        Granule granule,
        int outputBits,
        bool coherent,
        bool bigEndian,
        bool tracksDirty
    )
    {
        TracksDirty = tracksDirty;
        Stage = stage;
        Granule = granule;
        OutputBits = outputBits;
        Coherent = coherent;
        BigEndian = bigEndian;
        // What stage 2 puts in, an SMMU puts out: there is no more of it.
        InputBits = stage == TableStage.Stage1 ? Stage1Bits : outputBits;

        // Upwards from the pages until a table resolves the uppermost bits.
        StartLevel = 3;
        while (granule.LevelShift(StartLevel) + granule.BitsPerLevel < InputBits)
            StartLevel--;
        if (stage != TableStage.Stage1 && !Stage2Tables.HasStart(granule, StartLevel, outputBits))
            StartLevel++;
    }

    /// <summary>Which stage it is for, and how it writes memory types.</summary>
    public TableStage Stage { get; }

    /// <summary>Granule of pages and tables.</summary>
    public Granule Granule { get; }

    /// <summary>Input addresses are below 2 to this power.</summary>
    public int InputBits { get; }

    /// <summary>Output addresses are below 2 to this power.</summary>
    public int OutputBits { get; }

    /// <summary>Every walker looks into the caches.</summary>
    public bool Coherent { get; }

    /// <summary>Descriptors stand in memory the other way round than everything else does.</summary>
    public bool BigEndian { get; }

    /// <summary>Hardware notes in leaves what was written.</summary>
    public bool TracksDirty { get; }

    /// <summary>Level of the first table.</summary>
    public int StartLevel { get; }

    /// <summary>Bytes of the first table: smaller than the others, or several of them in a row.</summary>
    public ulong RootBytes =>
        ulong.Max(64, Descriptors.Size * (1ul << (InputBits - Granule.LevelShift(StartLevel))));

    /// <summary>Sizes of pages and blocks, one bit each.</summary>
    public ulong PageSizes
    {
        get
        {
            var sizes = Granule.PageSize;
            foreach (var level in Granule.BlockLevels(wide: false))
                sizes |= Granule.LeafSize(level);
            return sizes;
        }
    }

    /// <summary>The granule as CD.TG0 and STE.S2TG write it.</summary>
    public Tg0 EncodedGranule => Encoded(Granule);

    /// <summary>
    /// The format that all of some SMMUs can walk, with the smallest granule, and little-endian if they can; null if there
    /// is none.
    /// </summary>
    public static PageTableFormat? Common(
        IReadOnlyCollection<Features> smmus,
        TableStage stage = TableStage.Stage1,
        bool tracksDirty = false
    )
    {
        var outputBits = smmus.Min(smmu => smmu.OutputBits);
        var coherent = smmus.All(smmu => smmu.Coherent);
        var bigEndian = smmus.Any(smmu => smmu.TableOrders == WalkEndianness.Big);
        foreach (var granule in Granule.All)
        {
            var format = new PageTableFormat(
                stage,
                granule,
                outputBits,
                coherent,
                bigEndian,
                tracksDirty
            );
            if (smmus.All(format.Suits))
                return format;
        }

        return null;
    }

    /// <summary>
    /// An SMMU can walk tables of this format: it has the granule and the byte order, puts out every address that
    /// they hold, looks into the caches if they were not cleaned, reads memory types as they are written, and notes what it
    /// has to.
    /// </summary>
    public bool Suits(Features smmu) =>
        smmu.Granules.Contains(Granule)
        && OutputBits <= smmu.OutputBits
        && (smmu.Coherent || !Coherent)
        && smmu.TableOrders != (BigEndian ? WalkEndianness.Little : WalkEndianness.Big)
        && (smmu.DirtyState || !TracksDirty)
        && (smmu.ForcedWriteBack || Stage != TableStage.Stage2ForcedWriteBack);

    /// <summary>Whole pages: no bit below the smallest page is set.</summary>
    public bool IsAligned(ulong bits) => (bits & (Granule.PageSize - 1)) == 0;

    /// <summary>All of a range are input addresses.</summary>
    public bool CanMap(Iova first, ulong bytes) => IsBelow(first.Value, bytes, InputBits);

    /// <summary>All of a range are output addresses.</summary>
    public bool CanReach(PhysicalAddress first, ulong bytes) =>
        IsBelow(first.Value, bytes, OutputBits);

    /// <summary>A leaf can say this: stage 2 does not tell privileged accesses from others.</summary>
    public bool CanExpress(Protection protection) =>
        Stage == TableStage.Stage1 || !protection.HasFlag(Protection.Privileged);

    /// <summary>A leaf descriptor.</summary>
    /// <param name="output">Base of the page or block.</param>
    /// <param name="level">3 for a page, less for a block.</param>
    /// <param name="protection">What it allows; at least reading or writing.</param>
    public ulong Leaf(PhysicalAddress output, int level, Protection protection) =>
        Stage == TableStage.Stage1
            ? Stage1Tables.Leaf(Granule, output, level, protection, TracksDirty).Word(0)
            : Stage2Tables
                .Leaf(Granule, output, level, protection, Stage == TableStage.Stage2ForcedWriteBack)
                .Word(0);

    /// <summary>A descriptor that leads to another table; alike in both stages.</summary>
    public ulong TableAt(PhysicalAddress table) => Stage1Table.To(table, Granule).Word(0);

    /// <summary>Index of the descriptor for an address: the first table has as many as it must.</summary>
    public int Index(int level, ulong address) =>
        level == StartLevel
            ? (int)(address >> Granule.LevelShift(level))
            : Granule.Index(level, address);

    /// <summary>A granule as CD.TG0 and STE.S2TG write it.</summary>
    public static Tg0 Encoded(Granule granule) =>
        granule == Granule.Size4K ? Tg0.Size4K
        : granule == Granule.Size16K ? Tg0.Size16K
        : Tg0.Size64K;

    // Without a sum that could overflow.
    private static bool IsBelow(ulong first, ulong bytes, int bits) =>
        first < 1ul << bits && bytes <= (1ul << bits) - first;
}
