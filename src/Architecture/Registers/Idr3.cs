namespace SmmuConformance.Architecture;

/// <summary>Features added by SMMUv3.1 and later.</summary>
/// <remarks>
/// Some bits are mandatory from a version on: HAD and XNX from 3.1, RIL, FWB and BBML from 3.2, E0PD and PTWNNC
/// from 3.3, EPAN and MTEPERM from 3.4; each only where the stage it belongs to exists.
/// </remarks>
[Register("SMMU_IDR3", offset: 0x000C, bits: 32, clause: "6.3.4", Access.ReadOnly)]
public readonly partial struct Idr3
{
    /// <summary>CD.HAD0 and CD.HAD1 work.</summary>
    [Bits(2)]
    public partial bool HAD { get; init; }

    /// <summary>Page-based hardware attributes; only with HAD.</summary>
    [Bits(3)]
    public partial bool PBHA { get; init; }

    /// <summary>Stage 2 can forbid execution for EL0 and EL1 separately.</summary>
    [Bits(4)]
    public partial bool XNX { get; init; }

    /// <summary>An automatic PRI response carries the PASID whatever STE.PPAR says.</summary>
    [Bits(5)]
    public partial bool PPS { get; init; }

    /// <summary>Memory partitioning and monitoring, in at least one Security state.</summary>
    [Bits(7)]
    public partial bool MPAM { get; init; }

    /// <summary>Stage 2 can force memory types: STE.S2FWB works.</summary>
    [Bits(8)]
    public partial bool FWB { get; init; }

    /// <summary>Small translation tables.</summary>
    [Bits(9)]
    public partial bool STT { get; init; }

    /// <summary>TLB invalidation by range, with level hints.</summary>
    [Bits(10)]
    public partial bool RIL { get; init; }

    /// <summary>How freely a block mapping may change its size.</summary>
    [Bits(12, 11)]
    public partial BreakBeforeMake BBML { get; init; }

    /// <summary>CD.E0PD0 and CD.E0PD1 work.</summary>
    [Bits(13)]
    public partial bool E0PD { get; init; }

    /// <summary>With STE.S2PTW=0 a walk through Device memory becomes Non-cacheable.</summary>
    [Bits(14)]
    public partial bool PTWNNC { get; init; }

    /// <summary>Device Permission Table; only with ATS.</summary>
    [Bits(15)]
    public partial bool DPT { get; init; }

    /// <summary>PASIDs on Translated transactions.</summary>
    [Bits(16)]
    public partial bool PASIDTT { get; init; }

    /// <summary>Enhanced privileged-access-never.</summary>
    [Bits(17)]
    public partial bool EPAN { get; init; }

    /// <summary>Stage 1 permission indirection.</summary>
    [Bits(18)]
    public partial bool S1PI { get; init; }

    /// <summary>Stage 2 permission indirection.</summary>
    [Bits(19)]
    public partial bool S2PI { get; init; }

    /// <summary>Stage 2 permission overlays; only with S2PI.</summary>
    [Bits(20)]
    public partial bool S2PO { get; init; }

    /// <summary>Translation hardening.</summary>
    [Bits(21)]
    public partial bool THE { get; init; }

    /// <summary>Stage 2 NoTagAccess encodings.</summary>
    [Bits(22)]
    public partial bool MTEPERM { get; init; }

    /// <summary>Stage 1 attribute index extension.</summary>
    [Bits(23)]
    public partial bool AIE { get; init; }
}
