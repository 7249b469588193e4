namespace SmmuConformance.Architecture;

/// <summary>
/// Translation granule of VMSAv8-64: the size of a page and of one translation table, and the geometry that follows
/// from it (Arm ARM D8.2). Only the three sizes below exist.
/// </summary>
public readonly record struct Granule
{
    /// <summary>4 KB pages, 9 address bits a level.</summary>
    public static readonly Granule Size4K = new(12);

    /// <summary>16 KB pages, 11 address bits a level.</summary>
    public static readonly Granule Size16K = new(14);

    /// <summary>64 KB pages, 13 address bits a level.</summary>
    public static readonly Granule Size64K = new(16);

    // Stored relative to 4 KB, so that default(Granule) is a valid granule.
    private readonly byte _above4K;

    private Granule(int pageShift) => _above4K = (byte)(pageShift - 12);

    /// <summary>The three granules, smallest first.</summary>
    public static ReadOnlySpan<Granule> All => s_all;

    private static readonly Granule[] s_all = [Size4K, Size16K, Size64K];

    /// <summary>log2 of the page size: 12, 14 or 16.</summary>
    public int PageShift => unchecked(12 + _above4K);

    /// <summary>Bytes in a page and in a full translation table.</summary>
    public ulong PageSize => 1UL << PageShift;

    /// <summary>log2 of the descriptors in one table: 9, 11 or 13.</summary>
    public int BitsPerLevel => unchecked(9 + _above4K);

    /// <summary>Lowest address bit that selects a descriptor at this level; a leaf here maps 2^LevelShift bytes.</summary>
    /// <param name="level">Lookup level, -1 to 3.</param>
    public int LevelShift(int level) => unchecked(PageShift + ((3 - level) * BitsPerLevel));

    /// <summary>Bytes mapped by a leaf of this level.</summary>
    /// <param name="level">Lookup level, 0 to 3; level -1 has no leaves and spans no 64-bit size.</param>
    public ulong LeafSize(int level) => 1UL << LevelShift(level);

    /// <summary>Index of the descriptor for an address in a full table of this level.</summary>
    /// <param name="level">Lookup level, -1 to 3.</param>
    /// <param name="address">Input address.</param>
    public int Index(int level, ulong address)
    {
        var shift = LevelShift(level);
        return shift >= 64 ? 0 : (int)((address >> shift) & ((1UL << BitsPerLevel) - 1));
    }

    /// <summary>
    /// Whether a block may stand at this level. Level 0 (4 KB) and level 1 (16 KB) need 52-bit addresses through DS;
    /// level 1 (64 KB) needs 52-bit addresses through LPA (Arm ARM D8.3.1.2).
    /// </summary>
    /// <param name="level">Lookup level.</param>
    /// <param name="wide">52-bit addresses are in use for this granule.</param>
    public bool AllowsBlock(int level, bool wide) =>
        (PageShift, level) switch
        {
            (_, 2) => true,
            (12, 1) => true,
            (12, 0) or (14, 1) or (16, 1) => wide,
            _ => false,
        };

    /// <summary>Levels at which a block may stand, coarsest first, without level 3 pages.</summary>
    /// <param name="wide">52-bit addresses are in use for this granule.</param>
    public ReadOnlySpan<int> BlockLevels(bool wide) =>
        (PageShift, wide) switch
        {
            (12, true) => s_from0,
            (12, false) or (_, true) => s_from1,
            _ => s_only2,
        };

    private static readonly int[] s_from0 = [0, 1, 2];
    private static readonly int[] s_from1 = [1, 2];
    private static readonly int[] s_only2 = [2];

    /// <summary>
    /// Whether the Contiguous bit counts at this level: not in the largest blocks that 52-bit addresses bring
    /// (Arm ARM D8.7.1).
    /// </summary>
    /// <param name="level">Lookup level.</param>
    /// <param name="wide">52-bit addresses are in use for this granule.</param>
    public bool AllowsContiguous(int level, bool wide) =>
        level == 3 || (AllowsBlock(level, wide) && AllowsBlock(level, false));

    /// <summary>Adjacent descriptors that one Contiguous group covers at this level (Arm ARM D8.7).</summary>
    /// <param name="level">Lookup level, 1 to 3.</param>
    public int ContiguousCount(int level) =>
        (PageShift, level) switch
        {
            (12, _) => 16,
            (14, 3) => 128,
            _ => 32,
        };

    /// <summary>As "4K", "16K" or "64K".</summary>
    public override string ToString() => $"{PageSize >> 10}K";
}
