namespace SmmuConformance.Architecture;

/// <summary>Granule as written in CD.TG0 and STE.S2TG. CD.TG1 is written differently (§5.2, §5.4).</summary>
public enum Tg0 : byte
{
    /// <summary>4 KB.</summary>
    Size4K = 0b00,

    /// <summary>64 KB.</summary>
    Size64K = 0b01,

    /// <summary>16 KB.</summary>
    Size16K = 0b10,
}

/// <summary>Granule as written in CD.TG1. CD.TG0 is written differently (§5.4).</summary>
public enum Tg1 : byte
{
    /// <summary>16 KB.</summary>
    Size16K = 0b01,

    /// <summary>4 KB.</summary>
    Size4K = 0b10,

    /// <summary>64 KB.</summary>
    Size64K = 0b11,
}

/// <summary>Granule as written in the TG field of TLB invalidations by address (§4.4.1.1).</summary>
public enum TlbiTg : byte
{
    /// <summary>Any granule; no range and no level hint.</summary>
    Any = 0b00,

    /// <summary>4 KB.</summary>
    Size4K = 0b01,

    /// <summary>16 KB.</summary>
    Size16K = 0b10,

    /// <summary>64 KB.</summary>
    Size64K = 0b11,
}

/// <summary>Between the three ways the architecture writes a granule and the granule itself.</summary>
public static class GranuleEncodings
{
    /// <summary>The granule, or null for the Reserved encoding.</summary>
    public static Granule? ToGranule(this Tg0 encoded) =>
        encoded switch
        {
            Tg0.Size4K => Granule.Size4K,
            Tg0.Size16K => Granule.Size16K,
            Tg0.Size64K => Granule.Size64K,
            _ => null,
        };

    /// <summary>The encoding of a granule as TG0 and S2TG have it.</summary>
    public static Tg0 ToTg0(this Granule granule) => Tg0OfPages(granule.PageShift);

    /// <summary>The same of pages of a size.</summary>
    /// <param name="shift">log2 of it: 12, 14 or 16.</param>
    public static Tg0 Tg0OfPages(int shift) =>
        shift switch
        {
            12 => Tg0.Size4K,
            14 => Tg0.Size16K,
            16 => Tg0.Size64K,
            _ => throw new ArgumentOutOfRangeException(nameof(shift)),
        };

    /// <summary>The granule, or null for the Reserved encoding.</summary>
    public static Granule? ToGranule(this Tg1 encoded) =>
        encoded switch
        {
            Tg1.Size4K => Granule.Size4K,
            Tg1.Size16K => Granule.Size16K,
            Tg1.Size64K => Granule.Size64K,
            _ => null,
        };

    /// <summary>The granule, or null for <see cref="TlbiTg.Any"/>.</summary>
    public static Granule? ToGranule(this TlbiTg encoded) =>
        encoded switch
        {
            TlbiTg.Size4K => Granule.Size4K,
            TlbiTg.Size16K => Granule.Size16K,
            TlbiTg.Size64K => Granule.Size64K,
            _ => null,
        };
}
