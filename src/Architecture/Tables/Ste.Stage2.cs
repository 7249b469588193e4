namespace SmmuConformance.Architecture;

// Words 2 to 7 of the entry: stage 2, resource partitioning and overlays.
public readonly partial struct Ste
{
    /// <summary>IPA space is 2^(64 - S2T0SZ) bytes.</summary>
    [Bits(165, 160, When = nameof(Stage2))]
    public partial byte S2T0SZ { get; init; }

    /// <summary>Level where the stage 2 walk starts; the code depends on the granule.</summary>
    [Bits(167, 166, When = nameof(Stage2))]
    public partial byte S2SL0 { get; init; }

    /// <summary>Inner cacheability of stage 2 walks.</summary>
    [Bits(169, 168, When = nameof(Stage2))]
    public partial Cacheability S2IR0 { get; init; }

    /// <summary>Outer cacheability of stage 2 walks.</summary>
    [Bits(171, 170, When = nameof(Stage2))]
    public partial Cacheability S2OR0 { get; init; }

    /// <summary>Shareability of stage 2 walks.</summary>
    [Bits(173, 172, When = nameof(Stage2))]
    public partial Shareability S2SH0 { get; init; }

    /// <summary>Stage 2 granule.</summary>
    [Bits(175, 174, When = nameof(Stage2))]
    public partial Tg0 S2TG { get; init; }

    /// <summary>Size of the address space that stage 2 puts out.</summary>
    [Bits(178, 176, When = nameof(Stage2))]
    public partial PhysicalSize S2PS { get; init; }

    /// <summary>Tables are VMSAv8-64. Clear means AArch32 LPAE, or VMSAv9-128 where implemented.</summary>
    [Bits(179, When = nameof(Stage2))]
    public partial bool S2AA64 { get; init; }

    /// <summary>Stage 2 tables are big-endian.</summary>
    [Bits(180, When = nameof(Stage2))]
    public partial bool S2ENDI { get; init; }

    /// <summary>A clear Access flag does not fault.</summary>
    [Bits(181, When = nameof(AccessFlagBySoftware))]
    public partial bool S2AFFD { get; init; }

    /// <summary>CD fetches and stage 1 walks that reach Device memory fault at stage 2.</summary>
    [Bits(182, When = nameof(Nested))]
    public partial bool S2PTW { get; init; }

    /// <summary>Hardware updates the dirty state of stage 2 leaves. Needs S2HA.</summary>
    [Bits(183, When = nameof(Stage2))]
    public partial bool S2HD { get; init; }

    /// <summary>Hardware sets the Access flag of stage 2 leaves.</summary>
    [Bits(184, When = nameof(Stage2))]
    public partial bool S2HA { get; init; }

    /// <summary>A stage 2 fault stalls the transaction.</summary>
    [Bits(185, When = nameof(Stage2))]
    public partial bool S2S { get; init; }

    /// <summary>A stage 2 fault is recorded. A stall is recorded whatever this says.</summary>
    [Bits(186, When = nameof(Stage2))]
    public partial bool S2R { get; init; }

    /// <summary>Hardware sets the Access flag of stage 2 table descriptors. Needs S2HA.</summary>
    [Bits(187, When = nameof(Stage2))]
    public partial bool S2HAFT { get; init; }

    /// <summary>Stage 2 permissions are indirect.</summary>
    [Bits(188, When = nameof(Stage2))]
    public partial bool S2PIE { get; init; }

    /// <summary>Stage 2 permission overlays apply. Needs indirect permissions.</summary>
    [Bits(189, When = nameof(Stage2))]
    public partial bool S2POE { get; init; }

    /// <summary>VMIDs that a DPT entry admits.</summary>
    [Bits(191, 190, When = nameof(ChecksDpt))]
    public partial DptVmatch DPT_VMATCH { get; init; }

    /// <summary>Third bit of S2SL0; used with S2DS and the 4 KB granule.</summary>
    [Bits(194, When = nameof(Stage2))]
    public partial bool S2SL0_2 { get; init; }

    /// <summary>52-bit addresses with 4 KB and 16 KB granules.</summary>
    [Bits(195, When = nameof(Stage2))]
    public partial bool S2DS { get; init; }

    /// <summary>Base of the stage 2 translation table.</summary>
    [Address(247, 196, When = nameof(Stage2))]
    public partial PhysicalAddress S2TTB { get; init; }

    /// <summary>Levels skipped at the start of a VMSAv9-128 walk.</summary>
    [Bits(254, 253, When = nameof(Stage2Wide))]
    public partial byte S2SKL { get; init; }

    /// <summary>Implementation defined. A generic driver writes zero.</summary>
    [Bits(271, 256, When = nameof(Passes))]
    public partial ushort IMPDEF3 { get; init; }

    /// <summary>MPAM partition of accesses for this stream.</summary>
    [Bits(287, 272, When = nameof(Passes))]
    public partial ushort PARTID { get; init; }

    /// <summary>MPAM performance group of accesses for this stream.</summary>
    [Bits(327, 320, When = nameof(Passes))]
    public partial byte PMG { get; init; }

    /// <summary>Stage 2 AssuredOnly checks apply.</summary>
    [Bits(329, When = nameof(Stage2))]
    public partial bool AssuredOnly { get; init; }

    /// <summary>Stage 2 TopLevel0 checks apply.</summary>
    [Bits(330, When = nameof(Stage2))]
    public partial bool TL0 { get; init; }

    /// <summary>Stage 2 TopLevel1 checks apply.</summary>
    [Bits(331, When = nameof(Stage2))]
    public partial bool TL1 { get; init; }

    /// <summary>The Virtual Machine Structure that maps virtual PARTIDs.</summary>
    [Address(375, 332, When = nameof(UsesVms))]
    public partial PhysicalAddress VMSPtr { get; init; }

    /// <summary>Sixteen 4-bit overlay permissions, S2POI0 lowest, selected by POIndex of a leaf.</summary>
    [Bits(511, 448, When = nameof(Overlays))]
    public partial ulong S2POI { get; init; }

    private bool AccessFlagBySoftware => Stage2 && !S2HA;

    private bool ChecksDpt => Translates && EATS == Eats.FullWithDpt;

    private bool Stage2Wide => Stage2 && !S2AA64;

    private bool UsesVms => Nested && S1MPAM;

    private bool Overlays => Stage2 && S2POE;
}
