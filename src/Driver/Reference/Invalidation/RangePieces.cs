using System.Numerics;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>What one TLBI by address says of its range, whatever it names besides. §4.4.1.1</summary>
internal readonly record struct RangePiece(
    ulong Address,
    byte NUM,
    byte SCALE,
    TlbiTg TG,
    byte TTL,
    bool Leaf
);

/// <summary>
/// A range cut into what single commands can say, by ascending address: with range invalidation five bits of the number
/// of pages at a time, otherwise each page or block for itself.
/// </summary>
internal struct RangePieces
{
    // NUM counts from one, in five bits. §4.4.1.1
    private const int NumBits = 5;

    // SCALE has five bits without 52-bit tables: a larger range is not worth counting.
    private const int MostPageBits = 32;

    private readonly ForgottenRange _range;
    private readonly Granule _granule;
    private readonly bool _ranged;
    private ulong _address;
    private ulong _pages;

    /// <summary>The pieces of a range.</summary>
    /// <param name="range">What to forget.</param>
    /// <param name="ranged">The SMMU has range invalidation.</param>
    /// <param name="granule">Granule of the page table.</param>
    public RangePieces(ForgottenRange range, bool ranged, Granule granule)
    {
        (_range, _ranged, _granule) = (range, ranged, granule);
        _address = range.Address.Value;
        if (!ranged)
        {
            _pages = range.Bytes >> granule.LevelShift(range.Level);
            return;
        }

        _pages = range.Bytes >> granule.PageShift;
        // A lone page without a level is reserved, so forget the one behind it as well. §4.4.1.1
        if (!range.Leaf && (_pages & ((1 << NumBits) - 1)) == 1)
            _pages++;
    }

    /// <summary>The piece at which the enumeration stands.</summary>
    public RangePiece Current { get; private set; }

    /// <summary>For foreach.</summary>
    public readonly RangePieces GetEnumerator() => this;

    /// <summary>Forgetting the whole tag is cheaper, or the only way to say it.</summary>
    public static bool IsTooLarge(ForgottenRange range, bool ranged, Granule granule)
    {
        if (ranged)
            return range.Bytes >> granule.PageShift >> MostPageBits != 0;
        // As many commands as a page of descriptors of that size would have entries.
        var step = granule.LevelShift(range.Level);
        return range.Bytes >> step >= 1ul << (step - 3);
    }

    /// <summary>Goes on to the next piece; false if there is none.</summary>
    public bool MoveNext()
    {
        if (_pages == 0)
            return false;
        if (!_ranged)
        {
            Current = new RangePiece(_address, 0, 0, TlbiTg.Any, 0, _range.Leaf);
            _address += _granule.LeafSize(_range.Level);
            _pages--;
            return true;
        }

        var scale = BitOperations.TrailingZeroCount(_pages);
        var units = (_pages >> scale) & ((1 << NumBits) - 1);
        Current = new RangePiece(
            _address,
            (byte)(units - 1),
            (byte)scale,
            Encoded(_granule),
            _range.Leaf ? (byte)_range.Level : (byte)0,
            _range.Leaf
        );
        _pages -= units << scale;
        _address += units << (scale + _granule.PageShift);
        return true;
    }

    private static TlbiTg Encoded(Granule granule) =>
        granule == Granule.Size4K ? TlbiTg.Size4K
        : granule == Granule.Size16K ? TlbiTg.Size16K
        : TlbiTg.Size64K;
}
