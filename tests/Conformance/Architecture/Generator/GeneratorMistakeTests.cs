using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SmmuConformance.Architecture;
using SmmuConformance.Architecture.Generator;

namespace SmmuConformance.Conformance.Architecture;

/// <summary>Every way to declare a field wrongly is a compile error that says so.</summary>
public sealed class GeneratorMistakeTests
{
    public sealed record Mistake(string Id, string Declaration, string Message)
    {
        public override string ToString() => $"{Id}: {Declaration}";
    }

    private const string Usings = "using SmmuConformance.Architecture; namespace Tested; ";

    // Read once: they are most of what a compilation costs.
    private static readonly ImmutableArray<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(Ste).Assembly.Location)
            .Select(p => MetadataReference.CreateFromFile(p)),
    ];

    public static TheoryData<Mistake> Mistakes =>
        [
            new Mistake(
                "SMMU001",
                "[Bits(12, 16)] public partial byte F { get; init; }",
                "F: [12:16] is written low-to-high"
            ),
            new Mistake(
                "SMMU002",
                "[Bits(200)] public partial bool F { get; init; }",
                "F: bit 200 is outside BAD, which has 128 bits"
            ),
            new Mistake(
                "SMMU003",
                "[Bits(70, 60)] public partial ushort F { get; init; }",
                "F: [70:60] crosses a 64-bit word"
            ),
            new Mistake(
                "SMMU004",
                "[Bits(4, 0)] public partial byte E { get; init; } [Bits(7, 3)] public partial byte F { get; init; }",
                "F: bit 3 already belongs to E"
            ),
            new Mistake(
                "SMMU005",
                "[Bits(1, 0)] public partial bool F { get; init; }",
                "F: a bool is one bit, not 2"
            ),
            new Mistake(
                "SMMU006",
                "[Bits(1, 0)] public partial SteConfig F { get; init; }",
                "F: SteConfig.Bypass does not fit 2 bits"
            ),
            new Mistake(
                "SMMU007",
                "[Bits(3, 0)] public partial int F { get; init; }",
                "F: Int32 is not bool, an unsigned integer, an enum of one, or a struct over one"
            ),
            new Mistake(
                "SMMU007",
                "[Bits(11, 0)] public partial byte F { get; init; }",
                "F: Byte has 8 bits, the field has 12"
            ),
            new Mistake(
                "SMMU007",
                "[Bits(19, 0)] public partial Asid F { get; init; }",
                "F: Asid has 16 bits, the field has 20"
            ),
            new Mistake(
                "SMMU008",
                "[Bits(0, When = \"Missing\")] public partial bool F { get; init; }",
                "F: Missing is not a bool property of Bad"
            ),
            new Mistake(
                "SMMU009",
                "[Bits(0)] public bool F { get; init; }",
                "F: a field is a partial property"
            ),
        ];

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_a_compile_error_at_the_field(Mistake mistake)
    {
        var source =
            $"[Structure(\"BAD\", 128, \"0\")] public readonly partial struct Bad {{ {mistake.Declaration} }}";
        var found = Compile(source);

        var error = Assert.Single(found, d => d.Id.StartsWith("SMMU", StringComparison.Ordinal));
        Assert.Equal(mistake.Id, error.Id);
        Assert.Equal(mistake.Message, error.GetMessage());
        var at = error.Location.SourceSpan;
        Assert.Equal("F", (Usings + source).Substring(at.Start, at.Length));
    }

    [Fact]
    public void A_struct_that_is_not_readonly_partial_is_a_compile_error()
    {
        var found = Compile(
            "[Structure(\"BAD\", 64, \"0\")] public partial struct Bad { [Bits(0)] public partial bool F { get; init; } }"
        );

        Assert.Contains(
            found,
            d => d.Id == "SMMU009" && d.GetMessage() == "Bad: a layout is a readonly partial struct"
        );
    }

    [Fact]
    public void The_opcode_of_a_command_is_a_field_that_no_other_may_overlap()
    {
        var found = Compile(
            "[Command(\"BAD\", 0x03, \"0\")] public readonly partial struct Bad { [Bits(7, 4)] public partial byte F { get; init; } }"
        );

        Assert.Contains(
            found,
            d => d.Id == "SMMU004" && d.GetMessage() == "F: bit 4 already belongs to Opcode"
        );
    }

    [Fact]
    public void A_sound_declaration_has_no_mistake_and_compiles()
    {
        var found = Compile(
            "/// <summary>S.</summary>\n[Structure(\"GOOD\", 64, \"0\")] public readonly partial struct Good { [Bits(0)] public partial bool V { get; init; } [Bits(3, 1, When = nameof(V))] public partial SteConfig F { get; init; } }"
        );

        Assert.Empty(found);
    }

    private static ImmutableArray<Diagnostic> Compile(string declaration)
    {
        var compilation = CSharpCompilation.Create(
            "Tested",
            [
                CSharpSyntaxTree.ParseText(
                    Usings + declaration,
                    new CSharpParseOptions(LanguageVersion.Preview)
                ),
            ],
            References,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        );
        CSharpGeneratorDriver
            .Create(
                [new LayoutGenerator().AsSourceGenerator()],
                parseOptions: new CSharpParseOptions(LanguageVersion.Preview)
            )
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out var reported);
        // A declaration with a mistake has no other half, so the compiler complains of that too; only ours count then.
        return reported.IsEmpty
            ? [.. output.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error)]
            : reported;
    }
}
