using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>One address range of a CD: TTB0 with its fields, or TTB1 with its own (§5.4).</summary>
internal struct Stage1Half
{
    /// <summary>The tables. Empty if TTB and TxSZ are IGNORED.</summary>
    public WalkShape Shape;

    /// <summary>Walks are permitted: EPD is clear.</summary>
    public bool Walks { get; init; }

    /// <summary>The top byte of an address does not count.</summary>
    public bool TopByteIgnored { get; init; }

    /// <summary>Table descriptors do not limit permissions (HAD).</summary>
    public bool LimitsIgnored { get; init; }

    /// <summary>Unprivileged access faults (E0PD).</summary>
    public bool UserBarred { get; init; }
}

/// <summary>A legal CD, decoded once when it is fetched: all that a stage 1 translation needs.</summary>
internal struct Stage1Context
{
    /// <summary>TTB0.</summary>
    public Stage1Half Lower;

    /// <summary>TTB1. Absent in EL2.</summary>
    public Stage1Half Upper;

    /// <summary>The regime.</summary>
    public StreamWorld World { get; init; }

    /// <summary>Tag of translations that belong to one address space.</summary>
    public TranslationTag Tag { get; init; }

    /// <summary>Tag of global translations.</summary>
    public TranslationTag GlobalTag { get; init; }

    /// <summary>The address space is not shared with PEs.</summary>
    public bool ASET { get; init; }

    /// <summary>Bit 59 of a leaf is AttrIndx[3] (CD.AIE).</summary>
    public bool WideIndex { get; init; }

    /// <summary>The eight attribute bytes that a leaf selects from.</summary>
    public ulong MAIR { get; init; }

    /// <summary>Writable means not executable.</summary>
    public bool WXN { get; init; }

    /// <summary>Privileged access never.</summary>
    public bool PAN { get; init; }

    /// <summary>Enhanced PAN.</summary>
    public bool EPAN { get; init; }

    /// <summary>A clear Access flag does not fault.</summary>
    public bool AFFD { get; init; }

    /// <summary>Hardware sets the Access flag.</summary>
    public bool UpdatesAccessFlag { get; init; }

    /// <summary>Hardware manages the dirty state.</summary>
    public bool UpdatesDirtyState { get; init; }

    /// <summary>Hardware sets the Access flag of tables.</summary>
    public bool UpdatesTableFlag { get; init; }

    /// <summary>A fault stalls.</summary>
    public bool S { get; init; }

    /// <summary>A fault is recorded.</summary>
    public bool R { get; init; }

    /// <summary>A terminated transaction aborts.</summary>
    public bool A { get; init; }

    /// <summary>Attributes of a page or block, before hints of the transaction are combined with them (§13.4.2).</summary>
    public readonly MemoryAttributes AttributesOf(in Stage1Leaf leaf, in Stage1Half half) =>
        MemoryAttributes.Of(
            unchecked((byte)(MAIR >> (8 * IndexOf(in leaf)))),
            half.Shape.LeafShareability ?? leaf.SH
        );

    // There is no MAIR2 in a CD: what lies beyond its eight bytes is the last of them. §5.4, MAIR0
    private readonly int IndexOf(in Stage1Leaf leaf) =>
        WideIndex && (leaf.PBHA & 1) != 0 ? 7 : leaf.AttrIndx;

    /// <summary>Decodes a legal CD reached through a legal STE.</summary>
    public static Stage1Context From(in Cd cd, in SteEntry ste, Profile profile)
    {
        var twoRanges = ste.World != StreamWorld.NsEl2;
        var vmid = profile.IDR0.S2P ? ste.Ste.S2VMID : default;
        var haft = cd.HA && cd.HAFT && profile.IDR0.HTTU == HardwareUpdate.AccessDirtyAndTable;
        return new Stage1Context
        {
            Lower = Lower0(in cd, twoRanges, profile),
            Upper = twoRanges ? Upper1(in cd, profile) : default,
            World = ste.World,
            Tag = TranslationTag.Of(ste.World, vmid, cd.ASID),
            GlobalTag = TranslationTag.Global(ste.World, vmid, cd.ASET),
            ASET = cd.ASET,
            MAIR = cd.MAIR,
            WideIndex = cd.AIE && profile.IDR3.AIE,
            WXN = cd.WXN,
            PAN = cd.PAN && twoRanges,
            EPAN = cd.EPAN && twoRanges && profile.IDR3.EPAN,
            AFFD = cd.AFFD && !cd.HA,
            UpdatesAccessFlag = cd.HA,
            UpdatesDirtyState = cd.HA && cd.HD,
            UpdatesTableFlag = haft,
            S = cd.S,
            R = cd.R,
            A = cd.A,
        };
    }

