using VerifyXunit;

namespace SmmuConformance.Snapshots;

/// <summary>The one way for a test to compare text with what was approved.</summary>
public static class Snapshot
{
    /// <summary>
    /// Compares the text with <c>Verified/&lt;driver&gt;/&lt;name&gt;.verified.txt</c>. Folder and file are always stated and
    /// never inferred from the running test, so that both engines look in the same place.
    /// </summary>
    /// <param name="driver">Whose behaviour it is: the name the driver gives itself.</param>
    /// <param name="name"><c>Class.Method</c> or <c>Class.Method_case</c>, and one that an <see cref="ISnapshots"/> claims.</param>
    /// <param name="text">What was observed. Line ends become LF, with exactly one at the end.</param>
    /// <exception cref="ArgumentException">The name is unclaimed, or is no file name on some system.</exception>
    public static async Task Verify(string driver, string name, string text)
    {
        SnapshotRegistry.Require(name);
        if (!SnapshotRegistry.IsFileName(driver))
            throw new ArgumentException($"'{driver}' cannot be a folder name", nameof(driver));

        await Verifier.Verify(Normal(text)).UseDirectory($"Verified/{driver}").UseFileName(name);
    }

    /// <summary>The text as every verified file holds it.</summary>
    internal static string Normal(string text) =>
        text.Replace("\r\n", "\n", StringComparison.Ordinal).TrimEnd('\n') + "\n";
}
