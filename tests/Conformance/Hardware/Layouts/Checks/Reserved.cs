namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>These bits are RES0, so no field may claim one of them.</summary>
/// <param name="Structure">Printed name.</param>
/// <param name="High">Most significant bit, over the whole structure.</param>
/// <param name="Low">Least significant bit.</param>
public sealed record Reserved(string Structure, int High, int Low) : LayoutCheck
{
    /// <summary>One bit.</summary>
    public Reserved(string structure, int bit)
        : this(structure, bit, bit) { }

    /// <inheritdoc/>
    public override IEnumerable<string> Findings() =>
        Declaration.Find(Structure) is { } declaration
            ? from field in declaration.Layout.Fields
            where field.Low <= High && field.High >= Low
            select $"{Structure}.{field.Name} {field.Range} claims bits of [{High}:{Low}], which the manual reserves"
            : [$"no structure is declared as {Structure}"];
}

/// <summary>No field stands at these places: exactly the others are RES0.</summary>
/// <param name="Structure">Printed name.</param>
/// <param name="Fields">The fields the manual gives it, by name; it has no other.</param>
public sealed record NothingBut(string Structure, params string[] Fields) : LayoutCheck
{
    /// <inheritdoc/>
    public override IEnumerable<string> Findings() =>
        Declaration.Find(Structure) is { } declaration
            ? from field in declaration.Layout.Fields
            where !Fields.Contains(field.Name)
            select $"{Structure}.{field.Name} {field.Range} is declared; the manual reserves these bits"
            : [$"no structure is declared as {Structure}"];
}
