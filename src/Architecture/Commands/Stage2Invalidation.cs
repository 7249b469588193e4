namespace SmmuConformance.Architecture;

/// <summary>
/// Forgets stage 2 translations of an IPA. What combines both stages may stay. ILLEGAL without stage 2.
/// </summary>
[Command("CMD_TLBI_S2_IPA", 0x2a, clause: "4.4.3.1")]
public readonly partial struct TlbiS2Ipa
{
    /// <summary>Range: NUM + 1 times 2^SCALE granules.</summary>
    [Bits(16, 12, When = nameof(Ranged))]
    public partial byte NUM { get; init; }

    /// <summary>Range: log2 of its unit in granules. Bit 25 only with IDR5.DS.</summary>
    [Bits(25, 20, When = nameof(Ranged))]
    public partial byte SCALE { get; init; }

    /// <summary>Tag of the virtual machine.</summary>
    [Bits(47, 32)]
    public partial Vmid VMID { get; init; }

    /// <summary>Only last-level entries need go; table entries may stay.</summary>
    [Bits(64)]
    public partial bool Leaf { get; init; }

    /// <summary>The level hint is about 128-bit descriptors.</summary>
    [Bits(71, When = nameof(Hinted))]
    public partial bool TTL128 { get; init; }

    /// <summary>Hint: level of the leaf that maps the address. Zero means no hint.</summary>
    [Bits(73, 72, When = nameof(Ranged))]
    public partial byte TTL { get; init; }

    /// <summary>Granule of the entries meant. Any turns range and hint off.</summary>
    [Bits(75, 74)]
    public partial TlbiTg TG { get; init; }

    /// <summary>First intermediate physical address of the range.</summary>
    [Address(119, 76)]
    public partial Ipa Address { get; init; }

    private bool Ranged => TG != TlbiTg.Any;
    private bool Hinted => Ranged && TTL != 0;
}

/// <summary>Forgets all EL1 translations of a virtual machine, of both stages. ILLEGAL without stage 2.</summary>
[Command("CMD_TLBI_S12_VMALL", 0x28, clause: "4.4.3.2")]
public readonly partial struct TlbiS12Vmall
{
    /// <summary>Tag of the virtual machine.</summary>
    [Bits(47, 32)]
    public partial Vmid VMID { get; init; }
}

/// <summary>Forgets all Non-secure translations but those of EL2, whatever their VMID.</summary>
[Command("CMD_TLBI_NSNH_ALL", 0x30, clause: "4.4.4.1")]
public readonly partial struct TlbiNsnhAll { }
