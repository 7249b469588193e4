namespace SmmuConformance.Architecture;

/// <summary>Stages that an address translation operation covers: GATOS_ADDR.TYPE. §6.3.39</summary>
public enum AtosType : byte
{
    /// <summary>Stage 1: virtual to intermediate physical.</summary>
    Stage1 = 0b01,

    /// <summary>Stage 2: intermediate physical to physical.</summary>
    Stage2 = 0b10,

    /// <summary>Both: virtual to physical.</summary>
    Both = 0b11,
}

/// <summary>What the SMMU was doing when an address translation operation failed: GATOS_PAR.REASON. §6.3.40</summary>
public enum AtosReason : byte
{
    /// <summary>Stage 1, or nothing to do with a stage.</summary>
    Stage1OrOther = 0b00,

    /// <summary>Stage 2, fetching a CD.</summary>
    FetchingCd = 0b01,

    /// <summary>Stage 2, walking a stage 1 table.</summary>
    WalkingStage1 = 0b10,

    /// <summary>Stage 2, translating its input address.</summary>
    InputAddress = 0b11,
}

/// <summary>Starts an address translation operation.</summary>
/// <remarks>
/// The one register guarded the other way round: RUN may be set only while SMMUEN is 1. While RUN is 1 this register
/// and GATOS_SID and GATOS_ADDR are read-only; before SMMUv3.2 a write may be stored, or spoil the result. Exists
/// with IDR0.ATOS. §6.3.37
/// </remarks>
[Register(
    "SMMU_GATOS_CTRL",
    offset: 0x0100,
    bits: 32,
    clause: "6.3.37",
    Access.ReadWrite,
    Guard = Guard.GatosRun,
    Reset = 0
)]
public readonly partial struct GatosCtrl
{
    /// <summary>Written 1 to start; cleared by the SMMU when GATOS_PAR has the result.</summary>
    [Bits(0)]
    public partial bool RUN { get; init; }
}

/// <summary>Stream and substream of an address translation operation.</summary>
[Register(
    "SMMU_GATOS_SID",
    offset: 0x0108,
    bits: 64,
    clause: "6.3.38",
    Access.ReadWrite,
    Guard = Guard.GatosRun,
    ResetUnknown = true
)]
public readonly partial struct GatosSid
{
    /// <summary>StreamID; bits from IDR1.SIDSIZE up are RES0.</summary>
    [Bits(31, 0)]
    public partial StreamId STREAMID { get; init; }

    /// <summary>SubstreamID; bits from IDR1.SSIDSIZE up are RES0.</summary>
    [Bits(51, 32)]
    public partial SubstreamId SUBSTREAMID { get; init; }

    /// <summary>SUBSTREAMID counts.</summary>
    [Bits(52)]
    public partial bool SSID_VALID { get; init; }
}

/// <summary>Address and access of an address translation operation.</summary>
[Register(
    "SMMU_GATOS_ADDR",
    offset: 0x0110,
    bits: 64,
    clause: "6.3.39",
    Access.ReadWrite,
    Guard = Guard.GatosRun,
    ResetUnknown = true
)]
public readonly partial struct GatosAddr
{
    /// <summary>Flags in the tables are not updated.</summary>
    [Bits(6)]
    public partial bool HTTUI { get; init; }

    /// <summary>Instruction instead of data; ignored for a write.</summary>
    [Bits(7)]
    public partial bool InD { get; init; }

    /// <summary>Read instead of write.</summary>
    [Bits(8)]
    public partial bool RnW { get; init; }

    /// <summary>Privileged.</summary>
    [Bits(9)]
    public partial bool PnU { get; init; }

    /// <summary>Stages.</summary>
    [Bits(11, 10)]
    public partial AtosType TYPE { get; init; }

    /// <summary>Input address: intermediate physical if TYPE is stage 2.</summary>
    [Address(63, 12)]
    public partial Iova ADDR { get; init; }
}

/// <summary>Result of an address translation operation that succeeded (FAULT is 0).</summary>
/// <remarks>UNKNOWN while RUN is 1, and after a group register was changed under a running operation. §6.3.40</remarks>
[Register(
    "SMMU_GATOS_PAR",
    offset: 0x0118,
    bits: 64,
    clause: "6.3.40",
    Access.ReadOnly,
    ResetUnknown = true
)]
public readonly partial struct GatosPar
{
    /// <summary>The operation failed: read the register as <see cref="GatosParFault"/>.</summary>
    [Bits(0)]
    public partial bool FAULT { get; init; }

    /// <summary>Shareability.</summary>
    [Bits(9, 8)]
    public partial Shareability SH { get; init; }

    /// <summary>Larger than 4 KiB: the lowest set bit N of ADDR says 2^(N+1) bytes.</summary>
    [Bits(11)]
    public partial bool Size { get; init; }

    /// <summary>Output address, with the size bit in it.</summary>
    [Address(55, 12)]
    public partial PhysicalAddress ADDR { get; init; }

    /// <summary>Memory attributes, in MAIR form.</summary>
    [Bits(63, 56)]
    public partial byte ATTR { get; init; }
}

/// <summary>SMMU_GATOS_PAR as it reads when the operation failed (FAULT is 1).</summary>
[Structure("SMMU_GATOS_PAR fault", bits: 64, clause: "6.3.40")]
public readonly partial struct GatosParFault
{
    /// <summary>The operation failed.</summary>
    [Bits(0)]
    public partial bool FAULT { get; init; }

    /// <summary>What the SMMU was doing.</summary>
    [Bits(2, 1)]
    public partial AtosReason REASON { get; init; }

    /// <summary>Kind of fault.</summary>
    [Bits(11, 4)]
    public partial AtosFaultCode FAULTCODE { get; init; }

    /// <summary>Page at which stage 2 failed.</summary>
    [Address(55, 12)]
    public partial Ipa FADDR { get; init; }

    /// <summary>IMPLEMENTATION DEFINED.</summary>
    [Bits(63, 60)]
    public partial byte ImplementationDefined { get; init; }
}

/// <summary>The virtual machine that uses the VATOS page.</summary>
/// <remarks>Read-only while VATOS_CTRL.RUN is 1. Exists with IDR0.VATOS. §6.3.44</remarks>
[Register(
    "SMMU_VATOS_SEL",
    offset: 0x0180,
    bits: 32,
    clause: "6.3.44",
    Access.ReadWrite,
    Guard = Guard.VatosRun,
    ResetUnknown = true
)]
public readonly partial struct VatosSel
{
    /// <summary>VMID that STE.S2VMID must equal.</summary>
    [Bits(15, 0)]
    public partial Vmid VMID { get; init; }
}
