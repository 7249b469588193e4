namespace SmmuConformance.Architecture;

/// <summary>Forgets all EL2 translations, with and without ASID. ILLEGAL without IDR0.Hyp.</summary>
[Command("CMD_TLBI_EL2_ALL", 0x20, clause: "4.4.2.7")]
public readonly partial struct TlbiEl2All { }

/// <summary>
/// Forgets EL2 translations of an address. CR2.E2H says whether the ASID counts. ILLEGAL without IDR0.Hyp.
/// </summary>
[Command("CMD_TLBI_EL2_VA", 0x22, clause: "4.4.2.8")]
public readonly partial struct TlbiEl2Va
{
    /// <summary>Range: NUM + 1 times 2^SCALE granules.</summary>
    [Bits(16, 12, When = nameof(Ranged))]
    public partial byte NUM { get; init; }

    /// <summary>Range: log2 of its unit in granules. Bit 25 only with IDR5.DS.</summary>
    [Bits(25, 20, When = nameof(Ranged))]
    public partial byte SCALE { get; init; }

    /// <summary>Tag of the address space. Ignored unless CR2.E2H is set.</summary>
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

/// <summary>Forgets EL2 translations of an address in every address space. ILLEGAL without IDR0.Hyp.</summary>
[Command("CMD_TLBI_EL2_VAA", 0x23, clause: "4.4.2.9")]
public readonly partial struct TlbiEl2Vaa
{
    /// <summary>Range: NUM + 1 times 2^SCALE granules.</summary>
    [Bits(16, 12, When = nameof(Ranged))]
    public partial byte NUM { get; init; }

    /// <summary>Range: log2 of its unit in granules. Bit 25 only with IDR5.DS.</summary>
    [Bits(25, 20, When = nameof(Ranged))]
    public partial byte SCALE { get; init; }

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

/// <summary>Forgets the non-global EL2-E2H translations of one address space. ILLEGAL without IDR0.Hyp.</summary>
[Command("CMD_TLBI_EL2_ASID", 0x21, clause: "4.4.2.10")]
public readonly partial struct TlbiEl2Asid
{
    /// <summary>Tag of the address space.</summary>
    [Bits(63, 48)]
    public partial Asid ASID { get; init; }
}
