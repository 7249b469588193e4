namespace SmmuConformance.Snapshots;

/// <summary>The files under <c>Verified</c>, and which of them should not be there.</summary>
/// <param name="path">The folder that has one sub-folder per driver.</param>
public sealed class SnapshotFolder(string path)
{
    private const string Verified = ".verified.txt";
    private const string Received = ".received.txt";

    /// <summary>The folder of this project.</summary>
    public static SnapshotFolder OfTheProject { get; } =
        new(Path.Combine(Repository.Root, "tests", "Snapshots", "Verified"));

    /// <summary>
    /// Files that no test looks after: verified or received files whose name nobody claims, and files that are no snapshot at
    /// all. A received file of a claimed name is left to its own test, which removes it on a match and fails on a mismatch.
    /// </summary>
    /// <param name="claimed">The names of a full run.</param>
    /// <returns>Paths below the folder with '/' between, sorted.</returns>
    public IReadOnlyList<string> Orphans(IReadOnlySet<string> claimed)
    {
        if (!Directory.Exists(path))
            return [];
        return
        [
            .. Directory
                .EnumerateFiles(path, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(path, file).Replace('\\', '/'))
                .Where(file => !IsClaimed(file, claimed))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static bool IsClaimed(string file, IReadOnlySet<string> claimed)
    {
        // Exactly <driver>/<name>: one level down.
        if (file.Split('/') is not [_, var name])
            return false;
        foreach (var ending in (ReadOnlySpan<string>)[Verified, Received])
            if (name.EndsWith(ending, StringComparison.Ordinal))
                return claimed.Contains(name[..^ending.Length]);
        return false;
    }
}
