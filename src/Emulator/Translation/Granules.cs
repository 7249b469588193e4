using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Which granules an SMMU has.</summary>
internal static class Granules
{
    /// <summary>The granule is supported (§6.3.6).</summary>
    public static bool Supports(this Idr5 idr5, Granule granule) =>
        granule.PageShift switch
        {
            12 => idr5.GRAN4K,
            14 => idr5.GRAN16K,
            _ => idr5.GRAN64K,
        };
}
