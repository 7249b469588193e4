using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>A span of input addresses.</summary>
/// <param name="First">First address.</param>
/// <param name="End">First address behind it.</param>
internal readonly record struct AddressSpan(ulong First, ulong End)
{
    /// <summary>Size.</summary>
    public ulong Bytes => End - First;

    /// <summary>The span cut into what each descriptor of a level resolves.</summary>
    public IEnumerable<AddressSpan> Parts(Granule granule, int level)
    {
        var size = granule.LeafSize(level);
        for (var first = First; first < End; )
        {
            var end = ulong.Min(End, (first & ~(size - 1)) + size);
            yield return new AddressSpan(first, end);
            first = end;
        }
    }
}
