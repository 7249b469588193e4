namespace SmmuConformance.Architecture;

/// <summary>Cacheability in the encoding of CR1, which is not that of the CD and STE fields. §6.3.11</summary>
public enum AccessCacheability : byte
{
    /// <summary>Non-cacheable; the reserved 0b11 behaves so too.</summary>
    NonCacheable = 0b00,

    /// <summary>Write-Back.</summary>
    WriteBack = 0b01,

    /// <summary>Write-Through.</summary>
    WriteThrough = 0b10,
}
