namespace SmmuConformance.Architecture;

/// <summary>Hint: fetch the entries that traffic of a stream will need.</summary>
[Command("CMD_PREFETCH_CONFIG", 0x01, clause: "4.2.1")]
public readonly partial struct PrefetchConfig
{
    /// <summary>The StreamID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>A SubstreamID is given.</summary>
    [Bits(11)]
    public partial bool SSV { get; init; }

    /// <summary>The substream whose CD is wanted.</summary>
    [Bits(31, 12, When = nameof(SSV))]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>The stream whose entry is wanted.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }
}

/// <summary>Hint: fetch entries and translations for 2^Size addresses, 2^(12 + Stride) bytes apart.</summary>
[Command("CMD_PREFETCH_ADDR", 0x02, clause: "4.2.2")]
public readonly partial struct PrefetchAddr
{
    /// <summary>The StreamID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>A SubstreamID is given.</summary>
    [Bits(11)]
    public partial bool SSV { get; init; }

    /// <summary>The substream whose addresses are meant.</summary>
    [Bits(31, 12, When = nameof(SSV))]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>The stream whose addresses are meant.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>log2 of the number of translations.</summary>
    [Bits(68, 64)]
    public partial byte Size { get; init; }

    /// <summary>log2 of the distance between them, in units of 4 KB. RES0 in SMMUv3.0.</summary>
    [Bits(73, 69)]
    public partial byte Stride { get; init; }

    /// <summary>Security of the address. RES0 on the Non-secure queue.</summary>
    [Bits(74)]
    public partial bool NS { get; init; }

    /// <summary>First address.</summary>
    [Address(127, 76)]
    public partial Iova Address { get; init; }
}
