using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>
/// The number in bits [7:0] of a command or an event record. It must stand in the list of all numbers and, if the
/// record is declared, in the record.
/// </summary>
/// <typeparam name="T">The list of numbers.</typeparam>
/// <param name="Name">Printed name.</param>
/// <param name="Value">The manual's number.</param>
public abstract record Code<T>(string Name, byte Value) : LayoutCheck
    where T : struct, Enum
{
    /// <summary>The record that is found by a number, or null.</summary>
    protected abstract Layout? ByNumber(byte number);

    /// <summary>Printed name as the list spells it: without what every one begins with.</summary>
    protected abstract string Listed { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> Findings()
    {
        var name = Listed.Replace("_", "", StringComparison.Ordinal);
        if (!Enum.TryParse<T>(name, ignoreCase: true, out var listed))
            yield return $"{Name} is not in {typeof(T).Name}; in the manual it is 0x{Value:x2}";
        else if (RawValue.Of(listed) != Value)
            yield return $"{Name} is 0x{RawValue.Of(listed):x2} in {typeof(T).Name}; in the manual it is 0x{Value:x2}";
        if (Declaration.Find(Name) is { } declaration && declaration.Layout.Code != Value)
            yield return $"{Name} is declared with 0x{declaration.Layout.Code:x2}; in the manual it is 0x{Value:x2}";
        if (ByNumber(Value) is { } found && found.Name != Name)
            yield return $"0x{Value:x2} is found to be {found.Name}; in the manual it is {Name}";
    }
}

/// <summary>The opcode of a command, of whatever Command queue.</summary>
/// <param name="Name">Printed name: <c>CMD_SYNC</c>.</param>
/// <param name="Value">Bits [7:0].</param>
public sealed record Opcode(string Name, byte Value) : Code<CommandOpcode>(Name, Value)
{
    /// <inheritdoc/>
    protected override string Listed => Name["CMD_".Length..];

    /// <inheritdoc/>
    protected override Layout? ByNumber(byte number) => LayoutCatalogue.Command(number);
}

/// <summary>The number of an event.</summary>
/// <param name="Name">Printed name: <c>F_TRANSLATION</c>.</param>
/// <param name="Value">Bits [7:0].</param>
public sealed record EventNumber(string Name, byte Value) : Code<EventId>(Name, Value)
{
    /// <inheritdoc/>
    protected override string Listed => Name;

    /// <inheritdoc/>
    protected override Layout? ByNumber(byte number) => LayoutCatalogue.Event(number);
}

/// <summary>These numbers are nobody's: Reserved, or left to the implementation.</summary>
/// <typeparam name="T">The list of numbers.</typeparam>
/// <param name="First">First of them.</param>
/// <param name="Last">Last of them.</param>
public sealed record Unassigned<T>(byte First, byte Last) : LayoutCheck
    where T : struct, Enum
{
    /// <inheritdoc/>
    public override IEnumerable<string> Findings() =>
        from code in Enum.GetValues<T>()
        let value = RawValue.Of(code)
        where value >= First && value <= Last
        select $"{typeof(T).Name}.{code} is 0x{value:x2}; the manual defines nothing from 0x{First:x2} to 0x{Last:x2}";
}
