using System.Diagnostics;

namespace SmmuConformance.Bench.Qemu;

/// <summary>A QEMU on this machine.</summary>
/// <param name="Path">Its program, <c>qemu-system-aarch64</c>.</param>
/// <param name="Version">What it says of itself, such as <c>11.1.3</c>.</param>
public sealed record QemuProgram(string Path, string Version)
{
    /// <summary>Environment variable: path of the program.</summary>
    public const string Variable = "SMMU_QEMU";

    private const string Name = "qemu-system-aarch64";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static readonly Lazy<(QemuProgram? Program, string Why)> s_found = new(Find);

    /// <summary>The one that <see cref="Variable"/> names, or that is on PATH; null: there is none that can be used.</summary>
    public static QemuProgram? Here => s_found.Value.Program;

    /// <summary>Why there is none, and what to do.</summary>
    public static string Missing => s_found.Value.Why;

    private static (QemuProgram? Program, string Why) Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        var path = string.IsNullOrEmpty(named) ? OnPath() : named;
        if (path is null)
            return (null, $"{Name} is not on PATH; install it, or set {Variable} to its path");
        if (!File.Exists(path))
            return (null, $"{Variable}={path}: there is no such file");
        try
        {
            var program = new QemuProgram(path, VersionOf(path));
            // What it can do is known only by doing it: a QEMU that lacks qtest lists it all the same.
            using var machine = QemuMachine.Start(program, QemuStage.Nested);
            return (program, "");
        }
        catch (QemuException exception)
        {
            return (null, $"{path} cannot be used: {exception.Message}");
        }
    }

    private static string? OnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => System.IO.Path.Combine(folder, Name))
            .FirstOrDefault(File.Exists);

    private static string VersionOf(string path)
    {
        var start = new ProcessStartInfo(path, "--version")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            using var process =
                Process.Start(start) ?? throw new QemuException("it does not start");
            var first = process.StandardOutput.ReadLineAsync();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill();
                throw new QemuException(
                    $"it does not tell its version in {s_patience.TotalSeconds} s"
                );
            }
            // "QEMU emulator version 11.1.3 (Debian ...)"
            return first.Result?.Split(' ') is ["QEMU", "emulator", "version", var version, ..]
                ? version
                : throw new QemuException($"it is no QEMU: --version says '{first.Result}'");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new QemuException(exception.Message, exception);
        }
    }
}
