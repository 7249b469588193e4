using System.Collections.Immutable;
using SmmuConformance.Conformance.Mutants;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>Something that QEMU's SMMU does otherwise than the manual demands, so that nobody takes it for a fault of the emulator.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Clause">Where the manual decides it.</param>
/// <param name="Demands">What is demanded.</param>
/// <param name="Does">What QEMU does.</param>
internal sealed record FuzzDeviation(string Id, string Clause, string Demands, string Does)
{
    /// <summary>The smallest scenario that shows it.</summary>
    public Scenario Example => Scenario.Parse(Resource.Text($"Qemu/Fuzz/Examples/{Id}.json"));

    /// <summary>All that are known.</summary>
    public static ImmutableArray<FuzzDeviation> All { get; } =
    [
        .. JsonLines.Parse<FuzzDeviation>(
            "deviations.jsonl",
            Resource.Text("Qemu/Fuzz/deviations.jsonl")
        ),
    ];

    /// <inheritdoc/>
    public override string ToString() => Id;
}
