using System.Collections.Frozen;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>What a mutant says of itself, by its record.</summary>
internal static class MutantInfo
{
    private static readonly FrozenDictionary<string, DriverMutant> s_driver =
        DriverMutants.Ours.ToFrozenDictionary(mutant => mutant.Id);

    private static readonly FrozenDictionary<string, WireMutant> s_wire =
        WireMutants.All.ToFrozenDictionary(mutant => mutant.Id);

    private static readonly FrozenDictionary<string, EmulatorMutant> s_emulator =
        EmulatorMutant.All.ToFrozenDictionary(mutant => mutant.Id);

    /// <summary>What is wrong.</summary>
    public static string WrongOf(KillRecord record) =>
        record.Suite switch
        {
            Matrix.Driver => s_driver.GetValueOrDefault(record.Mutant)?.Wrong,
            Matrix.Emulator => s_emulator.GetValueOrDefault(record.Mutant)?.Lie,
            _ => s_wire.GetValueOrDefault(record.Mutant)?.Wrong,
        } ?? "";

    /// <summary>The part of its suite that it belongs to.</summary>
    public static string PartOf(KillRecord record) =>
        record.Suite switch
        {
            Matrix.Driver => DriverMutants.FileOf(record.Mutant) ?? "",
            Matrix.Emulator => s_emulator.GetValueOrDefault(record.Mutant)?.File.Split('/')[0]
                ?? "",
            _ => s_wire.GetValueOrDefault(record.Mutant)?.Kind.ToString().ToLowerInvariant() ?? "",
        };

    /// <summary>It is still there.</summary>
    public static bool Exists(KillRecord record) =>
        record.Suite switch
        {
            Matrix.Driver => s_driver.ContainsKey(record.Mutant),
            Matrix.Emulator => s_emulator.ContainsKey(record.Mutant),
            _ => s_wire.ContainsKey(record.Mutant),
        };

    /// <summary>It is killed, and a rule that it breaks was named if it declares one.</summary>
    public static bool IsNamed(KillRecord record) =>
        !record.Survives && (record.Rule.Length > 0 || !DeclaresRules(record));

    /// <summary>It survives, and may.</summary>
    public static bool IsEquivalent(KillRecord record) =>
        record.Survives && Equivalent.Of(record.Suite, record.Mutant) is not null;

    private static bool DeclaresRules(KillRecord record) =>
        record.Suite switch
        {
            Matrix.Driver => true,
            Matrix.Emulator => false,
            _ => s_wire.GetValueOrDefault(record.Mutant)?.Rules.IsEmpty == false,
        };
}
