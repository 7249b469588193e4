namespace SmmuConformance.Architecture;

/// <summary>What was being translated when a fault arose (CLASS, §7.3).</summary>
public enum EventClass : byte
{
    /// <summary>The address of a context descriptor.</summary>
    CD = 0b00,

    /// <summary>The address of a stage 1 translation table descriptor.</summary>
    TTD = 0b01,

    /// <summary>The address that the transaction brought, or what stage 1 made of it.</summary>
    IN = 0b10,
}

/// <summary>A translation table descriptor could not be read or updated.</summary>
[Event("F_WALK_EABT", 0x0b, clause: "7.3.12")]
public readonly partial struct FWalkEabt
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

    /// <summary>The access was privileged, after overrides.</summary>
    [Bits(97)]
    public partial bool PnU { get; init; }

    /// <summary>The access was an instruction fetch, after overrides. Never set for a write.</summary>
    [Bits(98)]
    public partial bool InD { get; init; }

    /// <summary>The access was a read.</summary>
    [Bits(99)]
    public partial bool RnW { get; init; }

    /// <summary>The descriptor belongs to stage 2.</summary>
    [Bits(103)]
    public partial bool S2 { get; init; }

    /// <summary>What was being translated. TTD when the descriptor belongs to stage 1.</summary>
    [Bits(105, 104)]
    public partial EventClass CLASS { get; init; }

    /// <summary>The address that the transaction brought, all 64 bits of it.</summary>
    [Address(191, 128)]
    public partial Iova InputAddr { get; init; }

    /// <summary>Physical address of the descriptor.</summary>
    [Address(247, 195)]
    public partial PhysicalAddress FetchAddr { get; init; }
}

/// <summary>Two TLB entries match one address, as happens when software skips break-before-make.</summary>
[Event("F_TLB_CONFLICT", 0x20, clause: "7.3.17")]
public readonly partial struct FTlbConflict
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
    [Bits(95, 64)]
    public partial uint Reason { get; init; }

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

    /// <summary>The IPA is valid.</summary>
    [Bits(103)]
    public partial bool S2 { get; init; }

    /// <summary>The address that the transaction brought, all 64 bits of it.</summary>
    [Address(191, 128)]
    public partial Iova InputAddr { get; init; }

    /// <summary>The page with two translations.</summary>
    [Address(247, 204, When = nameof(S2))]
    public partial Ipa IPA { get; init; }
}

/// <summary>
/// Two cached stream table entries match one stream, as happens when STE.CONT covers entries that differ.
/// </summary>
[Event("F_CFG_CONFLICT", 0x21, clause: "7.3.18")]
public readonly partial struct FCfgConflict
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
    [Bits(95, 64)]
    public partial uint Reason { get; init; }
}
