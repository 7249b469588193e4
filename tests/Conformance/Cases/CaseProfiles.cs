using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>The profiles over which every case is multiplied.</summary>
public static class CaseProfiles
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<Profile> All { get; } =
    [
        new()
        {
            Name = "minimal",
            IDR0 = new() { S1P = true },
        },
        new()
        {
            Name = "maximal",
            IDR0 = new() { S1P = true, S2P = true },
            IDR3 = new() { RIL = true },
        },
    ];

    /// <summary>The profile of that name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Profile Named(string name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new ArgumentException($"no profile is named '{name}'", nameof(name));
}
