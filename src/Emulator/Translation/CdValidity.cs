using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A CD, the STE that located it, and the SMMU that reads them: what the rules of §5.4.2 look at.</summary>
internal readonly struct CdSubject(in Cd cd, in SteEntry ste, Profile profile)
{
    /// <summary>The descriptor.</summary>
    public Cd Cd { get; } = cd;

    /// <summary>The entry that located it.</summary>
    public Ste Ste { get; } = ste.Ste;

    /// <summary>The regime that the entry selects.</summary>
    public StreamWorld World { get; } = ste.World;

    /// <summary>Features of stages and formats.</summary>
    public Idr0 IDR0 => profile.IDR0;

    /// <summary>Later features.</summary>
    public Idr3 IDR3 => profile.IDR3;

    /// <summary>Granules and address sizes.</summary>
    public Idr5 IDR5 => profile.IDR5;

    /// <summary>The regime has TTB1 and may disable walks; EL2 has one table and ignores EPD. §5.4</summary>
    public bool TwoRanges => World != StreamWorld.NsEl2;

    /// <summary>TTB0 and its fields count. §5.4.1.1</summary>
    public bool Lower => !(TwoRanges && Cd.EPD0);

    /// <summary>TTB1 and its fields count. §5.4.1.1</summary>
    public bool Upper => TwoRanges && !Cd.EPD1;

    /// <summary>Tables are VMSAv8-32 LPAE.</summary>
    public bool Lpae => !Cd.AA64 && !IDR5.D128;

    /// <summary>Tables are VMSAv9-128.</summary>
    public bool Wide => !Cd.AA64 && IDR5.D128;

    /// <summary>52-bit addresses with small granules.</summary>
    public bool Ds => IDR5.DS && Cd.DS;

    /// <summary>Permissions are indirect. §3.26.1</summary>
    public bool Indirect => Wide || (Cd.AA64 && IDR3.S1PI && Ste.S1PIE && Cd.PIE);

    /// <summary>The granule is one that exists and is supported.</summary>
    public bool Supports(Granule? granule) => granule is { } size && IDR5.Supports(size);

    /// <summary>TxSZ is within the limits for its granule. §5.4</summary>
    public bool SizeInRange(int txsz, Granule? granule)
    {
        var large = granule == Granule.Size64K;
        var most =
            !IDR3.STT ? 39
            : large ? 47
            : 48;
        var least = IDR5.VAX switch
        {
            VirtualAddressSize.Bits48 => 16,
            VirtualAddressSize.Bits56 when Wide => 9,
            _ when large || Ds || Wide => 12,
            _ => 16,
        };
        return txsz >= least && txsz <= most;
    }

    /// <summary>TTBx is within IPS, and within 48 bits unless the format carries more. §5.4</summary>
    public bool BaseInRange(PhysicalAddress table, Granule? granule)
    {
        if (Lpae)
            return table.Value.Fits(40);
        var bits = Cd.IPS.Cap(IDR5.OAS);
        if (Cd.AA64 && !Ds && granule != Granule.Size64K)
            bits = Math.Min(bits, 48);
        return table.Value.Fits(bits);
    }
}

/// <summary>
/// When a CD reached from a Non-secure STE is ILLEGAL: C_BAD_CD (§5.4.2). Where the manual leaves SMMUv3.0 a choice, the
/// descriptor is ILLEGAL.
/// </summary>
internal static class CdValidity
{
    /// <summary>The first rule that the descriptor breaks; null if it is valid.</summary>
    public static ValidityRule<CdSubject>? Broken(in Cd cd, in SteEntry ste, Profile profile)
    {
        var subject = new CdSubject(in cd, in ste, profile);

        // 1. Without V nothing else counts. §5.4
        if (!cd.V)
            return CdRules.NotValid;

        // 2. Everything that is marked ILLEGAL in a field that is not IGNORED. §5.4.2
        foreach (var rule in CdRules.All)
            if (rule.IsBroken(in subject))
                return rule;
        return null;
    }

    /// <summary>Every rule that the descriptor breaks; none if it is valid, or if V is clear and nothing else counts.</summary>
    public static IReadOnlyList<ValidityRule<CdSubject>> EveryBroken(
        in Cd cd,
        in SteEntry ste,
        Profile profile
    )
    {
        var broken = new List<ValidityRule<CdSubject>>();
        var subject = new CdSubject(in cd, in ste, profile);
        if (cd.V)
            foreach (var rule in CdRules.All)
                if (rule.IsBroken(in subject))
                    broken.Add(rule);
        return broken;
    }
}
