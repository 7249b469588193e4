using System.Diagnostics.CodeAnalysis;

namespace SmmuConformance.Architecture;

/// <summary>Range check of every generated setter.</summary>
public static class Fit
{
    /// <summary>Refuses a value the field cannot hold, rather than losing its high bits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value has a bit outside <paramref name="ones"/>.</exception>
    public static ulong In(ulong value, ulong ones, string field) =>
        (value & ~ones) == 0 ? value : Refuse(value, field);

    [DoesNotReturn]
    private static ulong Refuse(ulong value, string field) =>
        throw new ArgumentOutOfRangeException(field, $"0x{value:x} does not fit {field}");
}
