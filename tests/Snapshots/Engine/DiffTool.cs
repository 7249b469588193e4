using DiffEngine;

namespace VerifyXunit;

/// <summary>The developer's own diff tool, found and opened by DiffEngine.</summary>
internal static class DiffTool
{
    /// <summary>False on a build server: there the message and the received file have to do.</summary>
    public static bool Wanted => !BuildServerDetector.Detected;

    /// <summary>Opens the tool on both files, where one is wanted and found. DiffEngine itself obeys DiffEngine_Disabled=true.</summary>
    public static async Task Show(string received, string verified)
    {
        if (Wanted)
            await DiffRunner.LaunchForTextAsync(received, verified);
    }
}
