using System.Globalization;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Between the type of a property and the number in its field.</summary>
internal static class RawValue
{
    /// <summary>The number that a property holds when every bit of its field is set; an address keeps its place in the word.</summary>
    public static ulong Ones(Field field) =>
        field.Form == FieldForm.Address ? field.Mask : field.Mask >> (field.Low % 64);

    /// <summary>The number behind a flag, a number, an encoding, an identifier or an address.</summary>
    public static ulong Of(object value) =>
        value switch
        {
            bool flag => flag ? 1u : 0u,
            IConvertible number => number.ToUInt64(CultureInfo.InvariantCulture),
            _ => Of(value.GetType().GetProperty("Value")!.GetValue(value)!),
        };

    /// <summary>The value of that type with that number behind it.</summary>
    public static object To(Type type, ulong number)
    {
        if (type == typeof(bool))
            return number != 0;
        if (type.IsEnum)
            return Enum.ToObject(type, number);
        if (type.IsPrimitive)
            return Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        var inner = type.GetProperty("Value")!.PropertyType;
        return Activator.CreateInstance(type, To(inner, number))!;
    }
}
