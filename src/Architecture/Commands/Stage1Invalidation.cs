namespace SmmuConformance.Architecture;

/// <summary>Forgets all stage 1 EL1 translations of a virtual machine, global ones too.</summary>
[Command("CMD_TLBI_NH_ALL", 0x10, clause: "4.4.2.1")]
public readonly partial struct TlbiNhAll
{
    /// <summary>Tag of the virtual machine. RES0 without stage 2.</summary>
    [Bits(47, 32)]
    public partial Vmid VMID { get; init; }
}

/// <summary>Forgets the non-global stage 1 EL1 translations of one address space.</summary>
[Command("CMD_TLBI_NH_ASID", 0x11, clause: "4.4.2.2")]
public readonly partial struct TlbiNhAsid
{
    /// <summary>Tag of the virtual machine. RES0 without stage 2.</summary>
    [Bits(47, 32)]
    public partial Vmid VMID { get; init; }

    /// <summary>Tag of the address space.</summary>
    [Bits(63, 48)]
    public partial Asid ASID { get; init; }
}

/// <summary>Forgets stage 1 EL1 translations of an address in every address space of a virtual machine.</summary>
[Command("CMD_TLBI_NH_VAA", 0x13, clause: "4.4.2.3")]
public readonly partial struct TlbiNhVaa
{
    /// <summary>Range: NUM + 1 times 2^SCALE granules.</summary>
    [Bits(16, 12, When = nameof(Ranged))]
    public partial byte NUM { get; init; }

    /// <summary>Range: log2 of its unit in granules. Bit 25 only with IDR5.DS.</summary>
    [Bits(25, 20, When = nameof(Ranged))]
    public partial byte SCALE { get; init; }

    /// <summary>Tag of the virtual machine. RES0 without stage 2.</summary>
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

    /// <summary>First virtual address of the range.</summary>
    [Address(127, 76)]
    public partial Iova Address { get; init; }

    private bool Ranged => TG != TlbiTg.Any;
    private bool Hinted => Ranged && TTL != 0;
}

/// <summary>
/// Forgets stage 1 EL1 translations of an address in one address space, and global ones of that address.
/// </summary>
[Command("CMD_TLBI_NH_VA", 0x12, clause: "4.4.2.4")]
public readonly partial struct TlbiNhVa
{
    /// <summary>Range: NUM + 1 times 2^SCALE granules.</summary>
    [Bits(16, 12, When = nameof(Ranged))]
    public partial byte NUM { get; init; }

    /// <summary>Range: log2 of its unit in granules. Bit 25 only with IDR5.DS.</summary>
    [Bits(25, 20, When = nameof(Ranged))]
    public partial byte SCALE { get; init; }

    /// <summary>Tag of the virtual machine. RES0 without stage 2.</summary>
    [Bits(47, 32)]
    public partial Vmid VMID { get; init; }

    /// <summary>Tag of the address space.</summary>
    [Bits(63, 48)]
    public partial Asid ASID { get; init; }

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

    /// <summary>First virtual address of the range.</summary>
    [Address(127, 76)]
    public partial Iova Address { get; init; }

    private bool Ranged => TG != TlbiTg.Any;
    private bool Hinted => Ranged && TTL != 0;
}
