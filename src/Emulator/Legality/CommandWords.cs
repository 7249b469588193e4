using System.Text.RegularExpressions;

namespace SmmuConformance.Emulator;

/// <summary>A condition of <see cref="CommandRules"/> as an engineer reads it: the manual's names, and no C#.</summary>
internal static class CommandWords
{
    /// <summary>The text without what only the compiler needs.</summary>
    public static string Plain(string why) =>
        s_register.IsMatch(why) || s_access.IsMatch(why)
            ? "needs "
                + s_access.Replace(
                    s_register.Replace(why, m => $"SMMU_{m.Groups[1].Value.ToUpperInvariant()}."),
                    ""
                )
            : why;

    // Not generated: mutants of the emulator are compiled from its sources alone.
    private static readonly Regex s_register = new(
        @"(?:state\.Profile\.|profile\.)?\b(idr\d|IDR\d|AIDR)\."
    );

    private static readonly Regex s_access = new(
        @"\b(?:command|sync|fields)\.(?:As<\w+>\(\)\.)?|\.Value\b|CompletionSignal\.|StallModel\.|PriResponse\."
    );
}
