using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Memory type, shareability and allocation hints of one access (§13.1.1): Device, or Normal with a cacheability and
/// hints for the inner and for the outer level. The default value is what the SMMU supplies for what a device does not
/// say: Write-Back, Read- and Write-Allocate, Non-shareable (§13.1.3).
/// </summary>
/// <remarks>
/// Stored as the byte that MAIR uses, inverted, so that the default of the struct is the default of the manual. Always
/// consistent (§13.1.7): see <see cref="Of"/>.
/// </remarks>
public readonly record struct MemoryAttributes
{
    private const byte NonCacheableLevel = 0b0100;

    // Write-Through, transient, allocating on both: what an outer level without an inner one acts as (§5.4, MAIR0).
    private const byte InnerTransient = 0b0011;

    private readonly byte _inverted;
    private readonly Shareability _shareability;

    private MemoryAttributes(byte encoding, Shareability shareability) =>
        (_inverted, _shareability) = (unchecked((byte)~encoding), shareability);

    /// <summary>What is supplied where a device says nothing: Normal-iWB/RAWAnTR-oWB/RAWAnTR-NSH (§13.1.3).</summary>
    public static MemoryAttributes Default => default;

    /// <summary>Normal, Non-cacheable inside and outside.</summary>
    public static MemoryAttributes NonCacheable => Of(0x44, Shareability.Outer);

    /// <summary>Device-nGnRnE.</summary>
    public static MemoryAttributes DeviceNGnRnE => Of(0x00, Shareability.Outer);

    /// <summary>
    /// The attributes of a MAIR byte and a shareability, made consistent (§13.1.7): what no cache may hold is Outer
    /// Shareable, and a level without allocation is not transient. A Reserved Device byte acts as the type of its group, a
    /// Reserved inner level as Write-Through transient (§5.4, MAIR0), the Reserved shareability as Non-shareable.
    /// </summary>
    /// <param name="encoding">As a byte of MAIR: outer level in [7:4], inner in [3:0].</param>
    /// <param name="shareability">Shareability.</param>
    public static MemoryAttributes Of(byte encoding, Shareability shareability)
    {
        var consistent = ConsistentEncodings[encoding];
        return consistent < 0x10 || consistent == 0x44
            ? new(consistent, Shareability.Outer)
            : new(
                consistent,
                shareability is Shareability.Outer or Shareability.Inner ? shareability : 0
            );
    }

    // Every leaf asks: all 256 answers, worked out once.
    private static readonly byte[] ConsistentEncodings =
    [
        .. Enumerable.Range(0, 256).Select(encoding => Consistent((byte)encoding)),
    ];

    private static byte Consistent(byte encoding)
    {
        if (encoding < 0x10)
            return (byte)(encoding & 0b1100);
        // 0x40, 0xa0 and 0xf0 have meanings only where FEAT_XS and MTE have, and here there are none.
        if ((encoding & 0xf) == 0)
            encoding |= InnerTransient;
        return (byte)(Consistent(encoding >> 4) << 4 | Consistent(encoding & 0xf));
    }

    /// <summary>Both in one word, 0 for the default.</summary>
    internal ushort Packed => (ushort)(_inverted | (int)_shareability << 8);

    /// <summary>What <see cref="Packed"/> was.</summary>
    internal static MemoryAttributes Unpacked(ushort packed) =>
        new(unchecked((byte)~packed), (Shareability)(packed >> 8));

    /// <summary>Inner level in [3:0], outer in [7:4], as a byte of MAIR.</summary>
    public byte Encoding => unchecked((byte)~_inverted);

    /// <summary>Shareability; Outer for Device and for Non-cacheable.</summary>
    public Shareability Shareability => _shareability;

    /// <summary>Any Device type.</summary>
    public bool IsDevice => Encoding < 0x10;

    /// <summary>Normal, and some level may cache it.</summary>
    public bool IsCacheable => !IsDevice && Encoding != 0x44;

    /// <summary>Normal and Write-Back at both levels: what a device that must stay coherent needs.</summary>
    public bool IsWriteBack =>
        !IsDevice && IsWriteBackLevel(Encoding >> 4) && IsWriteBackLevel(Encoding & 0xf);

    /// <summary>The access takes part in coherency with caches of PEs: cacheable, and shared with them (§3.15).</summary>
    public bool Snoops => IsCacheable && Shareability != Shareability.NonShareable;

    /// <summary>The same with another shareability; without effect where no cache may hold the data.</summary>
    public MemoryAttributes With(Shareability shareability) =>
        !IsCacheable ? this
        : shareability is Shareability.Outer or Shareability.Inner ? new(Encoding, shareability)
        : new(Encoding, Shareability.NonShareable);

    /// <summary>As the manual writes it: <c>Normal-iWB/RAWAnTR-oNC-ISH</c>, <c>Device-nGnRE</c> (§13.1.1).</summary>
    public override string ToString()
    {
        if (IsDevice)
            return $"Device-{DeviceNames[Encoding >> 2]}";
        if (Encoding == 0x44)
            return "Normal-iNC-oNC";
        var shareability = Shareability switch
        {
            Shareability.Outer => "OSH",
            Shareability.Inner => "ISH",
            _ => "NSH",
        };
        return $"Normal-i{LevelName(Encoding & 0xf)}-o{LevelName(Encoding >> 4)}-{shareability}";
    }

    private static readonly string[] DeviceNames = ["nGnRnE", "nGnRE", "nGRE", "GRE"];

    private static bool IsWriteBackLevel(int level) =>
        level != NonCacheableLevel && (level & 0b0100) != 0;

    // A level that allocates neither on reads nor on writes has no transient hint. §13.1.7
    private static int Consistent(int level) =>
        level != NonCacheableLevel && (level & 0b0011) == 0 ? level | 0b1000 : level;

    private static string LevelName(int level)
    {
        if (level == NonCacheableLevel)
            return "NC";
        var type = (level & 0b0100) != 0 ? "WB" : "WT";
        var read = (level & 0b0010) != 0 ? "RA" : "nRA";
        var write = (level & 0b0001) != 0 ? "WA" : "nWA";
        return $"{type}/{read}{write}{((level & 0b1000) != 0 ? "nTR" : "TR")}";
    }
}
