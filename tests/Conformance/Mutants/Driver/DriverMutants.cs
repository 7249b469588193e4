using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>The bugs that are tried on the reference driver.</summary>
public static class DriverMutants
{
    /// <summary>Environment variable: a folder of files like ours, whose mutants are tried in the place of ours.</summary>
    public const string Variable = "SMMU_MUTANTS";

    private static readonly string[] s_files =
    [
        "tables.jsonl",
        "invalidation.jsonl",
        "hardware.jsonl",
        "features.jsonl",
    ];

    private static readonly (string File, DriverMutant Mutant)[] s_ours =
    [
        .. from file in s_files
        from mutant in JsonLines.Parse<DriverMutant>(file, Resource.Text($"Mutants/{file}"))
        select (Path.GetFileNameWithoutExtension(file), mutant),
    ];

    /// <summary>Those of this repository.</summary>
    public static IReadOnlyList<DriverMutant> Ours { get; } = [.. s_ours.Select(one => one.Mutant)];

    /// <summary>The file of ours in which a mutant stands, without its ending; null: in none.</summary>
    public static string? FileOf(string id) =>
        s_ours.FirstOrDefault(one => one.Mutant.Id == id).File;

    /// <summary>Those that the environment names; ours if it names none.</summary>
    /// <exception cref="FormatException">There is no such folder, or something else stands in its files.</exception>
    public static IReadOnlyList<DriverMutant> Chosen { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder
            ? In(Path.Combine(new PlugOptions().Folder, folder))
            : Ours;

    /// <summary>Those of a folder: of all its files whose names end in <c>.jsonl</c>.</summary>
    /// <exception cref="FormatException">There is no such folder, no such file, or something else stands in one.</exception>
    public static IReadOnlyList<DriverMutant> In(string folder)
    {
        if (!Directory.Exists(folder))
            throw new FormatException(
                $"{Variable}: there is no folder {Path.GetFullPath(folder)}; name one with *.jsonl files (docs/adding-a-mutant.md)"
            );
        var files = Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
            throw new FormatException(
                $"{Variable}: no file in {Path.GetFullPath(folder)} ends in .jsonl"
            );
        return
        [
            .. files.SelectMany(file =>
                JsonLines.Parse<DriverMutant>(file, File.ReadAllText(file))
            ),
        ];
    }
}
