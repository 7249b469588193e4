using System.Text.RegularExpressions;

namespace SmmuConformance.Emulator;

/// <summary>A condition of <see cref="CommandRules"/> as an engineer reads it: the manual's names, and no C#.</summary>
internal static partial class CommandWords
{
    /// <summary>The text without what only the compiler needs.</summary>
    public static string Plain(string why) =>
        Register().IsMatch(why) || Access().IsMatch(why)
            ? "needs "
                + Access()
                    .Replace(
                        Register()
                            .Replace(why, m => $"SMMU_{m.Groups[1].Value.ToUpperInvariant()}."),
                        ""
                    )
            : why;

    [GeneratedRegex(@"(?:state\.Profile\.|profile\.)?\b(idr\d|IDR\d|AIDR)\.")]
    private static partial Regex Register();

    [GeneratedRegex(
        @"\b(?:command|sync|fields)\.(?:As<\w+>\(\)\.)?|\.Value\b|CompletionSignal\.|StallModel\.|PriResponse\."
    )]
    private static partial Regex Access();
}
