using System.Collections.Immutable;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>The profiles over which every case is multiplied.</summary>
public static class CaseProfiles
{
    /// <summary>Environment variable that leaves some of them: names with commas between.</summary>
    public const string Variable = "SMMU_PROFILE";

    /// <summary>All of them.</summary>
    public static ImmutableArray<Profile> All => Profiles.All;

    /// <summary>Those that the environment leaves; all if it names none.</summary>
    /// <exception cref="FormatException">It names one that does not exist.</exception>
    public static ImmutableArray<Profile> FromEnvironment() =>
        Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>Those that the environment leaves; if it leaves all, some that will do.</summary>
    /// <exception cref="FormatException">It names one that does not exist.</exception>
    public static ImmutableArray<Profile> FromEnvironmentOr(ImmutableArray<Profile> usual) =>
        FromEnvironment() is var named && named.Length < All.Length ? named : usual;

    /// <summary>Reads names with commas between; empty means all.</summary>
    /// <exception cref="FormatException">One does not exist.</exception>
    public static ImmutableArray<Profile> Parse(string? names) => Parse(names, All);

    /// <summary>Reads names with commas between; empty means all that there are.</summary>
    /// <exception cref="FormatException">One does not exist.</exception>
    public static ImmutableArray<Profile> Parse(string? names, ImmutableArray<Profile> all)
    {
        if (string.IsNullOrWhiteSpace(names))
            return all;
        var asked = names.Split(',', StringSplitOptions.TrimEntries);
        if (asked.FirstOrDefault(name => all.All(profile => profile.Name != name)) is { } unknown)
            throw new FormatException(
                $"{Variable}: no profile is named '{unknown}'; there are {string.Join(", ", all.Select(profile => profile.Name))}"
            );
        return [.. all.Where(profile => asked.Contains(profile.Name))];
    }

    /// <summary>The profile of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Profile Named(string name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ArgumentException($"no profile is named '{name}'", nameof(name));
}
