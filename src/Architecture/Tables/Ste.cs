namespace SmmuConformance.Architecture;

/// <summary>
/// Stream Table Entry: how one stream is translated. This is the entry as a Non-secure Stream table holds it; what
/// only other Security states define is RES0.
/// </summary>
/// <remarks>Here: the words on the stream and stage 1. The rest is in Ste.Stage2.cs.</remarks>
[Structure("STE", bits: 512, clause: "5.2")]
public readonly partial struct Ste
{
    /// <summary>The entry is valid. Without it every transaction aborts with C_BAD_STE.</summary>
    [Bits(0)]
    public partial bool V { get; init; }

    /// <summary>Abort, bypass, or which stages translate.</summary>
    [Bits(3, 1, When = nameof(V))]
    public partial SteConfig Config { get; init; }

    /// <summary>Shape of the context descriptor table.</summary>
    [Bits(5, 4, When = nameof(Substreams))]
    public partial S1Fmt S1Fmt { get; init; }

    /// <summary>Base of the context descriptor table. An IPA when stage 2 translates too.</summary>
    [Address(55, 6, When = nameof(Stage1))]
    public partial PhysicalAddress S1ContextPtr { get; init; }

    /// <summary>log2 of the number of CDs. Zero means one CD and no substreams.</summary>
    [Bits(63, 59, When = nameof(Stage1))]
    public partial byte S1CDMax { get; init; }

    /// <summary>What a transaction without a SubstreamID meets.</summary>
    [Bits(65, 64, When = nameof(Substreams))]
    public partial S1Dss S1DSS { get; init; }

    /// <summary>Inner cacheability of CD fetches.</summary>
    [Bits(67, 66, When = nameof(Stage1))]
    public partial Cacheability S1CIR { get; init; }

    /// <summary>Outer cacheability of CD fetches.</summary>
    [Bits(69, 68, When = nameof(Stage1))]
    public partial Cacheability S1COR { get; init; }

    /// <summary>Shareability of CD fetches.</summary>
    [Bits(71, 70, When = nameof(Stage1))]
    public partial Shareability S1CSH { get; init; }

    /// <summary>Bit 59 of a stage 2 leaf has a hardware use. Ignored without PBHA.</summary>
    [Bits(72, When = nameof(Stage2))]
    public partial bool S2HWU59 { get; init; }

    /// <summary>Bit 60 of a stage 2 leaf has a hardware use. Ignored without PBHA.</summary>
    [Bits(73, When = nameof(Stage2))]
    public partial bool S2HWU60 { get; init; }

    /// <summary>Bit 61 of a stage 2 leaf has a hardware use. Ignored without PBHA.</summary>
    [Bits(74, When = nameof(Stage2))]
    public partial bool S2HWU61 { get; init; }

    /// <summary>Bit 62 of a stage 2 leaf has a hardware use. Ignored without PBHA.</summary>
    [Bits(75, When = nameof(Stage2))]
    public partial bool S2HWU62 { get; init; }

    /// <summary>Reads that discard the line they read are let through as such.</summary>
    [Bits(76, When = nameof(Translates))]
    public partial bool DRE { get; init; }

    /// <summary>Hint: an aligned group of 2^CONT neighbours is identical to this entry.</summary>
    [Bits(80, 77, When = nameof(V))]
    public partial byte CONT { get; init; }

    /// <summary>Prefetch hints towards a chosen cache are let through.</summary>
    [Bits(81, When = nameof(Translates))]
    public partial bool DCP { get; init; }

    /// <summary>Automatic PRI responses carry the PASID of the request.</summary>
    [Bits(82, When = nameof(Passes))]
    public partial bool PPAR { get; init; }

    /// <summary>Like events of this stream may be merged into one record.</summary>
    [Bits(83, When = nameof(Passes))]
    public partial bool MEV { get; init; }

    /// <summary>Left to software; the SMMU never looks at it.</summary>
    [Bits(87, 84, When = nameof(Never))]
    public partial byte SW_RESERVED { get; init; }

    /// <summary>CDs of this stream may turn on stage 1 permission indirection.</summary>
    [Bits(88, When = nameof(Stage1))]
    public partial bool S1PIE { get; init; }

    /// <summary>Stage 2 dictates the memory type instead of combining it with stage 1.</summary>
    [Bits(89, When = nameof(Stage2))]
    public partial bool S2FWB { get; init; }

    /// <summary>Client traffic takes PARTID and PMG from the CD.</summary>
    [Bits(90, When = nameof(Stage1))]
    public partial bool S1MPAM { get; init; }

    /// <summary>CDs of this stream may not choose the stall model.</summary>
    [Bits(91, When = nameof(Stage1))]
    public partial bool S1STALLD { get; init; }

    /// <summary>Treatment of PCIe ATS traffic.</summary>
    [Bits(93, 92, When = nameof(Translates))]
    public partial Eats EATS { get; init; }

    /// <summary>Translation regime of a stream that only stage 1 translates.</summary>
    [Bits(95, 94, When = nameof(Stage1Only))]
    public partial Strw STRW { get; init; }

    /// <summary>Memory type that replaces the incoming one.</summary>
    [Bits(99, 96, When = nameof(TypeOverridden))]
    public partial MemAttr MemAttr { get; init; }

    /// <summary>Replace the incoming memory type by MemAttr.</summary>
    [Bits(100, When = nameof(Passes))]
    public partial bool MTCFG { get; init; }

    /// <summary>Allocation hints: 0b0xxx keeps the incoming ones, 0b1RWT replaces them.</summary>
    [Bits(104, 101, When = nameof(Passes))]
    public partial byte ALLOCCFG { get; init; }

    /// <summary>Override of the incoming shareability.</summary>
    [Bits(109, 108, When = nameof(IncomingReachesOutput))]
    public partial ShCfg SHCFG { get; init; }

    /// <summary>Override of the security of incoming traffic. Not read from a Non-secure table.</summary>
    [Bits(111, 110, When = nameof(Never))]
    public partial byte NSCFG { get; init; }

    /// <summary>Override of incoming privilege.</summary>
    [Bits(113, 112, When = nameof(Passes))]
    public partial PrivCfg PRIVCFG { get; init; }

    /// <summary>Override of incoming instruction or data.</summary>
    [Bits(115, 114, When = nameof(Passes))]
    public partial InstCfg INSTCFG { get; init; }

    /// <summary>Implementation defined. A generic driver writes zero.</summary>
    [Bits(127, 116, When = nameof(Passes))]
    public partial ushort IMPDEF1 { get; init; }

    /// <summary>Tag of NS-EL1 translations, also when only stage 1 translates.</summary>
    [Bits(143, 128, When = nameof(TaggedByVmid))]
    public partial Vmid S2VMID { get; init; }

    /// <summary>Implementation defined. A generic driver writes zero.</summary>
    [Bits(159, 144, When = nameof(Passes))]
    public partial ushort IMPDEF2 { get; init; }

    /// <summary>The entry is valid and not an abort: Config[2] is set.</summary>
    public bool Passes => V && ((int)Config & 0b100) == 0b100;

    /// <summary>Stage 1 translates.</summary>
    public bool Stage1 => V && ((int)Config & 0b101) == 0b101;

    /// <summary>Stage 2 translates.</summary>
    public bool Stage2 => V && ((int)Config & 0b110) == 0b110;

    /// <summary>Both stages translate.</summary>
    public bool Nested => Stage1 && Stage2;

    /// <summary>At least one stage translates.</summary>
    public bool Translates => Stage1 || Stage2;

    /// <summary>More than one CD: transactions may carry a SubstreamID.</summary>
    public bool Substreams => Stage1 && S1CDMax != 0;

    private bool Stage1Only => Stage1 && !Stage2;

    // EL2 regimes have no VMID. STRW counts only where it is read. §5.2
    private bool TaggedByVmid => Stage2 || (Stage1 && STRW == Strw.NsEl1);

    private bool TypeOverridden => Passes && MTCFG;

    // Stage 1 replaces shareability, so the override matters only to traffic that skips stage 1. §13.5
    private bool IncomingReachesOutput =>
        Passes && (!Stage1 || (Substreams && S1DSS == S1Dss.Bypass));

    // Field is for another reader: software, or the Secure state.
    private static bool Never => false;
}
