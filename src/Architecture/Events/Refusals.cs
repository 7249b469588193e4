namespace SmmuConformance.Architecture;

/// <summary>The SMMU does not support a transaction of this kind.</summary>
[Event("F_UUT", 0x01, clause: "7.3.2")]
public readonly partial struct FUut
{
    /// <summary>The transaction carried a SubstreamID.</summary>
    [Bits(11)]
    public partial bool SSV { get; init; }

    /// <summary>The SubstreamID of the transaction; unknown without SSV.</summary>
    [Bits(31, 12, When = nameof(SSV))]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>The stream of the transaction.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>Implementation defined cause.</summary>
    [Bits(79, 64)]
    public partial ushort Reason { get; init; }

    /// <summary>The access was privileged, as the transaction came in.</summary>
    [Bits(97)]
    public partial bool PnU { get; init; }

    /// <summary>The access was an instruction fetch, as the transaction came in.</summary>
    [Bits(98)]
    public partial bool InD { get; init; }

    /// <summary>The access was a read.</summary>
    [Bits(99)]
    public partial bool RnW { get; init; }

    /// <summary>The address that the transaction brought, all 64 bits of it.</summary>
    [Address(191, 128)]
    public partial Iova InputAddr { get; init; }
}

/// <summary>An ATS translation request was refused: the SMMU is off, or the stream does not allow ATS.</summary>
[Event("F_BAD_ATS_TREQ", 0x05, clause: "7.3.6")]
public readonly partial struct FBadAtsTreq
{
    /// <summary>The transaction carried a SubstreamID.</summary>
    [Bits(11)]
    public partial bool SSV { get; init; }

    /// <summary>The SubstreamID of the transaction; unknown without SSV.</summary>
    [Bits(31, 12, When = nameof(SSV))]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>The stream of the transaction.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>Translation units asked for.</summary>
    [Bits(67, 64)]
    public partial byte Span { get; init; }

    /// <summary>Privileged access was asked for, before overrides.</summary>
    [Bits(92)]
    public partial bool P { get; init; }

    /// <summary>Execution was asked for, before overrides.</summary>
    [Bits(93)]
    public partial bool X { get; init; }

    /// <summary>Writing was asked for: the request had NW clear.</summary>
    [Bits(94)]
    public partial bool W { get; init; }

    /// <summary>Reading was asked for. PCIe requests always do.</summary>
    [Bits(95)]
    public partial bool R { get; init; }

    /// <summary>The page asked for.</summary>
    [Address(191, 140)]
    public partial Iova InputAddr { get; init; }
}

/// <summary>A transaction that claimed to be translated was refused.</summary>
[Event("F_TRANSL_FORBIDDEN", 0x07, clause: "7.3.8")]
public readonly partial struct FTranslForbidden
{
    /// <summary>The stream of the transaction.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>The access was a read.</summary>
    [Bits(99)]
    public partial bool RnW { get; init; }

    /// <summary>The address that the transaction brought, all 64 bits of it.</summary>
    [Address(191, 128)]
    public partial Iova InputAddr { get; init; }
}
