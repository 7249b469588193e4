using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// What the values of a field mean: exactly these have a meaning, all others are Reserved. The names are ours, the
/// values the manual's.
/// </summary>
/// <param name="Structure">Printed name.</param>
/// <param name="Name">The field, in the manual's spelling.</param>
/// <param name="Values">Value and our name for its meaning, for each that is not Reserved.</param>
public sealed record Encodings(
    string Structure,
    string Name,
    params (ulong Value, string Meaning)[] Values
) : LayoutCheck
{
    /// <inheritdoc/>
    public override IEnumerable<string> Findings()
    {
        if (Declaration.Find(Structure) is not { } declaration)
            return [$"no structure is declared as {Structure}"];
        if (declaration.Field(Name) is not { } field)
            return [$"{Structure} has no field {Name}"];
        return Values
            .SelectMany(value => Misnamed(declaration, field, value.Value, value.Meaning))
            .Concat(Invented(field));
    }

    // The table of the layout is for printing, the property is what code compares with: both are asked.
    private IEnumerable<string> Misnamed(
        Declaration declaration,
        Field field,
        ulong value,
        string meaning
    )
    {
        if (value > field.Mask >> (field.Low % 64))
        {
            yield return $"{Structure}.{Name} {field.Range} cannot hold 0x{value:x}";
            yield break;
        }
        var words = new ulong[declaration.Layout.WordCount];
        words[field.Word] = value << (field.Low % 64);
        var printed = field.NameOf(value);
        var read = declaration.Get(Name, words).ToString();
        if (printed != meaning || read != meaning)
            yield return $"{Structure}.{Name} 0x{value:x} is declared as {printed ?? "Reserved"} and read as {read}; in the manual it is {meaning}";
    }

    private IEnumerable<string> Invented(Field field) =>
        from declared in field.Values
        where Values.All(value => value.Value != declared.Value)
        select $"{Structure}.{Name} 0x{declared.Value:x} is declared as {declared.Name}; in the manual it is Reserved";
}
