using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SmmuConformance.Perf.Comparison;

/// <summary>What a round of transactions finds remembered; the numbers are those of <c>path.c</c>.</summary>
internal enum Remembered
{
    /// <summary>Everything: each transaction hits the TLB.</summary>
    Translations = 0,

    /// <summary>The configuration: each transaction walks the tables.</summary>
    Configuration = 1,

    /// <summary>Nothing: the stream table entry and the context descriptor are read too.</summary>
    Nothing = 2,
}

/// <summary>The path of a transaction in C, <c>Baselines/path.c</c>, built by the machine's own compiler.</summary>
internal sealed class Baseline : IDisposable
{
    private static readonly string[] Compilers = ["cc", "gcc", "clang"];

    private readonly nint _library;
    private readonly nint _smmu;
    private readonly Run _run;

    private Baseline(nint library)
    {
        _library = library;
        _run = Marshal.GetDelegateForFunctionPointer<Run>(
            NativeLibrary.GetExport(library, "baseline_run")
        );
        _smmu = Marshal.GetDelegateForFunctionPointer<Create>(
            NativeLibrary.GetExport(library, "baseline_create")
        )();
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint Create();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void Destroy(nint smmu);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate ulong Run(
        nint smmu,
        uint stream,
        uint pages,
        Remembered scenario,
        ulong count
    );

    /// <summary>Compiles and loads it.</summary>
    /// <exception cref="InvalidOperationException">There is no C compiler, or it refuses; says which were tried.</exception>
    public static Baseline Build()
    {
        var folder = Directory.CreateTempSubdirectory("smmu-perf-");
        var source = Path.Combine(AppContext.BaseDirectory, "Baselines", "path.c");
        var library = Path.Combine(folder.FullName, "path.so");
        foreach (var compiler in Compilers)
            if (Compiled(compiler, source, library))
                return new(NativeLibrary.Load(library));
        throw new InvalidOperationException(
            $"the baselines need a C compiler on PATH; none of {string.Join(", ", Compilers)} built {source}"
        );
    }

    /// <summary>Sum of the output addresses of so many transactions.</summary>
    /// <exception cref="InvalidOperationException">A transaction failed.</exception>
    public ulong Translate(uint stream, int pages, Remembered remembered, long count) =>
        _run(_smmu, stream, (uint)pages, remembered, (ulong)count) is var sum and not 0
            ? sum
            : throw new InvalidOperationException("the baseline could not translate");

    /// <inheritdoc/>
    public void Dispose()
    {
        Marshal.GetDelegateForFunctionPointer<Destroy>(
            NativeLibrary.GetExport(_library, "baseline_destroy")
        )(_smmu);
        NativeLibrary.Free(_library);
    }

    private static bool Compiled(string compiler, string source, string library)
    {
        try
        {
            using var process = Process.Start(
                compiler,
                ["-O3", "-march=native", "-shared", "-fPIC", "-o", library, source]
            );
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
