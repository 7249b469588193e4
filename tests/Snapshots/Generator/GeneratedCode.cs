using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SmmuConformance.Architecture;
using SmmuConformance.Architecture.Generator;

namespace SmmuConformance.Snapshots;

/// <summary>What the generator writes for one small structure: the only clever code here, so its output is reviewed.</summary>
public sealed class GeneratedCode : ISnapshots
{
    private const string Folder = "architecture-generator";
    private const string Structure = "GeneratedCode.Of_a_structure";
    private const string Command = "GeneratedCode.Of_a_command";

    public static IEnumerable<string> Names => [Structure, Command];

    [Fact]
    public Task Of_a_structure() =>
        Snapshot.Verify(
            Folder,
            Structure,
            Generated(
                """
                /// <summary>A small entry.</summary>
                [Structure("SMALL", 128, "0.0")]
                public readonly partial struct Small
                {
                    /// <summary>Entry is valid.</summary>
                    [Bits(0)] public partial bool V { get; init; }
                    /// <summary>What it does.</summary>
                    [Bits(3, 1, When = nameof(V))] public partial SteConfig Config { get; init; }
                    /// <summary>Where it points.</summary>
                    [Address(55, 6, When = nameof(V))] public partial PhysicalAddress Pointer { get; init; }
                    /// <summary>Its tag.</summary>
                    [Bits(79, 64)] public partial Asid ASID { get; init; }
                }
                """,
                "Small.g.cs"
            )
        );

    [Fact]
    public Task Of_a_command() =>
        Snapshot.Verify(
            Folder,
            Command,
            Generated(
                """
                /// <summary>A small command.</summary>
                [Command("CMD_SMALL", 0x99, "0.0")]
                public readonly partial struct CmdSmall
                {
                    /// <summary>Which stream.</summary>
                    [Bits(63, 32)] public partial StreamId StreamID { get; init; }
                }
                """,
                "CmdSmall.g.cs"
            )
        );

    private static string Generated(string declaration, string file)
    {
        var compilation = CSharpCompilation.Create(
            "Tested",
            [
                CSharpSyntaxTree.ParseText(
                    $"using SmmuConformance.Architecture; namespace Tested; {declaration}",
                    // Without documentation mode the summaries would not reach the generator.
                    new CSharpParseOptions(LanguageVersion.Preview, DocumentationMode.Parse)
                ),
            ],
            ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(p => Path.GetFileName(p).StartsWith("System.", StringComparison.Ordinal))
                .Append(typeof(Ste).Assembly.Location)
                .Select(p => MetadataReference.CreateFromFile(p))
        );
        var result = CSharpGeneratorDriver
            .Create(new LayoutGenerator())
            .RunGenerators(compilation)
            .GetRunResult();
        return result
            .Results.Single()
            .GeneratedSources.Single(s => s.HintName == file)
            .SourceText.ToString();
    }
}
