using System.Diagnostics;
using System.Globalization;

namespace SmmuConformance.Bench;

/// <summary>A program of the user's that the suite starts.</summary>
internal static class OtherProgram
{
    private const int UsualPatience = 30;

    /// <summary>How a command line is started.</summary>
    /// <param name="command">The program and its arguments.</param>
    /// <param name="options">What goes with it.</param>
    public static ProcessStartInfo Start(IReadOnlyList<string> command, PlugOptions options)
    {
        var start = new ProcessStartInfo(Program(command[0], options.Folder), command.Skip(1))
        {
            WorkingDirectory = options.Folder,
        };
        foreach (var (name, value) in options.Environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>How long one answer may take.</summary>
    /// <param name="variable">Environment variable that says so, in seconds.</param>
    /// <param name="refused">What is thrown if it says something else.</param>
    public static TimeSpan Patience(string variable, Func<string, Exception> refused)
    {
        var text = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(text))
            return TimeSpan.FromSeconds(UsualPatience);
        return
            double.TryParse(text, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= PluggedDriver.MostSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw refused($"{variable} is `{text}`; write a number of seconds, above 0");
    }

    // A path starts at the folder, as all paths do; a name without one is looked for in PATH.
    private static string Program(string program, string folder) =>
        Path.GetFileName(program) != program
        && Path.Combine(folder, program) is var path
        && File.Exists(path)
            ? path
            : program;
}
