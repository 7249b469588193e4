using Microsoft.CodeAnalysis;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>A program that runs a method of this assembly, so that a driver written here can be in a process of its own.</summary>
internal static class ChildProgram
{
    // Nothing of the suite is known before the first lines have said where it is.
    private const string Source = """
        using System.IO;
        using System.Reflection;
        using System.Runtime.Loader;

        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(args[0], name.Name + ".dll") is var path && File.Exists(path)
                ? context.LoadFromAssemblyPath(path)
                : null;
        AssemblyLoadContext
            .Default.LoadFromAssemblyPath(Path.Combine(args[0], args[1]))
            .GetType(args[2], throwOnError: true)!
            .GetMethod("Serve", BindingFlags.Static | BindingFlags.Public)!
            .Invoke(null, null);
        """;

    private static readonly Lazy<(TemporaryFolder Folder, string Path)> Compiled = new(() =>
    {
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        return (folder, CompiledAssembly.Of(folder, Source, OutputKind.ConsoleApplication));
    });

    /// <summary>The driver that a type of this assembly serves: its <c>public static void Serve()</c>.</summary>
    public static PluggedDriver Plug<T>()
    {
        var folder = AppContext.BaseDirectory;
        string[] command =
        [
            ThisRuntime.Dotnet,
            "exec",
            "--runtimeconfig",
            Path.Combine(folder, "SmmuConformance.Host.runtimeconfig.json"),
            Compiled.Value.Path,
            folder,
            Path.GetFileName(typeof(T).Assembly.Location),
            typeof(T).FullName!,
        ];
        return PluggedDriver.Parse(
            $"process:{string.Join(' ', command.Select(word => $"\"{word}\""))}",
            new() { Patience = TimeSpan.FromSeconds(60) }
        );
    }
}
