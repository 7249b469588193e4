using System.Collections.Immutable;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Something that the architecture and the contract leave to a driver, chosen otherwise than the reference driver does.</summary>
/// <param name="Id">Short and dashed.</param>
/// <param name="Choice">What is chosen, in one sentence.</param>
/// <param name="Changes">Of the reference driver's source.</param>
public sealed record DriverChoice(string Id, string Choice, ImmutableArray<Replacement> Changes)
{
    // Whoever chooses otherwise does not say that it does as Linux does.
    private static readonly Replacement s_notLinux = new(
        "ReferenceDriver.cs",
        "                | Capabilities.Concurrent\n                | Capabilities.LikeLinux,",
        "                | Capabilities.Concurrent,"
    );

    /// <summary>All of them.</summary>
    public static ImmutableArray<DriverChoice> All { get; } =
    [.. JsonLines.Parse<DriverChoice>("variants.jsonl", Resource.Text("Mutants/variants.jsonl"))];

    /// <summary>Both can be chosen at once: they do not change the same text.</summary>
    public bool Bears(DriverChoice other) =>
        !Changes.Any(one =>
            other.Changes.Any(two =>
                one.File == two.File
                && (
                    one.Old.Contains(two.Old, StringComparison.Ordinal)
                    || two.Old.Contains(one.Old, StringComparison.Ordinal)
                )
            )
        );

    /// <summary>A driver that has made some choices, plugged in as anybody's.</summary>
    /// <exception cref="FormatException">The changes do not apply, or do not compile.</exception>
    public static PluggedDriver Driver(IReadOnlyCollection<DriverChoice> choices)
    {
        var name = string.Join('+', choices.Select(choice => choice.Id));
        var path = Path.Combine(TemporaryFolder.OfRun, $"variant-{Guid.NewGuid():n}.dll");
        var changes = choices.SelectMany(choice => choice.Changes).Append(s_notLinux);
        File.WriteAllBytes(path, SourceTree.Driver.Compile(name, changes));
        return PluggedDriver.Parse($"assembly:{path},ReferenceDriver");
    }

    /// <inheritdoc/>
    public override string ToString() => Id;
}
