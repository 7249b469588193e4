using System.Numerics;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// What a CMD_TLBI_* must remove, and not one entry more (§4.4). Where the manual leaves the extent of a malformed
/// command open, nothing is removed.
/// </summary>
internal readonly struct TlbScope
{
    /// <summary>Regimes: bit n for the <see cref="StreamWorld"/> of number n.</summary>
    public int Worlds { get; init; }

    /// <summary>VMID to match, if <see cref="VmidMask"/> is not zero.</summary>
    public ushort Vmid { get; init; }

    /// <summary>VMID bits that must match; fewer with wildcards (§3.17.6).</summary>
    public ushort VmidMask { get; init; }

    /// <summary>ASID to match; null for every ASID.</summary>
    public Asid? Asid { get; init; }

    /// <summary>Global translations are meant too. A table is never global.</summary>
    public bool Globals { get; init; }

    /// <summary>Addresses to match; null for every address.</summary>
    public TlbRange? Range { get; init; }

    /// <summary>Only last-level entries are meant.</summary>
    public bool Leaf { get; init; }

    /// <summary>Entries of an ASID that is not shared with PEs (CD.ASET) are not meant (§3.17).</summary>
    public bool SharedOnly { get; init; }

    /// <summary>A faulty part does not find what was made while both stages translated.</summary>
    public bool SparesNested { get; init; }

    /// <summary>What stage 1 has a part in is meant: its own translations and tables, and those of both stages in one.</summary>
    public bool Stage1 { get; init; }

    /// <summary>
    /// What is of stage 2 alone is meant. A command by IPA need not find translations of both stages in one (§4.4.3.1).
    /// </summary>
    public bool Stage2 { get; init; }

    /// <summary>
    /// The tags that come into question, if nothing else is meant and so few keys that looking each up is cheaper than
    /// looking at every entry.
    /// </summary>
    /// <param name="range">The addresses, as far as entries may lie from them.</param>
    /// <param name="sizes">Sizes in use.</param>
    /// <param name="most">How many keys are few.</param>
    /// <param name="tags">Of stage 1: non-global, global with ASET clear, global with ASET set. Of stage 2: three times its tag.</param>
    public bool IsNarrow(TlbRange range, ulong sizes, int most, Span<TranslationTag> tags)
    {
        if (Range is null || VmidMask != ushort.MaxValue || (Asid is null && !Stage2))
            return false;
        var keys = 0ul;
        for (; sizes != 0; sizes &= sizes - 1)
        {
            var shift = BitOperations.TrailingZeroCount(sizes);
            keys += (range.Last >> shift) - (range.First >> shift) + 1;
            if (keys > (ulong)most)
                return false;
        }
        if (Stage2)
        {
            tags.Fill(TranslationTag.OfStage2(Vmid));
            return true;
        }
        var world = (StreamWorld)BitOperations.Log2((uint)Worlds);
        tags[0] = TranslationTag.Of(world, Vmid, Asid ?? default);
        tags[1] = TranslationTag.Global(world, Vmid, aset: false);
        tags[2] = TranslationTag.Global(world, Vmid, aset: true);
        return true;
    }

    /// <summary>A translation must go.</summary>
    public bool Covers(CacheKey key, in TlbEntry entry) =>
        Matches(key)
        && !(SharedOnly && entry.ASET)
        && !(SparesNested && entry.Nested)
        && (
            Range is not { } range
            || (
                range.Overlaps(key.First, entry.LeafShift)
                && range.MatchesGranule(entry.PageShift)
                && (range.Level == 0 || range.Level == entry.Level)
            )
        );

    /// <summary>A table descriptor must go.</summary>
    public bool Covers(CacheKey key, in WalkEntry entry) =>
        !Leaf
        && Matches(key)
        && !(SharedOnly && entry.ASET)
        && !(SparesNested && entry.Nested)
        && (
            Range is not { } range
            || (
                range.Overlaps(key.First, key.Shift)
                && range.MatchesGranule(entry.PageShift)
                && (range.Level == 0 || entry.Level < range.Level)
            )
        );

    private bool Matches(CacheKey key)
    {
        var tag = key.Translation;
        if ((Worlds >> (int)tag.World & 1) == 0 || ((tag.Vmid.Value ^ Vmid) & VmidMask) != 0)
            return false;
        return tag.IsGlobal ? Globals : Asid is not { } asid || tag.Asid == asid;
    }
}

/// <summary>The addresses of a CMD_TLBI_* by address (§4.4.1.1).</summary>
/// <param name="First">First address.</param>
/// <param name="Last">Last address.</param>
/// <param name="PageShift">Granule of the entries meant, as log2 of its page; 0 for any.</param>
/// <param name="Level">Level of the leaves meant; 0 for any.</param>
internal readonly record struct TlbRange(ulong First, ulong Last, int PageShift, int Level)
{
    // Larger scales act as this one. §4.4.1.1
    private const int MostScale = 39;

    // Half of the address space: TTB0 below, TTB1 above.
    private const int SelectBit = 55;

    /// <summary>One address in tables of any granule.</summary>
    public static TlbRange At(ulong address) => new(address, address, 0, 0);

    /// <summary>A range with its granule and level hint; null if its extent is UNPREDICTABLE.</summary>
    public static TlbRange? Of(
        ulong address,
        byte num,
        byte scale,
        byte ttl,
        Granule granule,
        Idr5 idr5
    )
    {
        // 1. TTL 1 does not exist for 16 KB without 52-bit addresses. §4.4.1.1
        var level = ttl == 1 && granule == Granule.Size16K && !idr5.DS ? 0 : ttl;

        // 2. The address must be aligned to a leaf of the level, or to a page. §4.4.1.1
        if ((address & (granule.LeafSize(level == 0 ? 3 : level) - 1)) != 0)
            return null;

        // 3. It spans (NUM + 1) * 2^SCALE pages; bit 25 exists with 52-bit addresses only. §4.4.1.1
        var shift = Math.Min(idr5.DS ? scale : scale & 0x1f, MostScale);
        var bytes = (UInt128)(num + 1u) << (shift + granule.PageShift);

        // 4. It neither runs from TTB0's half into TTB1's nor wraps. §4.4.1.1
        var end = address | ((1ul << SelectBit) - 1);
        var last = (UInt128)address + bytes - 1;
        return new TlbRange(address, last > end ? end : (ulong)last, granule.PageShift, level);
    }

    /// <summary>Some address of the range lies in the leaf that an address is in.</summary>
    public bool Overlaps(ulong address, int leafShift)
    {
        var inside = leafShift >= 64 ? ulong.MaxValue : (1ul << leafShift) - 1;
        return (address & ~inside) <= Last && First <= (address | inside);
    }

    /// <summary>The range with all of every leaf that it touches.</summary>
    public TlbRange Widened(int leafShift)
    {
        var inside = (1ul << leafShift) - 1;
        return this with { First = First & ~inside, Last = Last | inside };
    }

    /// <summary>An entry comes from tables of the granule meant.</summary>
    public bool MatchesGranule(int pageShift) => PageShift == 0 || PageShift == pageShift;
}
