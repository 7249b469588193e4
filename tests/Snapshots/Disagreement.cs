using System.Text;

namespace SmmuConformance.Snapshots;

/// <summary>What a failing snapshot says: which file, what differs, and how to approve the change.</summary>
internal static class Disagreement
{
    private const int LongestNewText = 60;

    /// <summary>The message.</summary>
    /// <param name="verifiedPath">The approved file.</param>
    /// <param name="verified">Its text, or null if there is none yet.</param>
    /// <param name="receivedPath">The file just written.</param>
    /// <param name="received">Its text.</param>
    public static string Message(
        string verifiedPath,
        string? verified,
        string receivedPath,
        string received
    )
    {
        var text = new StringBuilder();
        if (verified is null)
        {
            text.Append(
                $"{Repository.Shown(verifiedPath)} does not exist: nobody has approved this text yet.\n"
            );
            text.Append(Beginning(received));
        }
        else
        {
            text.Append($"{Repository.Shown(verifiedPath)} differs (- verified, + received):\n");
            text.Append(UnifiedDiff.Of(verified, received));
        }
        var move = OperatingSystem.IsWindows() ? "move /Y" : "mv";
        text.Append(
            "Only if this text is what should be there, approve it (from the repository's root):\n"
        );
        text.Append(
            $"  {move} \"{Repository.Shown(receivedPath)}\" \"{Repository.Shown(verifiedPath)}\""
        );
        return text.ToString();
    }

    private static string Beginning(string received)
    {
        var lines = received.TrimEnd('\n').Split('\n');
        var rest = lines.Length - LongestNewText;
        var shown = string.Concat(lines.Take(LongestNewText).Select(line => $"+{line}\n"));
        return rest > 0 ? $"{shown}... and {rest} more lines\n" : shown;
    }
}
