namespace SmmuConformance.Emulator;

/// <summary>What the SMMU would say against a structure, a command or a register value.</summary>
/// <param name="Field">The field it is about; empty: the whole.</param>
/// <param name="Says">What is wrong.</param>
/// <param name="Clause">The sections that say so, each with its sign.</param>
/// <param name="Effect">What the SMMU then does.</param>
public readonly record struct Objection(string Field, string Says, string Clause, string Effect)
{
    /// <summary>One line: field, what is wrong, section, effect.</summary>
    public override string ToString() =>
        $"{(Field.Length == 0 ? "" : Field + " ")}{Says}  ({Clause}): {Effect}";
}
