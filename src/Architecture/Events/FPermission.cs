namespace SmmuConformance.Architecture;

/// <summary>
/// The leaf does not permit the access. The flags of permission overlays, assured translation and indirect dirty
/// state are not declared: they stay zero without those features.
/// </summary>
[Event("F_PERMISSION", 0x13, clause: "7.3.16")]
public readonly partial struct FPermission
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

    /// <summary>Names the stalled transaction towards CMD_RESUME.</summary>
    [Bits(79, 64, When = nameof(Stall))]
    public partial ushort STAG { get; init; }

    /// <summary>The transaction waits for CMD_RESUME or CMD_STALL_TERM.</summary>
    [Bits(95)]
    public partial bool Stall { get; init; }

    /// <summary>The access was privileged, after overrides.</summary>
    [Bits(97)]
    public partial bool PnU { get; init; }

    /// <summary>The access was an instruction fetch, after overrides. Never set for a write.</summary>
    [Bits(98)]
    public partial bool InD { get; init; }

    /// <summary>The access was a read.</summary>
    [Bits(99)]
    public partial bool RnW { get; init; }

    /// <summary>The IPA is Non-secure. Zero in the Non-secure queue.</summary>
    [Bits(102)]
    public partial bool NSIPA { get; init; }

    /// <summary>Stage 2 faulted.</summary>
    [Bits(103)]
    public partial bool S2 { get; init; }

    /// <summary>What was being translated. IN for every stage 1 fault.</summary>
    [Bits(105, 104)]
    public partial EventClass CLASS { get; init; }

    /// <summary>With CLASS TTD: the walk was reading the descriptor; clear means updating it.</summary>
    [Bits(108, When = nameof(InWalk))]
    public partial bool TTRnW { get; init; }

    /// <summary>The address that the transaction brought, all 64 bits of it.</summary>
    [Address(191, 128)]
    public partial Iova InputAddr { get; init; }

    /// <summary>The page that stage 2 refused.</summary>
    [Address(247, 204, When = nameof(S2))]
    public partial Ipa IPA { get; init; }

    private bool InWalk => CLASS == EventClass.TTD;
}
