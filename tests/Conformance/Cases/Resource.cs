namespace SmmuConformance.Conformance.Cases;

/// <summary>Files of the catalogue that are embedded, so that a test run needs no source tree.</summary>
public static class Resource
{
    /// <summary>The text of an embedded file.</summary>
    /// <param name="name">Path from the project's folder, with slashes.</param>
    /// <exception cref="FileNotFoundException">No such file is embedded.</exception>
    public static string Text(string name)
    {
        using var stream =
            typeof(Resource).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException(
                $"{name} is not embedded in the conformance assembly",
                name
            );
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The text of a file as the source tree has it, or as it was embedded where there is none.</summary>
    public static string Current(string name) =>
        SourceFolder() is null ? Text(name) : File.ReadAllText(SourcePath(name));

    /// <summary>The same file in the source tree, for tests that rewrite it.</summary>
    /// <exception cref="DirectoryNotFoundException">The tests do not run inside their source tree.</exception>
    public static string SourcePath(string name) =>
        Path.Combine(
            SourceFolder()
                ?? throw new DirectoryNotFoundException(
                    $"no source tree above {AppContext.BaseDirectory}"
                ),
            "tests",
            "Conformance",
            name
        );

    /// <summary>Where results of a run go: beside the project, or beside the assembly where there is no source tree.</summary>
    public static string ResultsFolder =>
        SourceFolder() is null
            ? Path.Combine(AppContext.BaseDirectory, "TestResults")
            : SourcePath("TestResults");

    private static string? SourceFolder()
    {
        for (
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            folder is not null;
            folder = folder.Parent
        )
            if (File.Exists(Path.Combine(folder.FullName, "SmmuConformance.sln")))
                return folder.FullName;
        return null;
    }
}
