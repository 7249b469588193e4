using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The stage 2 fields of a legal STE, decoded once when it is fetched (§5.2).</summary>
internal struct Stage2Context
{
    /// <summary>The tables.</summary>
    public WalkShape Shape;

    /// <summary>Tag of its translations: the VMID (§3.17).</summary>
    public TranslationTag Tag { get; init; }

    /// <summary>A clear Access flag does not fault.</summary>
    public bool AFFD { get; init; }

    /// <summary>Hardware sets the Access flag.</summary>
    public bool UpdatesAccessFlag { get; init; }

    /// <summary>Hardware manages the dirty state.</summary>
    public bool UpdatesDirtyState { get; init; }

    /// <summary>Hardware sets the Access flag of tables.</summary>
    public bool UpdatesTableFlag { get; init; }

    /// <summary>Stage 2 dictates the memory type.</summary>
    public bool ForcedWriteBack { get; init; }

    /// <summary>IDR3.MTEPERM: MemAttr 0b0100 has a meaning.</summary>
    public bool Tagged { get; init; }

    /// <summary>A CD fetch or stage 1 walk that reaches Device memory is a Permission fault.</summary>
    public bool ProtectsWalks { get; init; }

    /// <summary>Otherwise such a fetch is done as Non-cacheable (IDR3.PTWNNC).</summary>
    public bool DeviceWalksAsNormal { get; init; }

    /// <summary>Execution is permitted by privilege (IDR3.XNX).</summary>
    public bool XNX { get; init; }

    /// <summary>A fault stalls.</summary>
    public bool S { get; init; }

    /// <summary>A fault is recorded.</summary>
    public bool R { get; init; }

    /// <summary>Decodes a legal STE whose stage 2 translates.</summary>
    public static Stage2Context From(in Ste ste, Profile profile)
    {
        var granule = ste.S2TG.ToGranule() ?? default;
        var inputBits = 64 - ste.S2T0SZ;
        var small = profile.IDR5.DS && ste.S2DS && granule != Granule.Size64K;
        var startLevel = Stage2StartLevel.Of(in ste, granule, small);
        var output = ste.S2PS.Cap(profile.IDR5.OAS);
        var haft =
            ste.S2HA && ste.S2HAFT && profile.IDR0.HTTU == HardwareUpdate.AccessDirtyAndTable;
        return new Stage2Context
        {
            Shape = new WalkShape
            {
                Table = WalkShape.Aligned(ste.S2TTB, granule, inputBits, startLevel, output),
                Access = SmmuAccesses.OfTables(ste.S2IR0, ste.S2OR0, ste.S2SH0),
                Granule = granule,
                InputBits = inputBits,
                StartLevel = startLevel,
                OutputBits = output,
                Wide = small || (granule == Granule.Size64K && profile.OutputAddressBits >= 52),
                BigEndian = ste.S2ENDI,
                LeafShareability = small ? ste.S2SH0 : null,
            },
            Tag = TranslationTag.OfStage2(ste.S2VMID),
            AFFD = ste.S2AFFD && !ste.S2HA,
            UpdatesAccessFlag = ste.S2HA,
            UpdatesDirtyState = ste.S2HA && ste.S2HD,
            UpdatesTableFlag = haft,
            ForcedWriteBack = ste.S2FWB && profile.IDR3.FWB,
            Tagged = profile.IDR3.MTEPERM,
            ProtectsWalks = ste.S2PTW,
            DeviceWalksAsNormal = profile.IDR3.PTWNNC,
            XNX = profile.IDR3.XNX,
            S = ste.S2S,
            R = ste.S2R,
        };
    }

    /// <summary>A legal STE asks stage 2 for something that the walk cannot do: its name and clause, or null.</summary>
    public static (string Feature, string Clause)? NotModelled(in Ste ste, Profile profile)
    {
        if (!ste.S2AA64)
            return profile.IDR5.D128
                ? ("VMSAv9-128 tables at stage 2 (STE.S2AA64 = 0)", "5.2")
                : ("VMSAv8-32 LPAE tables at stage 2 (STE.S2AA64 = 0)", "5.2");
        if (profile.IDR3.S2PI && ste.S2PIE)
            return ("stage 2 permission indirection (STE.S2PIE)", "3.26.2");
        return null;
    }
}

/// <summary>Where a stage 2 walk starts: S2SL0, and S2SL0_2 with it (§5.2; Arm ARM D8.2).</summary>
internal static class Stage2StartLevel
{
    /// <summary>The level of a legal entry.</summary>
    public static int Of(in Ste ste, Granule granule, bool small) =>
        (granule.PageShift, small && ste.S2SL0_2, ste.S2SL0) switch
        {
            (12, true, 0) => -1,
            (12, _, 3) => 3,
            (12, _, var code) => 2 - code,
            (_, _, var code) => 3 - code,
        };
}
