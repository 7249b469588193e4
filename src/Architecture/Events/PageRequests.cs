namespace SmmuConformance.Architecture;

/// <summary>A device announces that it will soon use some pages. No answer is due.</summary>
[Event("E_PAGE_REQUEST", 0x24, clause: "7.3.19")]
public readonly partial struct EPageRequest
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

    /// <summary>Unprivileged execution is coming.</summary>
    [Bits(97)]
    public partial bool uX { get; init; }

    /// <summary>Unprivileged writes are coming.</summary>
    [Bits(98)]
    public partial bool uW { get; init; }

    /// <summary>Unprivileged reads are coming.</summary>
    [Bits(99)]
    public partial bool uR { get; init; }

    /// <summary>Privileged execution is coming.</summary>
    [Bits(101)]
    public partial bool pX { get; init; }

    /// <summary>Privileged writes are coming.</summary>
    [Bits(102)]
    public partial bool pW { get; init; }

    /// <summary>Privileged reads are coming.</summary>
    [Bits(103)]
    public partial bool pR { get; init; }

    /// <summary>Number of 4 KB pages.</summary>
    [Bits(115, 108)]
    public partial byte Span { get; init; }

    /// <summary>The first page.</summary>
    [Address(191, 140)]
    public partial Iova InputAddr { get; init; }
}

/// <summary>One page request in the PRI queue.</summary>
[Structure("PRIQ_ENTRY", bits: 128, clause: "8")]
public readonly partial struct PriQueueEntry
{
    /// <summary>The endpoint.</summary>
    [Bits(31, 0)]
    public partial StreamId StreamID { get; init; }

    /// <summary>The PASID; unknown without SSV.</summary>
    [Bits(51, 32, When = nameof(SSV))]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>Privileged access is wanted. Only with SSV.</summary>
    [Bits(58)]
    public partial bool Priv { get; init; }

    /// <summary>Execution is wanted. Only with SSV.</summary>
    [Bits(59)]
    public partial bool X { get; init; }

    /// <summary>Reading is wanted.</summary>
    [Bits(60)]
    public partial bool R { get; init; }

    /// <summary>Writing is wanted.</summary>
    [Bits(61)]
    public partial bool W { get; init; }

    /// <summary>The last request of its group: an answer is due.</summary>
    [Bits(62)]
    public partial bool Last { get; init; }

    /// <summary>The request carried a PASID.</summary>
    [Bits(63)]
    public partial bool SSV { get; init; }

    /// <summary>The group, repeated in the answer.</summary>
    [Bits(72, 64)]
    public partial ushort PRGIndex { get; init; }

    /// <summary>The page wanted.</summary>
    [Address(127, 76)]
    public partial Iova PageAddress { get; init; }

    /// <summary>Size of an entry in bytes.</summary>
    public const int Size = 16;

    /// <summary>A Stop PASID marker: nothing is wanted, and no answer is due (§8).</summary>
    public bool IsStopMarker => SSV && Last && !W && !R;
}
