namespace SmmuConformance.Architecture;

/// <summary>The Access flag of the leaf is clear, and hardware does not set it.</summary>
[Event("F_ACCESS", 0x12, clause: "7.3.15")]
public readonly partial struct FAccess
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

    /// <summary>The address that the transaction brought, all 64 bits of it.</summary>
    [Address(191, 128)]
    public partial Iova InputAddr { get; init; }

    /// <summary>The page that stage 2 refused.</summary>
    [Address(247, 204, When = nameof(S2))]
    public partial Ipa IPA { get; init; }
}
