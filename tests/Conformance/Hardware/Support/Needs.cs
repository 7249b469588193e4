using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What several cases need of a profile: the reason why it has it not, or null; and sizes worked out by hand.</summary>
internal static class Needs
{
    /// <summary>Both stages.</summary>
    public static string? BothStages(Profile profile) =>
        profile.IDR0 is { S1P: true, S2P: true } ? null : "a stage is missing";

    /// <summary>IAS: 40 with VMSAv8-32 tables, OAS with VMSAv8-64, the larger with both (§3.4).</summary>
    public static int IpaBits(Profile profile) =>
        Math.Max(
            ((int)profile.IDR0.TTF & 1) != 0 ? 40 : 0,
            ((int)profile.IDR0.TTF & 2) != 0 ? profile.IDR5.OAS.ToBits() : 0
        );
}
