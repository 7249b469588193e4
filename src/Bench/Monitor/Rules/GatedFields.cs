using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Fields that are reserved on hardware without the feature they belong to.</summary>
internal static class GatedFields
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

    private static IEnumerable<Gate> StreamTableEntry()
    {
        foreach (var field in (string[])["SHCFG", "MTCFG", "MemAttr", "ALLOCCFG"])
            yield return new(
                "STE",
                field,
                "SMMU_IDR1.ATTR_TYPES_OVR = 0",
                p => p.IDR1.ATTR_TYPES_OVR
            );
        foreach (var field in (string[])["PRIVCFG", "INSTCFG"])
            yield return new(
                "STE",
                field,
                "SMMU_IDR1.ATTR_PERMS_OVR = 0",
                p => p.IDR1.ATTR_PERMS_OVR
            );
        foreach (
            var field in (string[])
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
        )
            yield return new("STE", field, "SMMU_IDR0.S2P = 0", p => p.IDR0.S2P);
        yield return new("STE", "S1STALLD", "SMMU_IDR0.S1P = 0", p => p.IDR0.S1P);
        yield return new("STE", "S2FWB", "SMMU_IDR3.FWB = 0", p => p.IDR3.FWB);
        yield return new(
            "STE",
            "STRW",
            "SMMU_IDR0.Hyp = 0 or SMMU_IDR0.S1P = 0",
            p => p.IDR0 is { Hyp: true, S1P: true }
        );
        yield return new(
            "STE",
            "PPAR",
            "SMMU_IDR0.PRI = 0 or SMMU_IDR1.SSIDSIZE = 0",
            p => p.IDR0.PRI && p.IDR1.SSIDSIZE > 0
        );
    }

    private static IEnumerable<Gate> ContextDescriptor()
    {
        yield return new("CD", "E0PD0", "SMMU_IDR3.E0PD = 0", p => p.IDR3.E0PD);
        yield return new("CD", "E0PD1", "SMMU_IDR3.E0PD = 0", p => p.IDR3.E0PD);
        yield return new("CD", "HAFT", "SMMU_IDR0.HTTU is not 0b11", p => (int)p.IDR0.HTTU == 0b11);
    }

    private static IEnumerable<Gate> RangeInvalidation()
    {
        foreach (
            var command in (string[])
                [
                    "CMD_TLBI_NH_VA",
                    "CMD_TLBI_NH_VAA",
                    "CMD_TLBI_EL2_VA",
                    "CMD_TLBI_EL2_VAA",
                    "CMD_TLBI_S2_IPA",
                ]
        )
        foreach (var field in (string[])["NUM", "SCALE", "TTL", "TG"])
            yield return new(command, field, "SMMU_IDR3.RIL = 0", p => p.IDR3.RIL);
    }

    private static IEnumerable<Gate> Substreams()
    {
        foreach (
            var command in (string[])
                ["CMD_PREFETCH_CONFIG", "CMD_PREFETCH_ADDR", "CMD_ATC_INV", "CMD_PRI_RESP"]
        )
            yield return new(command, "SSV", "SMMU_IDR1.SSIDSIZE = 0", p => p.IDR1.SSIDSIZE > 0);
    }
}
