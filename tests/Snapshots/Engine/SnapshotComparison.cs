using System.Text;
using SmmuConformance.Snapshots;
using VerifyTests;

namespace VerifyXunit;

/// <summary>The protocol: match and clean up, or write the received file, show it and fail.</summary>
internal static class SnapshotComparison
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Compares the text with the verified file. Never writes to the verified file.</summary>
    /// <param name="files">Where both files are.</param>
    /// <param name="text">What was observed.</param>
    /// <param name="show">Opens a diff tool on (received, verified); may do nothing.</param>
    /// <exception cref="VerifyException">They differ, or there is no verified file.</exception>
    public static async Task Check(
        SnapshotFiles files,
        string text,
        Func<string, string, Task> show
    )
    {
        var received = LineFeeds(text);
        var verified = Approved(files.Verified);
        if (verified == received)
        {
            File.Delete(files.Received);
            return;
        }

        Directory.CreateDirectory(files.Folder);
        await File.WriteAllTextAsync(files.Received, received, Utf8);
        await show(files.Received, files.Verified);
        throw new VerifyException(
            Disagreement.Message(files.Verified, verified, files.Received, received)
        );
    }

    // A diff tool that is opened on a missing file creates it empty, so an empty file is approved by nobody.
    private static string? Approved(string path)
    {
        if (!File.Exists(path))
            return null;
        var text = LineFeeds(File.ReadAllText(path));
        return text.Length == 0 ? null : text;
    }

    private static string LineFeeds(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
}
