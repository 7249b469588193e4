using SmmuConformance.Bench.Models;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Conformance.Platforms;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Results;

/// <summary>The one command that runs an execution again and nothing else.</summary>
public static class Reproduction
{
    /// <summary>For an execution as this process runs it.</summary>
    public static string Of(Execution execution) =>
        $"{Platform}{Of(execution.Id, execution.Profile, Suite.Temper)}";

    /// <summary>For a case with its row, on a profile and a machine so unkind.</summary>
    public static string Of(string id, Profile profile, Temper temper)
    {
        var machine = temper == Temper.Kind ? "" : $"{Temper.Variable}={temper} ";
        return $"{CaseProfiles.Variable}={profile.Name} {machine}dotnet test tests/Conformance --filter \"Id={Escaped(id)}\"";
    }

    private static string Platform =>
        CasePlatform.OfThisRun is { IsEmulator: false } platform
            ? $"{ChosenModels.Variable}={Quoted(platform.Name)} "
                + (
                    platform.Differences is { Length: > 0 } list
                        ? $"{CasePlatform.DifferencesVariable}={Quoted(list)} "
                        : ""
                )
            : "";

    private static string Quoted(string text) =>
        $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // What a filter takes for an operator, and what a shell takes for the end of the quotation.
    private static string Escaped(string id) =>
        string.Concat(
            id.Select(c =>
                c switch
                {
                    '(' or ')' or '&' or '|' or '=' or '!' or '~' => $"\\{c}",
                    '"' => "\\\"",
                    _ => $"{c}",
                }
            )
        );
}
