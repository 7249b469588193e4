using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Fields that are reserved on hardware without the feature they belong to.</summary>
public static class GatedFields
{
    /// <summary>One field that is RES0 where the SMMU lacks a feature.</summary>
    /// <param name="Layout">Name of the structure or command.</param>
    /// <param name="Field">Name of the field.</param>
    /// <param name="Feature">What the SMMU lacks, for the message.</param>
    /// <param name="Present">True if the SMMU has it.</param>
    private sealed record Gate(
        string Layout,
        string Field,
        string Feature,
        Func<Profile, bool> Present
    );

    private static readonly ILookup<string, Gate> Gates = Declare().ToLookup(g => g.Layout);

    /// <summary>What this SMMU lacks so that a field is RES0 on it; null: the field exists.</summary>
    public static string? Missing(Layout layout, Field field, Profile profile) =>
        Gates[layout.Name]
            .FirstOrDefault(gate => gate.Field == field.Name && !gate.Present(profile))
            ?.Feature;

    /// <summary>The broken gates of one word of a structure, as lines for a message.</summary>
    public static IEnumerable<string> OfWord(Layout layout, int word, ulong value, Profile profile)
    {
        foreach (var gate in Gates[layout.Name])
        {
            var field = layout[gate.Field];
            if (field.Word == word && field.RawIn(value) != 0 && !gate.Present(profile))
                yield return $"{field.Range}  {field.Name} = {field.Print(value)}, but it is RES0 on this SMMU: {gate.Feature}  (§{layout.Clause})";
        }
    }

    /// <summary>The broken gates of a command, as lines for a message.</summary>
    public static IEnumerable<string> OfCommand(Layout layout, Command command, Profile profile) =>
        OfWord(layout, 0, command.Word0, profile).Concat(OfWord(layout, 1, command.Word1, profile));

    private static IEnumerable<Gate> Declare() =>
        [.. StreamTableEntry(), .. ContextDescriptor(), .. RangeInvalidation(), .. Substreams()];

    // §5.2
    private static IEnumerable<Gate> StreamTableEntry() =>
        [
            .. Of(
                "STE",
                "SMMU_IDR1.ATTR_TYPES_OVR = 0",
                p => p.IDR1.ATTR_TYPES_OVR,
                ["SHCFG", "MTCFG", "MemAttr", "ALLOCCFG"]
            ),
            .. Of(
                "STE",
                "SMMU_IDR1.ATTR_PERMS_OVR = 0",
                p => p.IDR1.ATTR_PERMS_OVR,
                ["PRIVCFG", "INSTCFG"]
            ),
            .. Of(
                "STE",
                "SMMU_IDR0.S2P = 0",
                p => p.IDR0.S2P,
                [
                    "S2T0SZ",
                    "S2SL0",
                    "S2IR0",
                    "S2OR0",
                    "S2SH0",
                    "S2TG",
                    "S2PS",
                    "S2AA64",
                    "S2ENDI",
                    "S2AFFD",
                    "S2PTW",
                    "S2HD",
                    "S2HA",
                    "S2S",
                    "S2R",
                    "S2TTB",
                ]
            ),
            .. Of("STE", "SMMU_IDR0.S1P = 0", p => p.IDR0.S1P, ["S1STALLD"]),
            .. Of("STE", "SMMU_IDR3.FWB = 0", p => p.IDR3.FWB, ["S2FWB"]),
            .. Of(
                "STE",
                "SMMU_IDR0.Hyp = 0 or SMMU_IDR0.S1P = 0",
                p => p.IDR0 is { Hyp: true, S1P: true },
                ["STRW"]
            ),
            .. Of(
                "STE",
                "SMMU_IDR0.PRI = 0 or SMMU_IDR1.SSIDSIZE = 0",
                p => p.IDR0.PRI && p.IDR1.SSIDSIZE > 0,
                ["PPAR"]
            ),
            .. Of(
                "STE",
                "SMMUv3.0",
                IsLaterThanFirst,
                ["S2HWU59", "S2HWU60", "S2HWU61", "S2HWU62", "DRE", "CONT", "DCP"]
            ),
            .. Of("STE", "SMMU_IDR3.S1PI = 0", p => p.IDR3.S1PI, ["S1PIE"]),
            .. Of("STE", "SMMU_IDR3.S2PI = 0", p => p.IDR3.S2PI, ["S2PIE"]),
            .. Of("STE", "SMMU_IDR3.S2PO = 0", p => p.IDR3.S2PO, ["S2POE"]),
            .. Of("STE", "SMMU_IDR3.DPT = 0", p => p.IDR3.DPT, ["DPT_VMATCH"]),
            .. Of("STE", "SMMU_IDR3.THE = 0", p => p.IDR3.THE, ["AssuredOnly", "TL0", "TL1"]),
            .. Of("STE", "SMMU_IDR5.DS = 0", p => p.IDR5.DS, ["S2SL0_2", "S2DS"]),
            .. Of("STE", "SMMU_IDR5.D128 = 0", p => p.IDR5.D128, ["S2SKL"]),
            .. Of("STE", NotFullHardwareUpdate, HasFullHardwareUpdate, ["S2HAFT"]),
            .. Of("STE", NoMpam, p => p.IDR3.MPAM, ["S1MPAM", "PARTID", "PMG", "VMSPtr"]),
            .. Of("STE", Unspecified, _ => false, ["IMPDEF1", "IMPDEF2", "IMPDEF3"]),
        ];

