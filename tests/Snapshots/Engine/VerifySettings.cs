namespace VerifyTests;

/// <summary>
/// Where one snapshot is kept. The part of Verify's class of this name that the tests use, with the same meaning.
/// </summary>
public class VerifySettings
{
    internal string? Directory { get; private set; }

    internal string? FileName { get; private set; }

    /// <summary>The folder, relative to that of the calling source file.</summary>
    public void UseDirectory(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        Directory = directory;
    }

    /// <summary>The file's name without <c>.verified.txt</c>.</summary>
    public void UseFileName(string fileName)
    {
        ArgumentException.ThrowIfNullOrEmpty(fileName);
        FileName = fileName;
    }
}
