using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Which bits of a VMSAv8-64 descriptor carry which bits of a page's or table's address. Same for both stages.</summary>
public static class DescriptorAddressWitnesses
{
    /// <summary>One row per run of bits.</summary>
    // csharpier-ignore
    public static IEnumerable<AddressRun> Rows { get; } =
    [
        //   granule           wide   in the descriptor      moved up by
        new(Granule.Size4K,  false, 0x0000_ffff_ffff_f000,  0, "Arm ARM D8.3.1.2 [47:12]"),
        new(Granule.Size16K, false, 0x0000_ffff_ffff_c000,  0, "Arm ARM D8.3.1.2 [47:12]"),
        new(Granule.Size64K, false, 0x0000_ffff_ffff_0000,  0, "Arm ARM D8.3.1.2 [47:12]"),
        new(Granule.Size4K,  true,  0x0003_ffff_ffff_f000,  0, "Arm ARM D8.3.1.2 [49:12]"),
        new(Granule.Size4K,  true,  0x0000_0000_0000_0300, 42, "Arm ARM D8.3.1.2 [9:8]"),
        new(Granule.Size16K, true,  0x0003_ffff_ffff_c000,  0, "Arm ARM D8.3.1.2 [49:12]"),
        new(Granule.Size16K, true,  0x0000_0000_0000_0300, 42, "Arm ARM D8.3.1.2 [9:8]"),
        new(Granule.Size64K, true,  0x0000_ffff_ffff_0000,  0, "Arm ARM D8.3.1.2 [47:12]"),
        new(Granule.Size64K, true,  0x0000_0000_0000_f000, 36, "Arm ARM D8.3.1.2 [15:12]"),
    ];

    /// <summary>A run of descriptor bits and how far up it moves to become address bits.</summary>
    /// <param name="Granule">Granule of the tables.</param>
    /// <param name="Wide">52-bit addresses.</param>
    /// <param name="Mask">The run, in the descriptor.</param>
    /// <param name="Up">Distance to the place of the same bits in the address.</param>
    /// <param name="SeenIn">Where it was read.</param>
    public sealed record AddressRun(Granule Granule, bool Wide, ulong Mask, int Up, string SeenIn);
}
