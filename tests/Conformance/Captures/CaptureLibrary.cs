using System.Collections.Concurrent;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Every capture of the project; each is read once, when it is first asked for.</summary>
public static class CaptureLibrary
{
    private static readonly ConcurrentDictionary<string, Capture> Read = new();

    /// <summary>Where the files lie beside the test assembly.</summary>
    public static string Folder => Path.Combine(AppContext.BaseDirectory, "Captures", "Data");

    /// <summary>One row a capture, for theories. No file is opened: one that cannot be read fails its own rows only.</summary>
    public static TheoryData<string> Names => new(FileNames());

    /// <summary>Every capture, in order of name.</summary>
    public static IEnumerable<Capture> All => FileNames().Select(Named);

    /// <summary>The capture of that name.</summary>
    /// <exception cref="CaptureFormatException">Its file cannot be made sense of.</exception>
    public static Capture Named(string name) =>
        Read.GetOrAdd(name, static n => CaptureReader.ReadFile(Path.Combine(Folder, $"{n}.json")));

    private static IEnumerable<string> FileNames() =>
        Directory
            .GetFiles(Folder, "*.json")
            .Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Order(StringComparer.Ordinal);
}
