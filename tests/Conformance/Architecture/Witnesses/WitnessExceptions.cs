namespace SmmuConformance.Conformance.Architecture.Witnesses;

/// <summary>Where declarations and witnesses are allowed to differ, each with its reason.</summary>
public static class WitnessExceptions
{
    private const string Secure =
        "read only in the Secure or Realm Stream table; RES0 in a Non-secure entry";
    private const string Figure = "printed only in a figure that no public source repeats";

    /// <summary>Declared fields that no second source shows.</summary>
    public static IReadOnlyDictionary<string, string> NoWitness { get; } =
        new Dictionary<string, string> { ["CMD_DPTI_PA.SIZE"] = Figure };

    /// <summary>Fields of the manual that no declaration carries.</summary>
    public static IReadOnlyDictionary<string, string> NotDeclared { get; } =
        new Dictionary<string, string>
        {
            ["STE.S2NSW"] = Secure,
            ["STE.S2NSA"] = Secure,
            ["STE.S_S2T0SZ"] = Secure,
            ["STE.S_S2SL0"] = Secure,
            ["STE.S_S2TG"] = Secure,
            ["STE.MECID"] = Secure,
            ["STE.MPAM_NS"] = Secure,
            ["STE.S2SW"] = Secure,
            ["STE.S2SA"] = Secure,
            ["STE.S_S2SL0_2"] = Secure,
            ["STE.S_S2TTB"] = Secure,
            ["STE.S_S2SKL"] = Secure,
        };
}
