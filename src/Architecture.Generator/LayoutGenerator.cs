using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace SmmuConformance.Architecture.Generator;

/// <summary>
/// Writes the other half of every declared layout (storage, accessors, the field table, the used-bits mask) and the
/// catalogue of them all.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class LayoutGenerator : IIncrementalGenerator
{
    private static readonly string[] Attributes = ["Structure", "Command", "Event", "Register"];

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (var attribute in Attributes)
        {
            var layouts = context.SyntaxProvider.ForAttributeWithMetadataName(
                $"SmmuConformance.Architecture.{attribute}Attribute",
                static (_, _) => true,
                static (found, _) =>
                    LayoutReader.Read((INamedTypeSymbol)found.TargetSymbol, found.Attributes[0])
            );
            context.RegisterSourceOutput(layouts, static (output, layout) => Write(output, layout));
            context.RegisterSourceOutput(
                layouts.Collect(),
                (output, all) =>
                    output.AddSource(
                        $"LayoutCatalogue.{attribute}s.g.cs",
                        SourceText.From(CatalogueWriter.Write(attribute, all), Encoding.UTF8)
                    )
            );
        }
    }

    private static void Write(SourceProductionContext output, LayoutModel layout)
    {
        foreach (var mistake in layout.Mistakes.Items)
            output.ReportDiagnostic(
                Diagnostic.Create(
                    new DiagnosticDescriptor(
                        mistake.Id,
                        mistake.Title,
                        mistake.Message,
                        "Layout",
                        DiagnosticSeverity.Error,
                        isEnabledByDefault: true
                    ),
                    mistake.Place.ToLocation()
                )
            );
        if (layout.Mistakes.Items.IsEmpty)
            output.AddSource(
                $"{layout.Name}.g.cs",
                SourceText.From(LayoutWriter.Write(layout), Encoding.UTF8)
            );
    }
}
