namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>A structure has this size.</summary>
/// <param name="Structure">Printed name.</param>
/// <param name="Bytes">Its size.</param>
public sealed record Size(string Structure, int Bytes) : LayoutCheck
{
    /// <inheritdoc/>
    public override IEnumerable<string> Findings()
    {
        if (Declaration.Find(Structure) is not { } declaration)
            yield return $"no structure is declared as {Structure}";
        else if (declaration.Layout.Bits != 8 * Bytes)
            yield return $"{Structure} is declared with {declaration.Layout.Bits} bits; in the manual it has {Bytes} bytes";
    }
}
