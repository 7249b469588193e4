using System.Collections.Immutable;

namespace SmmuConformance.Bench;

/// <summary>What goes with the choice of a driver.</summary>
public sealed record PlugOptions
{
    /// <summary>Where paths that are not absolute start.</summary>
    public string Folder { get; init; } = WhereItWasTyped();

    /// <summary>Bound of one operation in real time, for a driver in another process; null: what the environment says.</summary>
    public TimeSpan? Patience { get; init; }

    /// <summary>Environment variables for a driver in another process.</summary>
    public ImmutableDictionary<string, string> Environment { get; init; } =
        ImmutableDictionary<string, string>.Empty;

    // A test host runs in the folder of the test assembly; the shell still says where the command was typed.
    private static string WhereItWasTyped() =>
        System.Environment.GetEnvironmentVariable("PWD") is { } folder && Directory.Exists(folder)
            ? folder
            : Directory.GetCurrentDirectory();
}
