using System.Collections.Immutable;
using SmmuConformance.Conformance.Mutants;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>Why QEMU and the emulator may differ.</summary>
internal enum DifferenceKind
{
    /// <summary>QEMU does what the manual forbids, or not what it demands.</summary>
    Deviation,

    /// <summary>The manual permits what either does, and the case holds the emulator to its choice.</summary>
    Choice,
}

/// <summary>One way in which QEMU's SMMU is known to differ, and the executions that show it.</summary>
/// <param name="Id">Its number, which stays.</param>
/// <param name="Kind">Which of the two.</param>
/// <param name="Clause">The sections that decide it, without the sign.</param>
/// <param name="Sentence">What QEMU does.</param>
/// <param name="Shows">Executions that fail for it: <c>id</c> wherever it applies, or <c>id|profile</c>.</param>
internal sealed record QemuDeviation(
    string Id,
    DifferenceKind Kind,
    string Clause,
    string Sentence,
    ImmutableArray<string> Shows
)
{
    private static readonly Lazy<ImmutableArray<QemuDeviation>> Listed = new(() =>
        [.. JsonLines.Parse<QemuDeviation>(Name, Text())]
    );

    private const string Name = "Qemu/deviations.jsonl";

    /// <summary>All that are known.</summary>
    public static ImmutableArray<QemuDeviation> All => Listed.Value;

    /// <summary>It explains a failure.</summary>
    public bool Explains(Execution execution) =>
        Shows.Contains(execution.Id) || Shows.Contains(execution.Key);

    private static string Text()
    {
        using var stream = typeof(QemuDeviation).Assembly.GetManifestResourceStream(Name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
