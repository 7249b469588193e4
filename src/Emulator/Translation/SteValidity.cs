using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>An STE and the SMMU that reads it: what the rules of §5.2.2 look at.</summary>
internal readonly struct SteSubject(in Ste ste, Profile profile)
{
    /// <summary>The entry.</summary>
    public Ste Ste { get; } = ste;

    /// <summary>Features of stages and formats.</summary>
    public Idr0 IDR0 => profile.IDR0;

    /// <summary>Sizes.</summary>
    public Idr1 IDR1 => profile.IDR1;

    /// <summary>Later features.</summary>
    public Idr3 IDR3 => profile.IDR3;

    /// <summary>Granules and address sizes.</summary>
    public Idr5 IDR5 => profile.IDR5;

    /// <summary>IAS. §3.4</summary>
    public int IntermediateBits => profile.IntermediateWidth();

    /// <summary>EATS counts: ATS exists and a stage translates. §5.2</summary>
    public bool ReadsEats => IDR0.ATS && Ste.Translates;

    /// <summary>STRW counts: only stage 1 translates and EL2 regimes exist. §5.2</summary>
    public bool ReadsStrw => IDR0.S1P && IDR0.Hyp && Ste.Stage1 && !Ste.Stage2;

    /// <summary>S2VMID counts. §5.2</summary>
    public bool ReadsVmid => IDR0.S2P && Ste.Translates && !(ReadsStrw && Ste.STRW != Strw.NsEl1);

    /// <summary>Substreams are enabled and supported. §5.2</summary>
    public bool Substreams => Ste.Substreams && IDR1.SSIDSIZE != 0;

    /// <summary>Stage 2 reads VMSAv8-32 LPAE tables.</summary>
    public bool Lpae2 => Ste.Stage2 && !Ste.S2AA64 && !IDR5.D128;

    /// <summary>Stage 2 reads VMSAv8-64 tables.</summary>
    public bool Aarch64Stage2 => Ste.Stage2 && Ste.S2AA64;

    /// <summary>Stage 2 reads VMSAv9-128 tables.</summary>
    public bool Wide2 => Ste.Stage2 && !Ste.S2AA64 && IDR5.D128;

    /// <summary>52-bit stage 2 addresses with small granules.</summary>
    public bool Ds2 => IDR5.DS && Ste.S2DS;
}

/// <summary>
/// When a Non-secure STE is ILLEGAL and so acts as V = 0: C_BAD_STE (§5.2.2). Where the manual leaves SMMUv3.0 a choice,
/// the entry is ILLEGAL.
/// </summary>
internal static class SteValidity
{
    private static readonly ValidityRule<SteSubject>[] s_rules =
    [
        .. SteRules.General,
        .. SteRules.Stage1,
        .. SteRules.Stage2,
        .. SteRules.Stage2Walk,
    ];

    /// <summary>The first rule that the entry breaks; null if it is valid.</summary>
    public static ValidityRule<SteSubject>? Broken(in Ste ste, Profile profile)
    {
        var subject = new SteSubject(in ste, profile);

        // 1. Without V nothing else counts. §5.2
        if (!ste.V)
            return SteRules.NotValid;

        // 2. A disabled stream has nothing that could be wrong. §5.2.2
        if (!ste.Passes)
            return null;

        // 3. Everything that is marked ILLEGAL in a field that is not IGNORED. §5.2.2
        foreach (var rule in s_rules)
            if (rule.IsBroken(in subject))
                return rule;
        return null;
    }

    /// <summary>Every rule that the entry breaks; none if it is valid, or if V is clear and nothing else counts.</summary>
    public static IReadOnlyList<ValidityRule<SteSubject>> EveryBroken(in Ste ste, Profile profile)
    {
        var broken = new List<ValidityRule<SteSubject>>();
        var subject = new SteSubject(in ste, profile);
        if (ste.Passes)
            foreach (var rule in s_rules)
                if (rule.IsBroken(in subject))
                    broken.Add(rule);
        return broken;
    }
}
