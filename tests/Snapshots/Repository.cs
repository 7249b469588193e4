using System.Runtime.CompilerServices;

namespace SmmuConformance.Snapshots;

/// <summary>Where the sources of this run are.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Above(ThisFile());

    /// <summary>The path as messages show it: below the root with '/' between, or unchanged if it is elsewhere.</summary>
    public static string Shown(string path)
    {
        var relative = Path.GetRelativePath(Root, path);
        return relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative)
            ? path
            : relative.Replace('\\', '/');
    }

    // tests/Snapshots/Repository.cs
    private static string Above(string file) =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", ".."));

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
