namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>A named number has this value.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Value">The manual's value; null: it has none.</param>
/// <param name="Declared">The declared one.</param>
public sealed record Constant(string Name, ulong? Value, ulong? Declared) : LayoutCheck
{
    /// <inheritdoc/>
    public override IEnumerable<string> Findings() =>
        Declared == Value
            ? []
            : [$"{Name} is declared as {Text(Declared)}; in the manual it is {Text(Value)}"];

    private static string Text(ulong? value) => value is null ? "nothing" : $"0x{value:x}";
}
