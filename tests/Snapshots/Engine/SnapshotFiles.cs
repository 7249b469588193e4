namespace VerifyXunit;

/// <summary>The two files of one snapshot.</summary>
/// <param name="folder">Full path of their folder.</param>
/// <param name="name">Their common name.</param>
internal sealed class SnapshotFiles(string folder, string name)
{
    /// <summary>What a person approved.</summary>
    public string Verified { get; } = Path.Combine(folder, $"{name}.verified.txt");

    /// <summary>What the last run produced, if that was something else.</summary>
    public string Received { get; } = Path.Combine(folder, $"{name}.received.txt");

    /// <summary>The folder of both.</summary>
    public string Folder => folder;
}