    /// <summary>A CD asks for something that the walk cannot do: its name and clause, or null.</summary>
    public static (string Feature, string Clause)? NotModelled(
        in Cd cd,
        in SteEntry ste,
        Profile profile
    )
    {
        if (!cd.AA64)
            return profile.IDR5.D128
                ? ("VMSAv9-128 tables (CD.AA64 = 0)", "5.4")
                : ("VMSAv8-32 LPAE tables (CD.AA64 = 0)", "5.4");
        if (cd.PIE && ste.Ste.S1PIE && profile.IDR3.S1PI)
            return ("stage 1 permission indirection (CD.PIE)", "3.26.1");
        return null;
    }

    private static Stage1Half Lower0(in Cd cd, bool twoRanges, Profile profile)
    {
        // EL2 ignores EPD0, and nobody there is unprivileged. §5.4
        var walks = !(cd.EPD0 && twoRanges);
        return new Stage1Half
        {
            Walks = walks,
            Shape = walks
                ? Shape(
                    in cd,
                    cd.T0SZ,
                    cd.TG0.ToGranule() ?? default,
                    cd.TTB0,
                    cd.SH0,
                    profile
                ) with
                {
                    Access = SmmuAccesses.OfTables(cd.IR0, cd.OR0, cd.SH0),
                }
                : default,
            TopByteIgnored = cd.TBI0,
            LimitsIgnored = profile.IDR3.HAD && cd.HAD0,
            UserBarred = profile.IDR3.E0PD && twoRanges && cd.E0PD0,
        };
    }

    private static Stage1Half Upper1(in Cd cd, Profile profile) =>
        new()
        {
            Walks = !cd.EPD1,
            Shape = !cd.EPD1
                ? Shape(
                    in cd,
                    cd.T1SZ,
                    cd.TG1.ToGranule() ?? default,
                    cd.TTB1,
                    cd.SH1,
                    profile
                ) with
                {
                    Access = SmmuAccesses.OfTables(cd.IR1, cd.OR1, cd.SH1),
                }
                : default,
            TopByteIgnored = cd.TBI1,
            LimitsIgnored = profile.IDR3.HAD && cd.HAD1,
            UserBarred = profile.IDR3.E0PD && cd.E0PD1,
        };

    private static WalkShape Shape(
        in Cd cd,
        int txsz,
        Granule granule,
        PhysicalAddress table,
        Shareability shareability,
        Profile profile
    )
    {
        var inputBits = 64 - txsz;
        var startLevel = 3 - ((inputBits - 1 - granule.PageShift) / granule.BitsPerLevel);
        var output = cd.IPS.Cap(profile.IDR5.OAS);
        var small = profile.IDR5.DS && cd.DS && granule != Granule.Size64K;
        return new WalkShape
        {
            Table = WalkShape.Aligned(table, granule, inputBits, startLevel, output),
            Granule = granule,
            InputBits = inputBits,
            StartLevel = startLevel,
            OutputBits = output,
            Wide = small || (granule == Granule.Size64K && profile.OutputAddressBits >= 52),
            BigEndian = cd.ENDI,
            LeafShareability = small ? shareability : null,
        };
    }
}

/// <summary>Sizes of output addresses.</summary>
internal static class OutputSizes
{
    /// <summary>Effective size: no more than the implementation's (§5.4, CD.IPS; §5.2, STE.S2PS).</summary>
    public static int Cap(this PhysicalSize size, PhysicalSize implemented) =>
        Math.Min(size.ToBits(), implemented.ToBits());

    /// <summary>Largest intermediate address that stage 1 can put out (IAS, §3.4).</summary>
    public static int IntermediateWidth(this Profile profile)
    {
        var lpae = ((int)profile.IDR0.TTF & 0b01) != 0 ? 40 : 0;
        var aarch64 = ((int)profile.IDR0.TTF & 0b10) != 0 ? profile.IDR5.OAS.ToBits() : 0;
        return Math.Max(lpae, aarch64);
    }

    /// <summary>The address has no bit at or above this count.</summary>
    public static bool Fits(this ulong address, int bits) => bits >= 64 || address >> bits == 0;
}
