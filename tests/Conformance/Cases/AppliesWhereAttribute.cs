using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Restricts a case to profiles whose ID register field has one of the values given:
/// <c>[AppliesWhere("SMMU_IDR3.RIL", 1)]</c>. Several of these must all hold.
/// </summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AppliesWhereAttribute : Attribute
{
    /// <summary>The case applies where the field has one of these values.</summary>
    /// <param name="field">Register and field as the manual prints them, with a dot between.</param>
    /// <param name="values">Raw values; none with <see cref="AtLeast"/> or <see cref="AtMost"/>.</param>
    public AppliesWhereAttribute(string field, params uint[] values)
    {
        Field = field;
        Values = [.. values];
    }

    /// <summary>Register and field as the manual prints them.</summary>
    public string Field { get; }

    /// <summary>The raw values at which the case applies.</summary>
    public ImmutableArray<uint> Values { get; }

    /// <summary>Smallest raw value at which it applies.</summary>
    public uint AtLeast { get; set; }

    /// <summary>Largest raw value at which it applies.</summary>
    public uint AtMost { get; set; } = uint.MaxValue;

    /// <summary>Why the case does not apply to a profile, or null if it does.</summary>
    /// <exception cref="ArgumentException">No ID register or no field has that name.</exception>
    public string? Refusal(Profile profile)
    {
        var value = IdentificationField.Read(profile, Field);
        var listed = Values.IsEmpty || Values.Contains((uint)value);
        return listed && value >= AtLeast && value <= AtMost ? null : $"{Field} is {value}";
    }
}

/// <summary>
/// Restricts a case by a predicate of its own class: a static method that takes the profile and returns the reason why the
/// case does not apply, or null. For what one field cannot say.
/// </summary>
/// <param name="method">Name of the method.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class AppliesIfAttribute(string method) : Attribute
{
    /// <summary>Name of the method.</summary>
    public string Method { get; } = method;
}

/// <summary>Reads an ID register of a profile by the manual's names.</summary>
public static class IdentificationField
{
    /// <summary>The raw value of a field.</summary>
    /// <param name="profile">The hardware.</param>
    /// <param name="name">Register and field, with a dot between: <c>SMMU_IDR0.S1P</c>.</param>
    /// <exception cref="ArgumentException">No ID register or no field has that name.</exception>
    public static ulong Read(Profile profile, string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot < 0)
            throw new ArgumentException($"'{name}' is not REGISTER.FIELD", nameof(name));
        var (layout, word) = Register(profile, name[..dot]);
        foreach (var field in layout.Fields)
            if (field.Name.AsSpan().SequenceEqual(name.AsSpan(dot + 1)))
                return field.RawIn(word);
        throw new ArgumentException(
            $"{layout.Name} has no field {name[(dot + 1)..]}",
            nameof(name)
        );
    }

    private static (Layout Layout, ulong Word) Register(Profile profile, string name) =>
        name switch
        {
            "SMMU_IDR0" => (Idr0.Layout, profile.IDR0.Word(0)),
            "SMMU_IDR1" => (Idr1.Layout, profile.IDR1.Word(0)),
            "SMMU_IDR2" => (Idr2.Layout, profile.IDR2.Word(0)),
            "SMMU_IDR3" => (Idr3.Layout, profile.IDR3.Word(0)),
            "SMMU_IDR4" => (Idr4.Layout, profile.IDR4.Word(0)),
            "SMMU_IDR5" => (Idr5.Layout, profile.IDR5.Word(0)),
            "SMMU_IIDR" => (Iidr.Layout, profile.IIDR.Word(0)),
            "SMMU_AIDR" => (Aidr.Layout, profile.AIDR.Word(0)),
            _ => throw new ArgumentException(
                $"{name} is not an ID register of a profile",
                nameof(name)
            ),
        };
}
