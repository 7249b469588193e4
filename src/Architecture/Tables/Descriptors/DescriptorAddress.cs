namespace SmmuConformance.Architecture;

/// <summary>
/// Where a VMSAv8-64 descriptor keeps its address. Bits [47:12] stand in place; the rest of a 52-bit address is folded
/// into other bits, in one way for 64 KB and in another for 4 KB and 16 KB (Arm ARM D8.3.1).
/// </summary>
internal static class DescriptorAddress
{
    /// <summary>The bit that is nT in a block of any size.</summary>
    public const ulong NT = 1UL << 16;

    private const ulong InPlace = 0x0000_ffff_ffff_f000;

    /// <summary>The address in a descriptor, bits below <paramref name="shift"/> cleared.</summary>
    public static PhysicalAddress Decode(ulong word, Granule granule, int shift, bool wide)
    {
        var address = word & InPlace & (ulong.MaxValue << shift);
        return wide ? address | Folded(word, granule) : address;
    }

    private static ulong Folded(ulong word, Granule granule) =>
        granule == Granule.Size64K
            ? (word >> 12 & 0xf) << 48
            : (word & (3UL << 48)) | ((word >> 8 & 3) << 50);

    /// <summary>The descriptor bits of an address, for a table or a page.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The address is too large, or not aligned to a granule.</exception>
    public static ulong Encode(ulong address, Granule granule, bool wide)
    {
        if (address >> (wide ? 52 : 48) != 0 || (address & (granule.PageSize - 1)) != 0)
            throw new ArgumentOutOfRangeException(
                nameof(address),
                $"0x{address:x} does not fit a descriptor of granule {granule}"
            );
        var word = address & InPlace;
        if (!wide)
            return word;
        return granule == Granule.Size64K
            ? word | ((address >> 48) << 12)
            : word | (address & (3UL << 48)) | ((address >> 50) << 8);
    }

    /// <summary>The descriptor bits of a page or block address.</summary>
    /// <exception cref="ArgumentOutOfRangeException">As for a page, or not aligned to the size of the block.</exception>
    public static ulong EncodeLeaf(ulong address, Granule granule, int level, bool wide)
    {
        if (level != 3 && !granule.AllowsBlock(level, wide))
            throw new ArgumentOutOfRangeException(
                nameof(level),
                level,
                $"{granule} has no block at this level"
            );
        if ((address & (granule.LeafSize(level) - 1)) != 0)
            throw new ArgumentOutOfRangeException(
                nameof(address),
                $"0x{address:x} is not aligned to a leaf of level {level}"
            );
        return Encode(address, granule, wide);
    }
}
