using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// One kind of SMMU: its ID registers, what firmware says of it, and its faults. Every other property follows from
/// these, as it does for a driver. <see cref="IdentificationRules"/> says which combinations cannot exist.
/// </summary>
public sealed record Profile
{
    /// <summary>A short name without blanks; it is part of a case's identity, so it never changes.</summary>
    public required string Name { get; init; }

    /// <summary>Why the profile exists: what a driver may get wrong on it and nowhere else.</summary>
    public string Reason { get; init; } = "";

    /// <summary>SMMU_IDR0.</summary>
    public Idr0 IDR0 { get; init; }

    /// <summary>SMMU_IDR1.</summary>
    public Idr1 IDR1 { get; init; }

    /// <summary>SMMU_IDR2.</summary>
    public Idr2 IDR2 { get; init; }

    /// <summary>SMMU_IDR3.</summary>
    public Idr3 IDR3 { get; init; }

    /// <summary>SMMU_IDR4.</summary>
    public Idr4 IDR4 { get; init; }

    /// <summary>SMMU_IDR5.</summary>
    public Idr5 IDR5 { get; init; }

    /// <summary>SMMU_IDR6.</summary>
    public Idr6 IDR6 { get; init; }

    /// <summary>SMMU_IIDR.</summary>
    public Iidr IIDR { get; init; }

    /// <summary>SMMU_AIDR.</summary>
    public Aidr AIDR { get; init; }

    /// <summary>SMMU_GBPA after reset, which the implementation chooses (§6.3.14).</summary>
    public Gbpa GBPA { get; init; } = new() { SHCFG = ShCfg.Incoming };

    /// <summary>Firmware says that the SMMU's accesses are coherent; drivers believe it over IDR0.COHACC.</summary>
    public bool Coherent { get; init; } = true;

    /// <summary>What firmware says the part is, where its ID registers do not tell.</summary>
    public SmmuModel Model { get; init; }

    /// <summary>Known faults.</summary>
    public Quirks Quirks { get; init; }

    /// <summary>What it does where the manual leaves it to the implementation.</summary>
    public ImplementationChoices Choices { get; init; }

    /// <summary>The smallest granule that there is, which is the unit of ATS translations too: STU (§3.9.1).</summary>
    public Granule SmallestGranule =>
        IDR5.GRAN4K ? Granule.Size4K
        : IDR5.GRAN16K ? Granule.Size16K
        : Granule.Size64K;

    /// <summary>
    /// Bytes of register space from page 0: two pages, and the optional ones as far as ID registers place them. §6.1
    /// </summary>
    public ulong RegisterBytes =>
        Quirks.HasFlag(Quirks.PageZeroOnly) ? RegisterMap.PageBytes
        : IDR0.VATOS ? RegisterMap.Bytes + (IDR2.BA_VATOS + 1ul) * RegisterMap.PageBytes
        : RegisterMap.Bytes;

    /// <summary>
    /// Where software finds a register: at its offset, but that a part with one page has on it what belongs on page 1.
    /// §6.1
    /// </summary>
    /// <param name="offset">Offset of the register from page 0.</param>
    public uint Located(uint offset) =>
        Quirks.HasFlag(Quirks.PageZeroOnly) && offset >= RegisterMap.PageBytes
            ? offset - RegisterMap.PageBytes
            : offset;

    /// <summary>Offset from page 0 of the register that software means by an offset: the reverse of <see cref="Located"/>.</summary>
    public uint Meant(uint offset) =>
        Quirks.HasFlag(Quirks.PageZeroOnly) && RegisterMap.IsShadowOfPage1(offset)
            ? offset + RegisterMap.PageBytes
            : offset;

    /// <summary>Size of an address that the SMMU puts out, in bits: 32 to 56. §6.3.6</summary>
    public int OutputAddressBits => IDR5.OAS.ToBits();

    /// <summary>Width of an ASID in bits: 8 or 16. §6.3.1</summary>
    public int AsidBits => IDR0.ASID16 ? 16 : 8;

    /// <summary>Width of a VMID in bits: 8 or 16. §6.3.1</summary>
    public int VmidBits => IDR0.VMID16 ? 16 : 8;

    /// <summary>Whether everything goes out as privileged data, as from SMMUv3.4 on. §13.1.2</summary>
    public bool FixesOutputs => AIDR.ArchMinorRev >= 4;

    /// <summary>Whether both stages exist, so that they can be nested.</summary>
    public bool BothStages => IDR0.S1P && IDR0.S2P;

    /// <summary>Whether transactions can stall. §6.3.1</summary>
    public bool CanStall =>
        IDR0.STALL_MODEL is StallModel.StallAndTerminate or StallModel.StallOnly;

    /// <summary>
    /// Whether a write that a guard forbids is ignored for certain, as from SMMUv3.2 on; before that the manual allows
    /// worse. §6.3.11 to §6.3.33
    /// </summary>
    public bool IgnoresGuardedWrites => AIDR.ArchMinorRev >= 2;

    /// <summary>Whether the SMMU has the register; otherwise its location is RES0.</summary>
    public bool Has(RegisterInfo register) => RegisterMap.IsPresent(register, IDR0, IDR1, IDR3);

    /// <summary>The constant value of an ID register; null for any other offset from page 0.</summary>
    public uint? Identification(uint offset) =>
        offset switch
        {
            Idr0.Offset => IDR0.Value,
            Idr1.Offset => IDR1.Value,
            Idr2.Offset => IDR2.Value,
            Idr3.Offset => IDR3.Value,
            Idr4.Offset => IDR4.Value,
            Idr5.Offset => IDR5.Value,
            Idr6.Offset => IDR6.Value,
            Iidr.Offset => IIDR.Value,
            Aidr.Offset => AIDR.Value,
            // No profile has MPAM, so both maxima are zero. §6.3.41
            MpamIdr.Offset => 0,
            _ => null,
        };

    /// <summary>The profile's name.</summary>
    public override string ToString() => Name;
}
