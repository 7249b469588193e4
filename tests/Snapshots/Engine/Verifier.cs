using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using VerifyTests;

namespace VerifyXunit;

/// <summary>
/// Compares text with a file that a person approved. This stands in for the class of the same name in Verify.Xunit, for places
/// where that package cannot be had: same call, same files, same protocol. Nothing here accepts a text; a person moves the file.
/// </summary>
public static class Verifier
{
    private static readonly ConcurrentDictionary<string, bool> Used = new(
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>Compares the text with <c>&lt;directory&gt;/&lt;file name&gt;.verified.txt</c>; start it by awaiting it.</summary>
    /// <param name="target">The text.</param>
    /// <param name="settings">Where it is kept; can also be chained to the call.</param>
    /// <param name="sourceFile">The calling file, filled in by the compiler.</param>
    /// <exception cref="VerifyException">The text differs, or nobody has approved one.</exception>
    public static SettingsTask Verify(
        string target,
        VerifySettings? settings = null,
        [CallerFilePath] string sourceFile = ""
    ) => new(settings, final => Compare(target, final, sourceFile));

    private static async Task Compare(string target, VerifySettings settings, string sourceFile)
    {
        // Verify would infer a name from the running test; here it is always given, so the engines cannot disagree.
        var name =
            settings.FileName
            ?? throw new InvalidOperationException(
                $"{sourceFile}: name the snapshot with UseFileName"
            );
        var folder = Path.GetFullPath(
            Path.Combine(Path.GetDirectoryName(sourceFile)!, settings.Directory ?? ".")
        );
        var files = new SnapshotFiles(folder, name);
        if (!Used.TryAdd(files.Verified, true))
            throw new InvalidOperationException($"two tests of this run use {files.Verified}");

        await SnapshotComparison.Check(files, target, DiffTool.Show);
    }
}
