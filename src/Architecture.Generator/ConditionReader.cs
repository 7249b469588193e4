using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SmmuConformance.Architecture.Generator;

/// <summary>Collects the conditions that fields name with <c>When</c>, so that the reference pages can spell them out.</summary>
internal static class ConditionReader
{
    /// <summary>The conditions in order of first use, each followed by those it is made of. Plain fields explain themselves.</summary>
    public static ImmutableArray<ConditionModel> Read(
        INamedTypeSymbol type,
        IEnumerable<FieldModel> fields
    )
    {
        var found = new List<ConditionModel>();
        foreach (var field in fields.OrderBy(f => f.Low))
            Add(type, field.When, found);
        return found.ToImmutableArray();
    }

    private static void Add(INamedTypeSymbol type, string name, List<ConditionModel> found)
    {
        if (found.Any(c => c.Name == name) || ExpressionOf(type, name) is not { } expression)
            return;
        found.Add(new(name, OneLine(expression)));
        foreach (var part in expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
            Add(type, part.Identifier.Text, found);
    }

    // Only `bool Name => expression;` is a condition; a field has no body of its own.
    private static ExpressionSyntax? ExpressionOf(INamedTypeSymbol type, string name) =>
        type.GetMembers(name)
            .OfType<IPropertySymbol>()
            .Where(p => p.Type.SpecialType == SpecialType.System_Boolean)
            .SelectMany(p => p.DeclaringSyntaxReferences)
            .Select(r => (r.GetSyntax() as PropertyDeclarationSyntax)?.ExpressionBody?.Expression)
            .FirstOrDefault(e => e is not null);

    private static string OneLine(ExpressionSyntax expression) =>
        string.Join(
            " ",
            expression.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        );
}
