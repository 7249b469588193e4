using System.Collections.Immutable;
using System.Globalization;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SmmuConformance.Architecture.Generator;

/// <summary>Turns a declared struct into a <see cref="LayoutModel"/> and collects its mistakes.</summary>
internal static class LayoutReader
{
    public static LayoutModel Read(INamedTypeSymbol type, AttributeData attribute)
    {
        var heading = ReadHeading(attribute);
        var fields = ImmutableArray.CreateBuilder<FieldModel>();
        var mistakes = ImmutableArray.CreateBuilder<Mistake>();
        var owners = new string?[heading.Bits];

        if (!IsReadOnlyPartial(type))
            mistakes.Add(
                Mistakes.NotPartial(type, $"{type.Name}: a layout is a readonly partial struct")
            );

        // The name of a command or an event is itself a field; its bits are taken before any other.
        if (heading.Kind is "Command" or "Event")
            Claim(owners, 7, 0, heading.Kind == "Command" ? "Opcode" : "EventId");

        foreach (var property in type.GetMembers().OfType<IPropertySymbol>())
        {
            var at = property
                .GetAttributes()
                .FirstOrDefault(a =>
                    a.AttributeClass?.Name is "BitsAttribute" or "AddressAttribute"
                );
            if (at is null)
                continue;
            var field = ReadField(property, at);
            var found = FieldChecks.First(type, property, field, heading, owners);
            if (found is null)
                fields.Add(field);
            else
                mistakes.Add(found);
        }

        return new(
            type.ContainingNamespace.ToDisplayString(),
            type.Name,
            SummaryOf(type),
            heading,
            new(fields.ToImmutable()),
            new(ConditionReader.Read(type, fields)),
            new(mistakes.ToImmutable())
        );
    }

    internal static string? Claim(string?[] owners, int high, int low, string name)
    {
        for (var bit = low; bit <= high; bit++)
        {
            if (owners[bit] is { } other)
                return $"{name}: bit {bit} already belongs to {other}";
            owners[bit] = name;
        }
        return null;
    }

    private static Heading ReadHeading(AttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments;
        var name = (string)arguments[0].Value!;
        return attribute.AttributeClass!.Name switch
        {
            "CommandAttribute" => new(
                "Command",
                name,
                Text(2),
                128,
                (byte)arguments[1].Value!,
                "",
                0,
                0,
                false
            ),
            "EventAttribute" => new(
                "Event",
                name,
                Text(2),
                256,
                (byte)arguments[1].Value!,
                "",
                0,
                0,
                false
            ),
            "RegisterAttribute" => new(
                "Register",
                name,
                Text(3),
                (int)arguments[2].Value!,
                (uint)arguments[1].Value!,
                (byte)arguments[4].Value! == 0 ? "ReadOnly" : "ReadWrite",
                GuardOf(attribute),
                Named(attribute, "Reset") is ulong reset ? reset : 0,
                Named(attribute, "ResetUnknown") is true
            ),
            _ => new("Structure", name, Text(2), (int)arguments[1].Value!, 0, "", 0, 0, false),
        };

        string Text(int index) => (string)arguments[index].Value!;
    }

    private static FieldModel ReadField(IPropertySymbol property, AttributeData at)
    {
        var arguments = at.ConstructorArguments;
        var high = (int)arguments[0].Value!;
        var low = arguments.Length > 1 ? (int)arguments[1].Value! : high;
        var address = at.AttributeClass!.Name == "AddressAttribute";
        return new(
            property.Name,
            property.Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
            ShapeOf(property.Type, address),
            high,
            low,
            SummaryOf(property),
            Named(at, "When") as string ?? "",
            GuardOf(at),
            new(ValuesOf(property.Type))
        );
    }

    private static FieldShape ShapeOf(ITypeSymbol type, bool address) =>
        type switch
        {
            { SpecialType: SpecialType.System_Boolean } => FieldShape.Flag,
            { TypeKind: TypeKind.Enum } => FieldShape.Choice,
            { SpecialType: SpecialType.None, TypeKind: TypeKind.Struct } => address
                ? FieldShape.Address
                : FieldShape.Newtype,
            _ => address ? FieldShape.RawAddress : FieldShape.Number,
        };

    private static ImmutableArray<string> ValuesOf(ITypeSymbol type) =>
        type is INamedTypeSymbol { TypeKind: TypeKind.Enum } choices
            ? choices
                .GetMembers()
                .OfType<IFieldSymbol>()
                .Where(m => m.HasConstantValue)
                .Select(m =>
                    $"{Convert.ToUInt64(m.ConstantValue, CultureInfo.InvariantCulture)}={m.Name}"
                )
                .ToImmutableArray()
            : ImmutableArray<string>.Empty;

    private static bool IsReadOnlyPartial(INamedTypeSymbol type) =>
        type.IsReadOnly
        && type.DeclaringSyntaxReferences.All(r =>
            r.GetSyntax() is TypeDeclarationSyntax d && d.Modifiers.Any(SyntaxKind.PartialKeyword)
        );

    private static object? Named(AttributeData attribute, string name) =>
        attribute.NamedArguments.FirstOrDefault(a => a.Key == name).Value.Value;

    private static int GuardOf(AttributeData attribute) =>
        Named(attribute, "Guard") is { } guard
            ? Convert.ToInt32(guard, CultureInfo.InvariantCulture)
            : 0;

    private static string SummaryOf(ISymbol symbol)
    {
        var xml = symbol.GetDocumentationCommentXml();
        if (string.IsNullOrEmpty(xml))
            return "";
        var summary = XElement.Parse(xml).Element("summary")?.Value ?? "";
        return string.Join(
            " ",
            summary.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
    }
}