    // §5.4
    private static IEnumerable<Gate> ContextDescriptor() =>
        [
            .. Of("CD", "SMMU_IDR3.E0PD = 0", p => p.IDR3.E0PD, ["E0PD0", "E0PD1"]),
            .. Of("CD", NotFullHardwareUpdate, HasFullHardwareUpdate, ["HAFT"]),
            .. Of("CD", "SMMU_IDR3.THE = 0", p => p.IDR3.THE, ["PnCH"]),
            .. Of("CD", "SMMU_IDR3.EPAN = 0", p => p.IDR3.EPAN, ["EPAN"]),
            .. Of("CD", "SMMU_IDR3.AIE = 0", p => p.IDR3.AIE, ["AIE"]),
            .. Of("CD", "SMMU_IDR5.DS = 0", p => p.IDR5.DS, ["DS"]),
            .. Of("CD", "SMMU_IDR3.S1PI = 0", p => p.IDR3.S1PI, ["PIE", "PIIU", "PIIP"]),
            .. Of(
                "CD",
                "SMMUv3.0",
                IsLaterThanFirst,
                ["HWU059", "HWU060", "HWU061", "HWU062", "HWU159", "HWU160", "HWU161", "HWU162"]
            ),
            .. Of("CD", NoMpam, p => p.IDR3.MPAM, ["PARTID", "PMG"]),
            .. Of("CD", Unspecified, _ => false, ["AMAIR0", "AMAIR1", "IMPDEF"]),
        ];

    private static IEnumerable<Gate> RangeInvalidation() =>
        (
            (string[])
                [
                    "CMD_TLBI_NH_VA",
                    "CMD_TLBI_NH_VAA",
                    "CMD_TLBI_EL2_VA",
                    "CMD_TLBI_EL2_VAA",
                    "CMD_TLBI_S2_IPA",
                ]
        ).SelectMany(command =>
            Of(command, "SMMU_IDR3.RIL = 0", p => p.IDR3.RIL, ["NUM", "SCALE", "TTL", "TG"])
        );

    private static IEnumerable<Gate> Substreams() =>
        (
            (string[])["CMD_PREFETCH_CONFIG", "CMD_PREFETCH_ADDR", "CMD_ATC_INV", "CMD_PRI_RESP"]
        ).SelectMany(command =>
            Of(command, "SMMU_IDR1.SSIDSIZE = 0", p => p.IDR1.SSIDSIZE > 0, ["SSV"])
        );

    // Drivers that know a part would know what to set; one that sets it on any part does not. §3.1
    private const string Unspecified =
        "IMPLEMENTATION DEFINED, and Reserved for who does not know the part";

    private const string NoMpam = "SMMU_IDR3.MPAM = 0";

    private const string NotFullHardwareUpdate = "SMMU_IDR0.HTTU is not 0b11";

    private static bool HasFullHardwareUpdate(Profile profile) => (int)profile.IDR0.HTTU == 0b11;

    private static bool IsLaterThanFirst(Profile profile) => profile.AIDR.ArchMinorRev > 0;

    private static IEnumerable<Gate> Of(
        string layout,
        string feature,
        Func<Profile, bool> present,
        string[] fields
    ) => fields.Select(field => new Gate(layout, field, feature, present));
}
