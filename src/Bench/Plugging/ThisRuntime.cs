using System.Runtime.InteropServices;

namespace SmmuConformance.Bench;

/// <summary>The .NET that runs this.</summary>
internal static class ThisRuntime
{
    /// <summary>The program that starts others with it.</summary>
    public static string Dotnet { get; } = Find();

    private static string Find()
    {
        var root = Path.GetFullPath(
            Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")
        );
        var beside = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(beside) ? beside : "dotnet";
    }
}
