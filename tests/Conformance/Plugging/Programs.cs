namespace SmmuConformance.Conformance.Plugging;

/// <summary>Programs that a machine may have.</summary>
internal static class Programs
{
    /// <summary>Where the first that is in PATH lies; null if none is.</summary>
    public static string? Find(params string[] names) =>
        names
            .SelectMany(name =>
                (Environment.GetEnvironmentVariable("PATH") ?? "")
                    .Split(Path.PathSeparator)
                    .Select(folder => Path.Combine(folder, name))
            )
            .FirstOrDefault(File.Exists);
}
