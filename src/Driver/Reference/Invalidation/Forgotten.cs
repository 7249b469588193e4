using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>What a page table does not map any more and hardware may still know.</summary>
internal readonly ref struct Forgotten
{
    private Forgotten(bool everything, Granule granule, ReadOnlySpan<ForgottenRange> ranges)
    {
        IsEverything = everything;
        Granule = granule;
        Ranges = ranges;
    }

    /// <summary>All that the table ever mapped.</summary>
    public static Forgotten Everything => new(true, Granule.Size4K, []);

    /// <summary>It is not only the ranges.</summary>
    public bool IsEverything { get; }

    /// <summary>The ASID under which processors have told every TLB that hears them; null: they have not.</summary>
    public Asid? BroadcastAs { get; private init; }

    /// <summary>Granule of the table.</summary>
    public Granule Granule { get; }

    /// <summary>The ranges, ascending; none, if there is nothing to forget.</summary>
    public ReadOnlySpan<ForgottenRange> Ranges { get; }

    /// <summary>Some ranges of a table.</summary>
    public static Forgotten Only(Granule granule, ReadOnlySpan<ForgottenRange> ranges) =>
        new(false, granule, ranges);

    /// <summary>The same, after processors have told every TLB that hears them.</summary>
    /// <param name="asid">Under what; null: they have not.</param>
    public Forgotten Broadcast(Asid? asid) =>
        new(IsEverything, Granule, Ranges) { BroadcastAs = asid };

    /// <summary>For this SMMU the whole tag is cheaper, or the only way to say it.</summary>
    public bool NeedsWholeTag(bool ranged)
    {
        if (IsEverything)
            return true;
        foreach (var range in Ranges)
            if (RangePieces.IsTooLarge(range, ranged, Granule))
                return true;
        return false;
    }
}
