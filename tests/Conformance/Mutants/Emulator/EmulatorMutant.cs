namespace SmmuConformance.Conformance.Mutants;

/// <summary>One small lie: an exact, unique text of the emulator's source, and what stands there instead.</summary>
/// <param name="Id">Short and dashed; reports name it so.</param>
/// <param name="File">Source file, from the emulator's folder.</param>
/// <param name="Old">The text; must occur once.</param>
/// <param name="New">What replaces it.</param>
/// <param name="Lie">What the hardware then does wrong, in one sentence.</param>
/// <param name="Case">A hardware case that notices; <c>?</c> tries them all, and the test's output says which does.</param>
/// <param name="Property">A property that notices; null: none need.</param>
public sealed record EmulatorMutant(
    string Id,
    string File,
    string Old,
    string New,
    string Lie,
    string Case,
    string? Property = null
)
{
    /// <summary>In place of a case: any.</summary>
    public const string AnyCase = "?";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<EmulatorMutant> All { get; } =
        JsonLines.Parse<EmulatorMutant>("emulator.jsonl", Resource.Text("Mutants/emulator.jsonl"));

    /// <summary>The emulator's assembly with the lie in it.</summary>
    /// <exception cref="FormatException">The mutant does not apply, or does not compile.</exception>
    public byte[] Compile() => SourceTree.Emulator.Compile(Id, [new(File, Old, New)]);

    /// <inheritdoc/>
    public override string ToString() => Id;
}
