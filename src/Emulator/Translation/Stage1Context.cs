using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>One address range of a CD: TTB0 with its fields, or TTB1 with its own (§5.4).</summary>
internal readonly struct Stage1Half
{
    /// <summary>Walks are permitted: EPD is clear.</summary>
    public bool Walks { get; init; }

    /// <summary>Bits of an address inside the range: 64 - TxSZ. Zero if TxSZ is IGNORED.</summary>
    public int InputBits { get; init; }

    /// <summary>Granule of the tables.</summary>
    public Granule Granule { get; init; }

    /// <summary>Address bits [51:48] stand in descriptor bits [15:12]: 64 KB granule and a 52-bit output (LPA).</summary>
    public bool Wide { get; init; }

    /// <summary>Level of the first table.</summary>
    public int StartLevel { get; init; }

    /// <summary>Base of the first table, aligned as the SMMU aligns it.</summary>
    public PhysicalAddress Table { get; init; }

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

    /// <summary>Effective IPS: bits that an output address may have.</summary>
    public int OutputBits { get; init; }

    /// <summary>Tables are big-endian.</summary>
    public bool BigEndian { get; init; }

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

    /// <summary>Decodes a legal CD reached through a legal STE.</summary>
    public static Stage1Context From(in Cd cd, in SteEntry ste, Profile profile)
    {
        var output = cd.IPS.Cap(profile.IDR5.OAS);
        var twoRanges = ste.World != StreamWorld.NsEl2;
        var vmid = profile.IDR0.S2P ? ste.Ste.S2VMID : default;
        return new Stage1Context
        {
            Lower = Half(
                !(cd.EPD0 && twoRanges),
                cd.T0SZ,
                cd.TG0.ToGranule() ?? default,
                cd.TTB0,
                output,
                profile
            ) with
            {
                TopByteIgnored = cd.TBI0,
                LimitsIgnored = profile.IDR3.HAD && cd.HAD0,
                UserBarred = profile.IDR3.E0PD && twoRanges && cd.E0PD0,
            },
            Upper = twoRanges
                ? Half(
                    !cd.EPD1,
                    cd.T1SZ,
                    cd.TG1.ToGranule() ?? default,
                    cd.TTB1,
                    output,
                    profile
                ) with
                {
                    TopByteIgnored = cd.TBI1,
                    LimitsIgnored = profile.IDR3.HAD && cd.HAD1,
                    UserBarred = profile.IDR3.E0PD && cd.E0PD1,
                }
                : default,
            World = ste.World,
            Tag = TranslationTag.Of(ste.World, vmid, cd.ASID),
            GlobalTag = TranslationTag.Global(ste.World, vmid, cd.ASET),
            OutputBits = output,
            BigEndian = cd.ENDI,
            WXN = cd.WXN,
            PAN = cd.PAN && twoRanges,
            EPAN = cd.EPAN && twoRanges && profile.IDR3.EPAN,
            AFFD = cd.AFFD,
            UpdatesAccessFlag = cd.HA,
            UpdatesDirtyState = cd.HA && cd.HD,
            UpdatesTableFlag =
                cd.HA && cd.HAFT && profile.IDR0.HTTU == HardwareUpdate.AccessDirtyAndTable,
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
        if (cd.DS && profile.IDR5.DS)
            return ("52-bit addresses with small granules (CD.DS)", "5.4");
        if (cd.PIE && ste.Ste.S1PIE && profile.IDR3.S1PI)
            return ("stage 1 permission indirection (CD.PIE)", "3.26.1");
        return null;
    }

    private static Stage1Half Half(
        bool walks,
        int txsz,
        Granule granule,
        PhysicalAddress table,
        int outputBits,
        Profile profile
    )
    {
        if (!walks)
            return default;
        var inputBits = 64 - txsz;
        var startLevel = 3 - ((inputBits - 1 - granule.PageShift) / granule.BitsPerLevel);

        // The first table is aligned to its size, and to 64 bytes where addresses have 52 bits. §5.4
        var bytes = 8ul << (inputBits - granule.LevelShift(startLevel));
        var alignment = outputBits >= 52 ? Math.Max(bytes, 64) : bytes;
        return new Stage1Half
        {
            Walks = true,
            InputBits = inputBits,
            Granule = granule,
            Wide = granule == Granule.Size64K && profile.IDR5.OAS.ToBits() >= 52,
            StartLevel = startLevel,
            Table = table.Value & ~(alignment - 1),
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
