using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Where context descriptors are, according to a valid STE (§3.3.2, §5.2).</summary>
internal static class ContextTable
{
    /// <summary>
    /// log2 of the CDs in a leaf; 0 for one CD, and for a linear table, which a Reserved S1Fmt is too.
    /// </summary>
    public static int LeafBits(in Ste ste, bool substreams) =>
        !substreams ? 0
        : ste.S1Fmt == S1Fmt.TwoLevel4K ? 6
        : ste.S1Fmt == S1Fmt.TwoLevel64K ? 10
        : 0;

    /// <summary>Address of a CD in one array. Bits that must be zero for its size are taken as zero. §5.2</summary>
    public static PhysicalAddress Linear(in Ste ste, bool substreams, uint index) =>
        Aligned(ste.S1ContextPtr, 6 + (substreams ? ste.S1CDMax : 0)) + (64ul * index);

    /// <summary>Address of the level 1 descriptor of a CD. §5.2</summary>
    public static PhysicalAddress Level1(in Ste ste, int leafBits, uint index) =>
        Aligned(ste.S1ContextPtr, Math.Max(6, 3 + ste.S1CDMax - leafBits))
        + (8ul * (index >> leafBits));

    /// <summary>Address of a CD in a leaf; a leaf of 64 KB is aligned to its size. §5.2, §5.3</summary>
    public static PhysicalAddress Leaf(in L1Cd level1, int leafBits, uint index) =>
        Aligned(level1.L2Ptr, 6 + leafBits) + (64ul * (index & ((1u << leafBits) - 1)));

    /// <summary>The leaf of a level 1 descriptor is inside the address size: an IPA's where stage 2 translates. §5.3, §7.3.9</summary>
    public static bool IsInRange(in L1Cd level1, bool nested, Profile profile) =>
        level1.L2Ptr.Value.Fits(nested ? profile.IntermediateWidth() : profile.OutputAddressBits);

    private static PhysicalAddress Aligned(PhysicalAddress address, int bits) =>
        new(address.Value & (ulong.MaxValue << bits));
}
