using System.Collections.Immutable;
using SmmuConformance.Conformance.Mutants;

namespace SmmuConformance.Conformance.Platforms;

/// <summary>Why a model and the emulator may differ.</summary>
internal enum DifferenceKind
{
    /// <summary>The model does what the manual forbids, or not what it demands.</summary>
    Deviation,

    /// <summary>The model comes to its end, or throws.</summary>
    Death,

    /// <summary>The manual permits what either does, and the case holds the emulator to its choice.</summary>
    Choice,
}

/// <summary>One way in which a model of an SMMU is known to differ, and the executions that show it.</summary>
/// <param name="Id">Its number, which stays.</param>
/// <param name="Kind">Which of the two.</param>
/// <param name="Clause">The sections that decide it, without the sign.</param>
/// <param name="Sentence">What the model does.</param>
/// <param name="Shows">Executions that fail for it: <c>id</c> wherever it applies, or <c>id|profile</c>.</param>
internal sealed record KnownDifference(
    string Id,
    DifferenceKind Kind,
    string Clause,
    string Sentence,
    ImmutableArray<string> Shows
)
{
    private const string Qemu = "Qemu/deviations.jsonl";

    private static readonly Lazy<ImmutableArray<KnownDifference>> ListedOfQemu = new(() =>
        Parse(Qemu, Resource.Text(Qemu))
    );

    /// <summary>All that are known of QEMU.</summary>
    public static ImmutableArray<KnownDifference> OfQemu => ListedOfQemu.Value;

    /// <summary>A list: one difference a line.</summary>
    /// <param name="name">Of the file; for messages.</param>
    /// <param name="text">What stands in it.</param>
    /// <exception cref="FormatException">A line is none; says which and what is wrong.</exception>
    public static ImmutableArray<KnownDifference> Parse(string name, string text) =>
        [.. JsonLines.Parse<KnownDifference>(name, text)];

    /// <summary>An execution is one of those that show it.</summary>
    public bool Names(Execution execution) =>
        Shows.Contains(execution.Id) || Shows.Contains(execution.Key);

    /// <summary>It explains a failure; that a model has died explains nothing else, and nothing else explains that.</summary>
    public bool Explains(Execution execution, Ending ending) =>
        ending.Verdict == Verdict.Failed
        && Names(execution)
        && (Kind == DifferenceKind.Death) == ModelRun.HasDied(ending);

    /// <inheritdoc/>
    public override string ToString() => $"{Id} (§{Clause}): {Sentence}";
}
