using System.Collections.Immutable;
using System.Globalization;

namespace SmmuConformance.Architecture;

/// <summary>How a field's value is printed.</summary>
public enum FieldForm : byte
{
    /// <summary>One bit.</summary>
    Flag,

    /// <summary>A number or an identifier.</summary>
    Number,

    /// <summary>An encoding with named values.</summary>
    Choice,

    /// <summary>An address in place.</summary>
    Address,
}

/// <summary>What kind of thing a layout describes.</summary>
public enum LayoutKind : byte
{
    /// <summary>A structure in memory.</summary>
    Structure,

    /// <summary>A command.</summary>
    Command,

    /// <summary>An event record.</summary>
    Event,

    /// <summary>A register.</summary>
    Register,
}

/// <summary>One named value of an encoding.</summary>
/// <param name="Value">The field's raw value.</param>
/// <param name="Name">Its name in plain words.</param>
public readonly record struct NamedValue(ulong Value, string Name);

/// <summary>When the SMMU reads a field.</summary>
/// <param name="Name">The condition's name, as <see cref="Field.When"/> gives it.</param>
/// <param name="Expression">What it says of the structure's own fields and other conditions, as declared.</param>
public readonly record struct Condition(string Name, string Expression);

/// <summary>One field of a structure.</summary>
/// <param name="Name">The manual's name.</param>
/// <param name="High">Most significant bit, over the whole structure.</param>
/// <param name="Low">Least significant bit, over the whole structure.</param>
/// <param name="Form">How its value is printed.</param>
/// <param name="Summary">What it means.</param>
/// <param name="When">Name of the condition under which the SMMU reads it; empty: always.</param>
/// <param name="Guard">For register fields: the enables that lock it.</param>
/// <param name="Values">The named encodings, if any.</param>
public sealed record Field(
    string Name,
    int High,
    int Low,
    FieldForm Form,
    string Summary,
    string When,
    Guard Guard,
    ImmutableArray<NamedValue> Values
)
{
    /// <summary>The 64-bit word that holds the field.</summary>
    public int Word => Low / 64;

    /// <summary>Width in bits.</summary>
    public int Width => High - Low + 1;

    /// <summary>The field's bits within its word.</summary>
    public ulong Mask => (ulong.MaxValue >> (64 - Width)) << (Low % 64);

    /// <summary>Position as the manual prints it.</summary>
    public string Range => High == Low ? $"[{High}]" : $"[{High}:{Low}]";

    /// <summary>The field's value within a word, moved down to bit 0.</summary>
    public ulong RawIn(ulong word) => (word & Mask) >> (Low % 64);

    /// <summary>The name of an encoding, or null if it is reserved.</summary>
    public string? NameOf(ulong raw)
    {
        foreach (var named in Values)
            if (named.Value == raw)
                return named.Name;
        return null;
    }

    /// <summary>The value in the words given, as dumps and messages print it.</summary>
    public string Print(ulong word)
    {
        var raw = RawIn(word);
        return Form switch
        {
            FieldForm.Flag => raw == 0 ? "0" : "1",
            FieldForm.Address => $"0x{word & Mask:x}",
            FieldForm.Choice =>
                $"0b{raw.ToString("b" + Width, CultureInfo.InvariantCulture)}  {NameOf(raw) ?? "reserved"}",
            _ => raw < 10 ? $"{raw}" : $"0x{raw:x}",
        };
    }
}

/// <summary>Everything that is known of one structure: derived from its declaration, never written twice.</summary>
/// <param name="Name">The manual's name.</param>
/// <param name="Kind">Structure, command, event record or register.</param>
/// <param name="Clause">The section that defines it.</param>
/// <param name="Bits">Size in bits.</param>
/// <param name="Code">Opcode, event number or register offset; 0 for structures.</param>
/// <param name="Summary">What it is.</param>
/// <param name="Fields">Every field, in bit order.</param>
public sealed record Layout(
    string Name,
    LayoutKind Kind,
    string Clause,
    int Bits,
    uint Code,
    string Summary,
    ImmutableArray<Field> Fields
)
{
    /// <summary>What the conditions named by <see cref="Field.When"/> mean, where they are more than a field.</summary>
    public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>Size in 64-bit words.</summary>
    public int WordCount => (Bits + 63) / 64;

    /// <summary>The bits of a word that no field claims: RES0.</summary>
    public ulong Reserved(int word)
    {
        var free = Bits >= 64 * (word + 1) ? ulong.MaxValue : (1ul << (Bits % 64)) - 1;
        foreach (var field in Fields)
            if (field.Word == word)
                free &= ~field.Mask;
        return free;
    }

    /// <summary>The field of that name.</summary>
    /// <exception cref="KeyNotFoundException">No field has that name.</exception>
    public Field this[string name]
    {
        get
        {
            foreach (var field in Fields)
                if (field.Name == name)
                    return field;
            throw new KeyNotFoundException($"{Name} has no field {name}");
        }
    }
}

/// <summary>Where a register is and how it may be written.</summary>
/// <param name="Layout">Its name and fields.</param>
/// <param name="Access">Whether software may write it.</param>
/// <param name="Guard">Enables that must be clear, and acknowledged clear, before a write is permitted.</param>
/// <param name="Reset">Value after reset, where the manual gives one.</param>
/// <param name="ResetUnknown">True if the manual leaves the value after reset unknown.</param>
public sealed record RegisterInfo(
    Layout Layout,
    Access Access,
    Guard Guard,
    ulong Reset,
    bool ResetUnknown
)
{
    /// <summary>Byte offset from the base of page 0.</summary>
    public uint Offset => Layout.Code;

    /// <summary>Width in bytes: 4 or 8.</summary>
    public int Bytes => Layout.Bits / 8;

    /// <summary>The manual's name.</summary>
    public string Name => Layout.Name;
}
