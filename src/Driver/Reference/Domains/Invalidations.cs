using System.Numerics;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>Which TLB invalidations make an SMMU forget what a page table no longer maps. §4.4</summary>
internal static class Invalidations
{
    // NUM counts from one, in five bits. §4.4.1.1
    private const int NumBits = 5;

    // SCALE has five bits without 52-bit tables: a larger range is not worth counting.
    private const int MostPageBits = 32;

    /// <summary>Forgets everything tagged with an ASID.</summary>
    public static TlbiNhAsid All(Asid asid) => new() { ASID = asid };

    /// <summary>Adds what forgets some ranges: a command for each, or one for the whole tag if any range is too large.</summary>
    /// <param name="batch">Where the commands go; nothing is added for no ranges.</param>
    /// <param name="features">Of the SMMU.</param>
    /// <param name="granule">Granule of the page table.</param>
    /// <param name="asid">Tag of its translations.</param>
    /// <param name="ranges">What to forget.</param>
    public static void Add(
        CommandBatch batch,
        Features features,
        Granule granule,
        Asid asid,
        IReadOnlyCollection<ForgottenRange> ranges
    )
    {
        if (ranges.Any(range => IsTooLarge(range, features.RangeInvalidation, granule)))
        {
            batch.Add(All(asid));
            return;
        }

        foreach (var range in ranges)
        foreach (var command in Cover(range, features.RangeInvalidation, granule, asid))
            batch.Add(command);
    }

    /// <summary>The commands that forget one range, by ascending address.</summary>
    public static IEnumerable<TlbiNhVa> Cover(
        ForgottenRange range,
        bool ranged,
        Granule granule,
        Asid asid
    ) => ranged ? ByRange(range, granule, asid) : OneByOne(range, granule, asid);

    /// <summary>Forgetting the whole tag is cheaper, or the only way to say it.</summary>
    public static bool IsTooLarge(ForgottenRange range, bool ranged, Granule granule)
    {
        if (ranged)
            return range.Bytes >> granule.PageShift >> MostPageBits != 0;
        // As many commands as a page of descriptors of that size would have entries.
        var step = granule.LevelShift(range.Level);
        return range.Bytes >> step >= 1ul << (step - 3);
    }

    private static IEnumerable<TlbiNhVa> OneByOne(ForgottenRange range, Granule granule, Asid asid)
    {
        var step = granule.LeafSize(range.Level);
        for (var done = 0ul; done < range.Bytes; done += step)
            yield return new TlbiNhVa
            {
                ASID = asid,
                Address = range.Address + done,
                Leaf = range.Leaf,
            };
    }

    private static IEnumerable<TlbiNhVa> ByRange(ForgottenRange range, Granule granule, Asid asid)
    {
        var address = range.Address;
        var pages = range.Bytes >> granule.PageShift;

        // A lone page without a level is reserved, so forget the one behind it as well. §4.4.1.1
        if (!range.Leaf && (pages & ((1 << NumBits) - 1)) == 1)
            pages++;

        // Five bits of the number of pages at a time, lowest first.
        while (pages != 0)
        {
            var scale = BitOperations.TrailingZeroCount(pages);
            var units = (pages >> scale) & ((1 << NumBits) - 1);
            yield return new TlbiNhVa
            {
                NUM = (byte)(units - 1),
                SCALE = (byte)scale,
                ASID = asid,
                Leaf = range.Leaf,
                TTL = range.Leaf ? (byte)range.Level : (byte)0,
                TG = Encoded(granule),
                Address = address,
            };
            pages -= units << scale;
            address += units << (scale + granule.PageShift);
        }
    }

    private static TlbiTg Encoded(Granule granule) =>
        granule == Granule.Size4K ? TlbiTg.Size4K
        : granule == Granule.Size16K ? TlbiTg.Size16K
        : TlbiTg.Size64K;
}
