using System.Collections.Immutable;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>The profiles over which every case is multiplied.</summary>
public static class CaseProfiles
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Profile> All => Profiles.All;

    /// <summary>The profile of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Profile Named(string name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ArgumentException($"no profile is named '{name}'", nameof(name));
}
