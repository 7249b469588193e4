namespace SmmuConformance.Architecture;

/// <summary>Forgets one stream table entry, and every CD fetched through it.</summary>
[Command("CMD_CFGI_STE", 0x03, clause: "4.3.1")]
public readonly partial struct CfgiSte
{
    /// <summary>The StreamID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>The stream whose entry changed.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>The level 1 descriptors on the way may stay.</summary>
    [Bits(64)]
    public partial bool Leaf { get; init; }
}

/// <summary>
/// Forgets the entries of an aligned group of 2^(Range + 1) streams, with their CDs and level 1 descriptors. Range 31
/// is CMD_CFGI_ALL (§4.3.6).
/// </summary>
[Command("CMD_CFGI_STE_RANGE", 0x04, clause: "4.3.2")]
public readonly partial struct CfgiSteRange
{
    /// <summary>The StreamID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>A stream of the group; its low Range + 1 bits do not count.</summary>
    [Bits(63, 32, When = nameof(Selects))]
    public partial StreamId StreamID { get; init; }

    /// <summary>log2 of the number of streams, less one.</summary>
    [Bits(68, 64)]
    public partial byte Range { get; init; }

    /// <summary>CMD_CFGI_ALL: forgets every entry of every stream (§4.3.6).</summary>
    public static CfgiSteRange All => new() { Range = 31 };

    /// <summary>This is CMD_CFGI_ALL.</summary>
    public bool IsAll => Range == 31;

    private bool Selects => !IsAll;
}

/// <summary>
/// Forgets one context descriptor of one stream. SubstreamID is an index into the CD table; there is no SSV.
/// </summary>
[Command("CMD_CFGI_CD", 0x05, clause: "4.3.3")]
public readonly partial struct CfgiCd
{
    /// <summary>The StreamID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>Index of the CD.</summary>
    [Bits(31, 12)]
    public partial SubstreamId SubstreamID { get; init; }

    /// <summary>The stream through which the CD was fetched.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }

    /// <summary>The level 1 descriptor on the way may stay.</summary>
    [Bits(64)]
    public partial bool Leaf { get; init; }
}

/// <summary>Forgets every context descriptor and level 1 context descriptor fetched through a stream.</summary>
[Command("CMD_CFGI_CD_ALL", 0x06, clause: "4.3.4")]
public readonly partial struct CfgiCdAll
{
    /// <summary>The StreamID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>The stream whose CDs changed.</summary>
    [Bits(63, 32)]
    public partial StreamId StreamID { get; init; }
}

/// <summary>Forgets a PARTID map that is cached by VMID. ILLEGAL without MPAM.</summary>
[Command("CMD_CFGI_VMS_PIDM", 0x07, clause: "4.3.5")]
public readonly partial struct CfgiVmsPidm
{
    /// <summary>The VMID is Secure. ILLEGAL on the Non-secure queue.</summary>
    [Bits(10)]
    public partial bool SSec { get; init; }

    /// <summary>S2VMID of the entries that point to the map.</summary>
    [Bits(47, 32)]
    public partial Vmid VMID { get; init; }
}
