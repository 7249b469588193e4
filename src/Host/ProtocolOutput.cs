using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SmmuConformance.Host;

/// <summary>
/// Standard output carries the protocol. A library that prints must not break it: what it prints goes to standard error, which the
/// suite shows when something goes wrong.
/// </summary>
internal static partial class ProtocolOutput
{
    private const int StandardOutput = 1;
    private const int StandardError = 2;

    /// <summary>The stream of the protocol; from now on standard output is standard error.</summary>
    public static Stream Take()
    {
        if (OperatingSystem.IsWindows())
            return Console.OpenStandardOutput();
        var copy = Duplicate(StandardOutput);
        if (copy < 0 || DuplicateTo(StandardError, StandardOutput) < 0)
            return Console.OpenStandardOutput();
        return new FileStream(new SafeFileHandle(copy, ownsHandle: true), FileAccess.Write, 0);
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int DuplicateTo(int descriptor, int onto);
}
