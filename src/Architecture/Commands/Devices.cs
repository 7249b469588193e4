namespace SmmuConformance.Architecture;

/// <summary>
/// Asks an endpoint to forget translations: 2^Size pages, aligned to their size. Size 52 is everything. ILLEGAL
/// without ATS.
/// </summary>
[Command("CMD_ATC_INV", 0x40, clause: "4.5.1")]
public readonly partial struct AtcInv
{
    /// <summary>The endpoint forgets them in every PASID.</summary>
    [Bits(9, When = nameof(SSV))]
    public partial bool Global { get; init; }

    /// <summary>The request carries a PASID.</summary>
    [Bits(11)]
    public partial bool SSV { get; init; }

    /// <summary>The PASID.</summary>
    [Bits(31, 12, When = nameof(SSV))]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>The endpoint.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>log2 of the number of 4 KB pages, 0 to 52.</summary>
    [Bits(69, 64)]
    public partial byte Size { get; init; }

    /// <summary>An address of the span; its low 12 + Size bits do not count.</summary>
    [Address(127, 76)]
    public partial Iova Address { get; init; }
}

/// <summary>Answer to a page request group (CMD_PRI_RESP.Resp, §4.5.2). 0b11 is ILLEGAL.</summary>
public enum PriResponse : byte
{
    /// <summary>Response Failure: the endpoint must stop asking.</summary>
    Failure = 0b00,

    /// <summary>Invalid Request: some page of the group cannot be had.</summary>
    Invalid = 0b01,

    /// <summary>Every page of the group is there.</summary>
    Success = 0b10,
}

/// <summary>Answers a page request group of an endpoint. ILLEGAL without PRI.</summary>
[Command("CMD_PRI_RESP", 0x41, clause: "4.5.2")]
public readonly partial struct PriResp
{
    /// <summary>The answer carries a PASID.</summary>
    [Bits(11)]
    public partial bool SSV { get; init; }

    /// <summary>The PASID.</summary>
    [Bits(31, 12, When = nameof(SSV))]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>The endpoint.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>The group, as its requests named it.</summary>
    [Bits(72, 64)]
    public partial ushort PRGIndex { get; init; }

    /// <summary>The answer.</summary>
    [Bits(77, 76)]
    public partial PriResponse Resp { get; init; }
}
