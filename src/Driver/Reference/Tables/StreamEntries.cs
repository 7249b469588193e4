using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>Whole stream table entries, one function a purpose. Nothing else in the driver fills one in.</summary>
internal static class StreamEntries
{
    /// <summary>Refuses every access, in silence.</summary>
    public static Ste Abort() => new() { V = true, Config = SteConfig.Abort };

    /// <summary>Passes every access unchanged.</summary>
    public static Ste Bypass(Features features) =>
        new()
        {
            V = true,
            Config = SteConfig.Bypass,
            SHCFG = Incoming(features),
        };

    /// <summary>Translates by the one context descriptor of a table that has no other.</summary>
    /// <param name="features">Of the SMMU.</param>
    /// <param name="context">The context descriptor.</param>
    /// <param name="stalls">The master's transactions may stall.</param>
    public static Ste Stage1(Features features, PhysicalAddress context, bool stalls) =>
        new()
        {
            V = true,
            Config = SteConfig.Stage1,
            S1Fmt = S1Fmt.Linear,
            S1ContextPtr = context,
            S1CDMax = 0,
            S1DSS = S1Dss.Substream0,
            S1CIR = Cacheability.WriteBackAllocate,
            S1COR = Cacheability.WriteBackAllocate,
            S1CSH = Shareability.Inner,
            // Where software chooses, a master that must not stall is kept from it. RES0 where nothing can stall. §5.2
            S1STALLD = features.CanStall && !stalls,
            EATS = Eats.Disabled,
            STRW = Strw.NsEl1,
        };

    /// <summary>
    /// The bits that may change while both entries read them. MEV only merges reports. ATS may be switched apart from
    /// the rest unless one of the entries would become illegal in between: split-stage ATS is another meaning of the
    /// same field, and full ATS must not meet stalls of stage 2. §5.2
    /// </summary>
    public static Ste MayChange(Ste current, Ste target)
    {
        var ats = !IsOdd(current) && !IsOdd(target);
        return new Ste { MEV = true, EATS = ats ? Eats.Full : Eats.Disabled };

        static bool IsOdd(Ste entry) =>
            entry.EATS is Eats.SplitStage or Eats.FullWithDpt || entry.S2S;
    }

    // RES0 without the override, and then everything passes as it came. §5.2
    private static ShCfg Incoming(Features features) =>
        features.AttributeOverride ? ShCfg.Incoming : ShCfg.NonShareable;
}
