namespace SmmuConformance.Architecture;

/// <summary>
/// What the SMMU does with a stream's transactions (STE.Config, §5.2). Any value with bit 2 clear acts as
/// <see cref="Abort"/>.
/// </summary>
public enum SteConfig : byte
{
    /// <summary>Every transaction is refused; no event is recorded.</summary>
    Abort = 0b000,

    /// <summary>Addresses pass unchanged through both stages.</summary>
    Bypass = 0b100,

    /// <summary>Stage 1 translates, stage 2 is bypassed.</summary>
    Stage1 = 0b101,

    /// <summary>Stage 2 translates, stage 1 is bypassed.</summary>
    Stage2 = 0b110,

    /// <summary>Stage 1 and then stage 2 translate.</summary>
    Nested = 0b111,
}

/// <summary>
/// How PCIe ATS traffic of the stream is treated (STE.EATS, §5.2).
/// </summary>
public enum Eats : byte
{
    /// <summary>Translation requests are refused; with ATSCHK so is translated traffic.</summary>
    Disabled = 0b00,

    /// <summary>The endpoint receives the result of every enabled stage.</summary>
    Full = 0b01,

    /// <summary>The endpoint receives IPAs; stage 2 happens when they come back.</summary>
    SplitStage = 0b10,

    /// <summary>As <see cref="Full"/>, and translated traffic is checked against the DPT (needs IDR3.DPT).</summary>
    FullWithDpt = 0b11,
}

/// <summary>
/// The translation regime a Non-secure stage 1 stream belongs to (STE.STRW, §5.2). Odd values are ILLEGAL where the
/// field is read.
/// </summary>
public enum Strw : byte
{
    /// <summary>EL1: translations carry an ASID and a VMID.</summary>
    NsEl1 = 0b00,

    /// <summary>EL2, or EL2 with two ranges and ASIDs when CR2.E2H is set.</summary>
    El2 = 0b10,
}

/// <summary>Which VMIDs a DPT entry must carry to admit a translated transaction (STE.DPT_VMATCH, §5.2).</summary>
public enum DptVmatch : byte
{
    /// <summary>The VMID matches, or the DPT entry grants access to all (AC = 0b10).</summary>
    MatchOrAc2 = 0b00,

    /// <summary>The VMID matches, or the DPT entry has AC = 0b01 or 0b10.</summary>
    MatchOrAc1 = 0b01,

    /// <summary>The VMID need not match.</summary>
    Any = 0b10,
}
