namespace SmmuConformance.Architecture;

/// <summary>The StreamID lies outside the Stream table. Recorded only with CR2.RECINVSID.</summary>
[Event("C_BAD_STREAMID", 0x02, clause: "7.3.3")]
public readonly partial struct CBadStreamid
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
}

/// <summary>The stream table entry could not be read.</summary>
[Event("F_STE_FETCH", 0x03, clause: "7.3.4")]
public readonly partial struct FSteFetch
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

    /// <summary>A granule protection check failed.</summary>
    [Bits(80)]
    public partial bool GPCF { get; init; }

    /// <summary>Address of the entry or level 1 descriptor.</summary>
    [Address(247, 195)]
    public partial PhysicalAddress FetchAddr { get; init; }
}

/// <summary>The stream table entry is not valid, or is ILLEGAL.</summary>
[Event("C_BAD_STE", 0x04, clause: "7.3.5")]
public readonly partial struct CBadSte
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
}

/// <summary>
/// The stream refuses transactions of this kind: without a SubstreamID, or with SubstreamID 0 (STE.S1DSS).
/// </summary>
[Event("F_STREAM_DISABLED", 0x06, clause: "7.3.7")]
public readonly partial struct FStreamDisabled
{
    /// <summary>The stream of the transaction.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }
}

/// <summary>The SubstreamID has no context descriptor, or the stream takes none at all.</summary>
[Event("C_BAD_SUBSTREAMID", 0x08, clause: "7.3.9")]
public readonly partial struct CBadSubstreamid
{
    /// <summary>The SubstreamID of the transaction. Always valid: this record has no SSV.</summary>
    [Bits(31, 12)]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>The stream of the transaction.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }
}

/// <summary>The context descriptor could not be read.</summary>
[Event("F_CD_FETCH", 0x09, clause: "7.3.10")]
public readonly partial struct FCdFetch
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

    /// <summary>A granule protection check failed.</summary>
    [Bits(80)]
    public partial bool GPCF { get; init; }

    /// <summary>Physical address of the CD or level 1 descriptor.</summary>
    [Address(247, 195)]
    public partial PhysicalAddress FetchAddr { get; init; }
}

/// <summary>The context descriptor is not valid, or is ILLEGAL.</summary>
[Event("C_BAD_CD", 0x0a, clause: "7.3.11")]
public readonly partial struct CBadCd
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
}

/// <summary>The Virtual Machine Structure could not be read.</summary>
[Event("F_VMS_FETCH", 0x25, clause: "7.3.20")]
public readonly partial struct FVmsFetch
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

    /// <summary>A granule protection check failed.</summary>
    [Bits(80)]
    public partial bool GPCF { get; init; }

    /// <summary>Address in the structure.</summary>
    [Address(247, 195)]
    public partial PhysicalAddress FetchAddr { get; init; }
}
