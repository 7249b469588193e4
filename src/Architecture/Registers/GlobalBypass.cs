namespace SmmuConformance.Architecture;

/// <summary>What happens to transactions while translation is off.</summary>
/// <remarks>
/// One 32-bit write that also sets Update starts a change, and Update reads 0 when it is done. From SMMUv3.2 a write
/// during an update, or one that leaves Update clear, is ignored; before that the first may end with any value, and
/// the second may be stored, or take effect at no defined moment. The new value can be read back at once, before it
/// is in force. All fields but Update reset to values the implementation chooses, so ABORT may be 1. §6.3.14
/// </remarks>
[Register(
    "SMMU_GBPA",
    offset: 0x0044,
    bits: 32,
    clause: "6.3.14",
    Access.ReadWrite,
    Guard = Guard.Update,
    ResetUnknown = true
)]
public readonly partial struct Gbpa
{
    /// <summary>Memory type in the encoding of STE.MemAttr, if MTCFG is 1.</summary>
    [Bits(3, 0)]
    public partial MemAttr MemAttr { get; init; }

    /// <summary>MemAttr replaces the transaction's memory type. With IDR1.ATTR_TYPES_OVR.</summary>
    [Bits(4)]
    public partial bool MTCFG { get; init; }

    /// <summary>Allocation hints: 0b0xxx keeps the transaction's, 0b1RWT replaces them. With IDR1.ATTR_TYPES_OVR.</summary>
    [Bits(11, 8)]
    public partial byte ALLOCCFG { get; init; }

    /// <summary>Shareability. With IDR1.ATTR_TYPES_OVR.</summary>
    [Bits(13, 12)]
    public partial ShCfg SHCFG { get; init; }

    /// <summary>Privilege. With IDR1.ATTR_PERMS_OVR.</summary>
    [Bits(17, 16)]
    public partial PrivCfg PRIVCFG { get; init; }

    /// <summary>Instruction or data. With IDR1.ATTR_PERMS_OVR.</summary>
    [Bits(19, 18)]
    public partial InstCfg INSTCFG { get; init; }

    /// <summary>Abort instead of bypass.</summary>
    [Bits(20)]
    public partial bool ABORT { get; init; }

    /// <summary>Written 1 to start a change; reads 1 while it is under way.</summary>
    [Bits(31)]
    public partial bool Update { get; init; }
}

/// <summary>More attributes of bypassing transactions; the architecture gives them no meaning.</summary>
/// <remarks>How a change here relates to GBPA.Update is up to the implementation. §6.3.15</remarks>
[Register(
    "SMMU_AGBPA",
    offset: 0x0048,
    bits: 32,
    clause: "6.3.15",
    Access.ReadWrite,
    ResetUnknown = true
)]
public readonly partial struct Agbpa
{
    /// <summary>IMPLEMENTATION DEFINED; RES0 where there are no such attributes.</summary>
    [Bits(31, 0)]
    public partial uint ImplementationDefined { get; init; }
}
