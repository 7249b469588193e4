using System.Collections.Concurrent;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Captures;

/// <summary>Every capture replayed; each once, when it is first asked for.</summary>
internal static class Replays
{
    private static readonly ConcurrentDictionary<string, CaptureReplay> Played = new();

    /// <summary>The replay of the capture of that name.</summary>
    public static CaptureReplay Of(string name) =>
        Played.GetOrAdd(name, static n => CaptureReplay.Of(CaptureLibrary.Named(n)));

    /// <summary>The known bugs that a capture shows, each with how often.</summary>
    public static IEnumerable<(string Bug, int Times)> Known(Capture capture) =>
        Of(capture.Name)
            .Findings.Select(finding =>
                KnownViolation
                    .All.FirstOrDefault(known => known.Explains(capture.Release, finding))
                    ?.Bug
                ?? "UNKNOWN"
            )
            .GroupBy(bug => bug)
            .Select(group => (group.Key, group.Count()))
            .OrderBy(known => known.Key, StringComparer.Ordinal);
}
