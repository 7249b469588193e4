using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Compiles the emulator from its source, with one lie in it, in memory.</summary>
internal static class MutantCompiler
{
    /// <summary>The emulator's folder.</summary>
    public static string Folder { get; } = Path.Combine(Repository.Root, "src", "Emulator");

    private const string Assembly = "SmmuConformance.Emulator";

    // What the project file says beside the sources.
    private const string Generated = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("SmmuConformance.Conformance")]
        """;

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview);

    private static readonly Lazy<IReadOnlyDictionary<string, SyntaxTree>> Sources = new(() =>
        Directory
            .EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/'))
            .Where(path =>
                !path.StartsWith("bin/", StringComparison.Ordinal)
                && !path.StartsWith("obj/", StringComparison.Ordinal)
            )
            .ToDictionary(path => path, path => Parse(path, File.ReadAllText(Of(path))))
    );

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(path => Path.GetFileNameWithoutExtension(path) != Assembly)
                .Where(path => File.Exists(path))
                .Select(path => MetadataReference.CreateFromFile(path)),
        ]
    );

    /// <summary>The assembly with the lie in it.</summary>
    /// <exception cref="FormatException">The mutant does not apply, or does not compile.</exception>
    public static byte[] Compile(Mutant mutant)
    {
        if (!Sources.Value.TryGetValue(mutant.File, out var original))
            throw new FormatException($"mutant {mutant.Id}: there is no file {mutant.File}");
        var changed = Parse(mutant.File, mutant.Apply($"{original.GetText()}"));
        var compilation = CSharpCompilation.Create(
            Assembly,
            [
                .. Sources.Value.Where(pair => pair.Key != mutant.File).Select(pair => pair.Value),
                changed,
                Parse("Generated.cs", Generated),
            ],
            References.Value,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                checkOverflow: true,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        return result.Success
            ? stream.ToArray()
            : throw new FormatException(
                $"mutant {mutant.Id} does not compile: "
                    + result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)
            );
    }

    private static string Of(string path) => Path.Combine(Folder, path);

    private static SyntaxTree Parse(string path, string text) =>
        CSharpSyntaxTree.ParseText(text, Parsing, path);
}
