using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Shape of a stage 1 page table: what several SMMUs must have in common to walk the same one.</summary>
internal sealed record PageTableFormat
{
    private const int Bits = 48;

    private PageTableFormat(Granule granule, int outputBits, bool coherent, bool bigEndian)
    {
        Granule = granule;
        OutputBits = outputBits;
        Coherent = coherent;
        BigEndian = bigEndian;

        // Upwards from the pages until a table resolves the uppermost bits.
        StartLevel = 3;
        while (granule.LevelShift(StartLevel) + granule.BitsPerLevel < Bits)
            StartLevel--;
    }

    /// <summary>Granule of pages and tables.</summary>
    public Granule Granule { get; }

    /// <summary>Input addresses are below 2 to this power.</summary>
    public int InputBits { get; } = Bits;

    /// <summary>Output addresses are below 2 to this power.</summary>
    public int OutputBits { get; }

    /// <summary>Every walker looks into the caches.</summary>
    public bool Coherent { get; }

    /// <summary>Descriptors stand in memory the other way round than everything else does.</summary>
    public bool BigEndian { get; }

    /// <summary>Level of the first table.</summary>
    public int StartLevel { get; }

    /// <summary>Bytes of the first table, which may be smaller than the others.</summary>
    public ulong RootBytes =>
        ulong.Max(64, Descriptors.Size * (1ul << (Bits - Granule.LevelShift(StartLevel))));

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

    /// <summary>The granule as CD.TG0 writes it.</summary>
    public Tg0 EncodedGranule =>
        Granule == Granule.Size4K ? Tg0.Size4K
        : Granule == Granule.Size16K ? Tg0.Size16K
        : Tg0.Size64K;

    /// <summary>
    /// The format that all of some SMMUs can walk, with the smallest granule, and little-endian if they can; null if there
    /// is none.
    /// </summary>
    public static PageTableFormat? Common(IReadOnlyCollection<Features> smmus)
    {
        var outputBits = smmus.Min(smmu => smmu.OutputBits);
        var coherent = smmus.All(smmu => smmu.Coherent);
        var bigEndian = smmus.Any(smmu => smmu.TableOrders == WalkEndianness.Big);
        foreach (var granule in Granule.All)
        {
            var format = new PageTableFormat(granule, outputBits, coherent, bigEndian);
            if (smmus.All(format.Suits))
                return format;
        }

        return null;
    }

    /// <summary>
    /// An SMMU can walk tables of this format: it has the granule and the byte order, puts out every address that
    /// they hold, and looks into the caches if they were not cleaned.
    /// </summary>
    public bool Suits(Features smmu) =>
        smmu.Granules.Contains(Granule)
        && OutputBits <= smmu.OutputBits
        && (smmu.Coherent || !Coherent)
        && smmu.TableOrders != (BigEndian ? WalkEndianness.Little : WalkEndianness.Big);

    /// <summary>All of a range are input addresses.</summary>
    public bool CanMap(Iova first, ulong bytes) => IsBelow(first.Value, bytes, InputBits);

    /// <summary>All of a range are output addresses.</summary>
    public bool CanReach(PhysicalAddress first, ulong bytes) =>
        IsBelow(first.Value, bytes, OutputBits);

    /// <summary>A leaf descriptor.</summary>
    /// <param name="output">Base of the page or block.</param>
    /// <param name="level">3 for a page, less for a block.</param>
    /// <param name="protection">What it allows; at least reading or writing.</param>
    public Stage1Leaf Leaf(PhysicalAddress output, int level, Protection protection)
    {
        var device = protection.HasFlag(Protection.Device);
        var cached = !device && protection.HasFlag(Protection.Cache);
        return Stage1Leaf.To(output, Granule, level) with
        {
            AttrIndx =
                device ? ContextEntries.Device
                : cached ? ContextEntries.WriteBack
                : ContextEntries.NonCacheable,
            SH = cached ? Shareability.Inner : Shareability.Outer,
            AP = Permissions(protection),
            PXN = protection.HasFlag(Protection.NoExecute),
            UXN = protection.HasFlag(Protection.NoExecute),
            // No fault on first use, and nobody else's tag.
            AF = true,
            nG = true,
        };
    }

    // What may be written may be read: stage 1 has no other way.
    private static Stage1Ap Permissions(Protection protection) =>
        (protection.HasFlag(Protection.Privileged), protection.HasFlag(Protection.Write)) switch
        {
            (true, true) => Stage1Ap.PrivilegedReadWrite,
            (true, false) => Stage1Ap.PrivilegedReadOnly,
            (false, true) => Stage1Ap.ReadWrite,
            (false, false) => Stage1Ap.ReadOnly,
        };

    // Without a sum that could overflow.
    private static bool IsBelow(ulong first, ulong bytes, int bits) =>
        first < 1ul << bits && bytes <= (1ul << bits) - first;
}
