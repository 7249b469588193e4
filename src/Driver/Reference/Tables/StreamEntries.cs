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

    /// <summary>Translates by the context descriptors of a master.</summary>
    /// <param name="features">Of the SMMU.</param>
    /// <param name="context">The context table.</param>
    /// <param name="stalls">The master's transactions may stall.</param>
    /// <param name="withoutSubstream">What becomes of an access that names no substream. Says nothing where there are none.</param>
    public static Ste Stage1(
        Features features,
        ContextTableShape context,
        bool stalls,
        S1Dss withoutSubstream
    ) =>
        new()
        {
            V = true,
            Config = SteConfig.Stage1,
            S1Fmt = context.Format,
            S1ContextPtr = context.Address,
            S1CDMax = (byte)context.Bits,
            S1DSS = withoutSubstream,
            S1CIR = Cacheability.WriteBackAllocate,
            S1COR = Cacheability.WriteBackAllocate,
            S1CSH = Shareability.Inner,
            // Where software chooses, a master that must not stall is kept from it. RES0 where nothing can stall. §5.2
            S1STALLD = features.CanStall && !stalls,
            EATS = Eats.Disabled,
            STRW = Strw.NsEl1,
            // Only what goes past stage 1 keeps what it brought.
            SHCFG = withoutSubstream == S1Dss.Bypass ? Incoming(features) : ShCfg.NonShareable,
        };

    /// <summary>Translates by a page table of stage 2 alone.</summary>
    /// <param name="features">Of the SMMU.</param>
    /// <param name="format">Shape of the page table.</param>
    /// <param name="root">First table.</param>
    /// <param name="vmid">Tag of its translations.</param>
    /// <param name="stalls">The master's transactions may stall.</param>
    public static Ste Stage2(
        Features features,
        PageTableFormat format,
        PhysicalAddress root,
        Vmid vmid,
        bool stalls
    ) =>
        new()
        {
            V = true,
            Config = SteConfig.Stage2,
            EATS = Eats.Disabled,
            SHCFG = Incoming(features),
            S2FWB = format.Stage == TableStage.Stage2ForcedWriteBack,
            S2VMID = vmid,
            S2T0SZ = (byte)(64 - format.InputBits),
            S2SL0 = Stage2Tables.EncodedStart(format.Granule, format.StartLevel),
            // The walker looks into the caches, or must not be made to believe that it does.
            S2IR0 = format.Coherent ? Cacheability.WriteBackAllocate : Cacheability.NonCacheable,
            S2OR0 = format.Coherent ? Cacheability.WriteBackAllocate : Cacheability.NonCacheable,
            S2SH0 = format.Coherent ? Shareability.Inner : Shareability.Outer,
            S2TG = format.EncodedGranule,
            S2PS = PhysicalSizes.AtLeast(format.OutputBits),
            S2AA64 = true,
            S2ENDI = format.BigEndian,
            // A guest that keeps its tables in device memory is kept from reading it that way.
            S2PTW = true,
            S2S = stalls,
            S2R = true,
            S2TTB = root,
        };

    /// <summary>Translates by a guest's stage 1 and the host's stage 2.</summary>
    /// <param name="features">Of the SMMU.</param>
    /// <param name="host">The entry of stage 2 alone.</param>
    /// <param name="guest">What the guest says of its stage 1, and nothing else.</param>
    /// <param name="stalls">The master's transactions may stall.</param>
    public static Ste Nested(Features features, Ste host, Ste guest, bool stalls) =>
        host with
        {
            Config = SteConfig.Nested,
            S1Fmt = guest.S1Fmt,
            S1ContextPtr = guest.S1ContextPtr,
            S1CDMax = guest.S1CDMax,
            S1DSS = guest.S1DSS,
            S1CIR = guest.S1CIR,
            S1COR = guest.S1COR,
            S1CSH = guest.S1CSH,
            // A guest does not make a device stall that must not. §3.12.2
            S1STALLD = features.CanStall && (guest.S1STALLD || !stalls),
            // However many faults a guest makes, they must not crowd out those of others.
            MEV = true,
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
