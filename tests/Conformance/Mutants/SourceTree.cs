using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>The sources of one of our assemblies, from which it is compiled in memory with something changed.</summary>
internal sealed class SourceTree
{
    // What a project file says beside the sources.
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

    private readonly string _folder;
    private readonly Lazy<IReadOnlyDictionary<string, SyntaxTree>> _sources;
    private readonly Lazy<CSharpCompilation> _unchanged;

    /// <summary>A folder of the repository.</summary>
    /// <param name="folder">Where it is, from the root.</param>
    /// <param name="assembly">Name of the assembly that is made of it. If the suite has one of that name, it is not seen.</param>
    private SourceTree(string folder, string assembly)
    {
        _folder = Path.Combine(Repository.Root, folder);
        _sources = new(ReadSources);
        _unchanged = new(() => Compilation(assembly));
    }

    /// <summary>The emulator, to take the place of the suite's.</summary>
    public static SourceTree Emulator { get; } = new("src/Emulator", "SmmuConformance.Emulator");

    /// <summary>The reference driver, as somebody would build it against the contract.</summary>
    public static SourceTree Driver { get; } =
        new("src/Driver/Reference", "SmmuConformance.Mutant");

    /// <summary>The assembly with some changes in it.</summary>
    /// <param name="mutant">Whose they are: for messages.</param>
    /// <param name="changes">The changes; several may be in one file.</param>
    /// <exception cref="FormatException">One of them does not apply, or what comes of them does not compile.</exception>
    public byte[] Compile(string mutant, IEnumerable<Replacement> changes)
    {
        var compilation = _unchanged.Value;
        foreach (var file in changes.GroupBy(change => change.File))
        {
            if (!_sources.Value.TryGetValue(file.Key, out var original))
                throw new FormatException($"mutant {mutant}: there is no file {file.Key}");
            var text = file.Aggregate(
                $"{original.GetText()}",
                (source, change) => change.Apply(mutant, source)
            );
            compilation = compilation.ReplaceSyntaxTree(original, Parse(file.Key, text));
        }
        using var stream = new MemoryStream();
        var result = compilation.Emit(stream);
        return result.Success
            ? stream.ToArray()
            : throw new FormatException(
                $"mutant {mutant} does not compile: "
                    + result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error)
            );
    }

    private Dictionary<string, SyntaxTree> ReadSources() =>
        Directory
            .EnumerateFiles(_folder, "*.cs", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_folder, path).Replace('\\', '/'))
            .Where(path =>
                !path.StartsWith("bin/", StringComparison.Ordinal)
                && !path.StartsWith("obj/", StringComparison.Ordinal)
            )
            .ToDictionary(
                path => path,
                path => Parse(path, File.ReadAllText(Path.Combine(_folder, path)))
            );

    private CSharpCompilation Compilation(string assembly) =>
        CSharpCompilation.Create(
            assembly,
            [.. _sources.Value.Values, Parse("Generated.cs", Generated)],
            CompiledAssembly.References.Value.Where(reference =>
                Path.GetFileNameWithoutExtension(reference.Display) != assembly
            ),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                checkOverflow: true,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable
            )
        );

    private static SyntaxTree Parse(string path, string text) =>
        CSharpSyntaxTree.ParseText(text, Parsing, path);
}
