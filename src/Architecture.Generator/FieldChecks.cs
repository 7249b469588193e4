using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SmmuConformance.Architecture.Generator;

/// <summary>Every way a field can be declared wrongly, in the order in which they make sense to a reader.</summary>
internal static class FieldChecks
{
    /// <summary>The first mistake of a field; null, and its bits claimed, if there is none.</summary>
    public static Mistake? First(
        INamedTypeSymbol type,
        IPropertySymbol property,
        FieldModel field,
        Heading heading,
        string?[] owners
    )
    {
        var (name, high, low) = (field.Name, field.High, field.Low);
        if (low > high)
            return Mistakes.Reversed(property, $"{name}: [{high}:{low}] is written low-to-high");
        if (high >= heading.Bits || low < 0)
            return Mistakes.Outside(
                property,
                $"{name}: bit {high} is outside {heading.SpecName}, which has {heading.Bits} bits"
            );
        if (high / 64 != low / 64)
            return Mistakes.Crosses(property, $"{name}: [{high}:{low}] crosses a 64-bit word");
        if (LayoutReader.Claim(owners, high, low, name) is { } overlap)
            return Mistakes.Overlaps(property, overlap);
        return OfType(property, field) ?? OfShape(type, property, field);
    }

    private static Mistake? OfType(IPropertySymbol property, FieldModel field)
    {
        var (name, width) = (field.Name, field.Width);
        if (field.Shape == FieldShape.Flag && width != 1)
            return Mistakes.WideFlag(property, $"{name}: a bool is one bit, not {width}");
        if (property.Type is INamedTypeSymbol { TypeKind: TypeKind.Enum } choices)
            foreach (
                var member in choices
                    .GetMembers()
                    .OfType<IFieldSymbol>()
                    .Where(m => m.HasConstantValue)
            )
                if (
                    Convert.ToUInt64(member.ConstantValue, CultureInfo.InvariantCulture)
                    > field.Ones
                )
                    return Mistakes.TooNarrow(
                        property,
                        $"{name}: {choices.Name}.{member.Name} does not fit {width} bits"
                    );
        if (CapacityOf(property.Type) is not { } capacity)
            return Mistakes.Type(
                property,
                $"{name}: {property.Type.Name} is not bool, an unsigned integer, an enum of one, or a struct over one"
            );
        if (
            field.Shape is not (FieldShape.Flag or FieldShape.Address or FieldShape.RawAddress)
            && width > capacity
        )
            return Mistakes.Type(
                property,
                $"{name}: {property.Type.Name} has {capacity} bits, the field has {width}"
            );
        return null;
    }

    private static Mistake? OfShape(
        INamedTypeSymbol type,
        IPropertySymbol property,
        FieldModel field
    )
    {
        var syntax = property.DeclaringSyntaxReferences[0].GetSyntax() as PropertyDeclarationSyntax;
        if (syntax?.Modifiers.Any(SyntaxKind.PartialKeyword) != true)
            return Mistakes.NotPartial(property, $"{field.Name}: a field is a partial property");
        if (field.When.Length == 0)
            return null;
        var condition = type.GetMembers(field.When).OfType<IPropertySymbol>().FirstOrDefault();
        return condition?.Type.SpecialType == SpecialType.System_Boolean
            ? null
            : Mistakes.When(
                property,
                $"{field.Name}: {field.When} is not a bool property of {type.Name}"
            );
    }

    // How many bits a value of the type can carry; null if it cannot stand for bits at all.
    private static int? CapacityOf(ITypeSymbol type) =>
        type.SpecialType switch
        {
            SpecialType.System_Boolean => 1,
            SpecialType.System_Byte => 8,
            SpecialType.System_UInt16 => 16,
            SpecialType.System_UInt32 => 32,
            SpecialType.System_UInt64 => 64,
            SpecialType.None when type is INamedTypeSymbol { EnumUnderlyingType: { } under } =>
                CapacityOf(under),
            SpecialType.None when type.TypeKind == TypeKind.Struct => type.GetMembers("Value")
                .OfType<IPropertySymbol>()
                .Select(p => CapacityOf(p.Type))
                .FirstOrDefault(),
            _ => null,
        };
}
