using System.Collections.Immutable;
using System.Diagnostics;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>broken.c as a library: compiled once a run, by whatever compiler of C is there.</summary>
internal static class BrokenLibrary
{
    private static readonly Lazy<string?> Compiler = new(() =>
        OperatingSystem.IsWindows() ? null : Programs.Find("cc", "gcc", "clang")
    );

    private static readonly Lazy<string> Whole = new(() => Compile("broken"));
    private static readonly Lazy<string> Nameless = new(() => Compile("nameless", "-DNO_SYMBOL"));

    /// <summary>The library; the test is skipped where it cannot be built.</summary>
    public static string Path => Needed(Whole);

    /// <summary>The library without its symbol.</summary>
    public static string WithoutSymbol => Needed(Nameless);

    /// <summary>The driver in a process of its own.</summary>
    /// <param name="broken">What is wrong with the library; empty: nothing.</param>
    /// <param name="seconds">Bound of one operation.</param>
    public static PluggedDriver Plug(string broken = "", double seconds = 60) =>
        PluggedDriver.Parse(
            $"native:{Path}",
            new()
            {
                Patience = TimeSpan.FromSeconds(seconds),
                Environment = ImmutableDictionary<string, string>.Empty.Add("BROKEN", broken),
            }
        );

    /// <summary>An object file, which is no library.</summary>
    public static string ObjectFile(string folder)
    {
        _ = Path;
        var path = System.IO.Path.Combine(folder, "broken.o");
        CompileTo(path, ["-c"]);
        return path;
    }

    private static string Needed(Lazy<string> library)
    {
        Skip.If(Compiler.Value is null, "no compiler of C (cc, gcc, clang) is in PATH");
        return library.Value;
    }

    private static string Compile(string name, params string[] options)
    {
        var path = System.IO.Path.Combine(TemporaryFolder.OfRun, $"{name}.so");
        CompileTo(path, [.. options, "-shared", "-fPIC", "-pthread"]);
        return path;
    }

    private static void CompileTo(string path, string[] options)
    {
        var header = System.IO.Path.Combine(Repository.Root, "src", "Driver", "Adapters", "Native");
        var source = System.IO.Path.Combine(
            Repository.Root,
            "tests",
            "Conformance",
            "Plugging",
            "broken.c"
        );
        using var compiler = Process.Start(
            Compiler.Value!,
            [.. options, "-std=gnu11", "-w", "-I", header, "-o", path, source]
        );
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, $"{source} does not compile");
    }
}
