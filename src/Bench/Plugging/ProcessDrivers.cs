using System.Diagnostics;
using System.Globalization;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Adapters.Wire;

namespace SmmuConformance.Bench;

/// <summary>Drivers in processes of their own.</summary>
internal static class ProcessDrivers
{
    private const int UsualPatience = 30;

    /// <summary>A program that speaks the process protocol.</summary>
    public static PluggedDriver Plug(
        string name,
        IReadOnlyList<string> command,
        PlugOptions options
    )
    {
        var patience = options.Patience ?? Patience();
        return new(
            name,
            new DriverProcesses(() =>
                DriverProcess.Start(name, Start(command, options), Window(), patience)
            ).ForMachine
        );
    }

    private static ProcessStartInfo Start(IReadOnlyList<string> command, PlugOptions options)
    {
        var start = new ProcessStartInfo(Program(command[0], options.Folder), command.Skip(1))
        {
            WorkingDirectory = options.Folder,
        };
        foreach (var (name, value) in options.Environment)
            start.Environment[name] = value;
        return start;
    }

    // A path starts at the folder, as all paths do; a name without one is looked for in PATH.
    private static string Program(string program, string folder) =>
        Path.GetFileName(program) != program
        && Path.Combine(folder, program) is var path
        && File.Exists(path)
            ? path
            : program;

    private static MemoryWindow Window() =>
        new(DmaMemory.Start, DmaMemory.End.Value - DmaMemory.Start.Value);

    private static TimeSpan Patience()
    {
        var text = Environment.GetEnvironmentVariable(PluggedDriver.PatienceVariable);
        if (string.IsNullOrEmpty(text))
            return TimeSpan.FromSeconds(UsualPatience);
        return
            double.TryParse(text, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= PluggedDriver.MostSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw new DriverFaultException(
                $"{PluggedDriver.PatienceVariable} is `{text}`; write a number of seconds, above 0"
            );
    }
}
