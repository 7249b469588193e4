using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>An assembly from a few lines of C#, as somebody else would build one against the suite.</summary>
internal static class CompiledAssembly
{
    private const string Usings = """
        global using System;
        global using System.Collections.Immutable;
        global using Microsoft.Extensions.DependencyInjection;
        global using SmmuConformance.Architecture;
        global using SmmuConformance.Bench;
        global using SmmuConformance.Driver.Contract;
        global using SmmuConformance.Driver.Reference;
        """;

    /// <summary>All that the suite is built on, and the suite.</summary>
    public static Lazy<MetadataReference[]> References { get; } =
        new(() =>
            [
                .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                    .Split(Path.PathSeparator)
                    .Where(File.Exists)
                    .Select(path => MetadataReference.CreateFromFile(path)),
            ]
        );

    /// <summary>Compiles an assembly.</summary>
    /// <param name="folder">Where it is put.</param>
    /// <param name="source">Its source.</param>
    /// <param name="kind">A library, or a program.</param>
    /// <returns>Its path.</returns>
    public static string Of(
        TemporaryFolder folder,
        string source,
        OutputKind kind = OutputKind.DynamicallyLinkedLibrary
    )
    {
        var path = Path.Combine(folder.Path, $"Compiled{Guid.NewGuid():n}.dll");
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(path),
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText(source)],
            References.Value,
            new CSharpCompilationOptions(
                kind,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        var result = compilation.Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return path;
    }
}
