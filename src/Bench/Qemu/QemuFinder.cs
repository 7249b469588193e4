namespace SmmuConformance.Bench.Qemu;

/// <summary>Where QEMU is on this machine, and whether it can do what is needed of it.</summary>
/// <param name="Path">The program; null: there is none that will do.</param>
/// <param name="Reason">Why there is none; empty if there is.</param>
public sealed record QemuFinder(string? Path, string Reason)
{
    /// <summary>Environment variable that names the program.</summary>
    public const string Variable = "SMMU_QEMU";

    private const string Program = "qemu-system-aarch64";

    private static readonly Lazy<QemuFinder> Shared = new(() =>
        Find(
            Environment.GetEnvironmentVariable(Variable),
            Environment.GetEnvironmentVariable("PATH") ?? ""
        )
    );

    /// <summary>The environment names one: it must do.</summary>
    public static bool IsDemanded =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable));

    /// <summary>What the environment names, or what is on PATH. Probed once, by starting it.</summary>
    public static QemuFinder OfThisRun => Shared.Value;

    /// <summary>Looks for it, and starts it to see what it can do.</summary>
    /// <param name="named">What the user names, if anything.</param>
    /// <param name="path">Directories to look into otherwise.</param>
    public static QemuFinder Find(string? named, string path)
    {
        if (!OperatingSystem.IsLinux())
            return new(null, "QEMU's memory and sockets are shared by means of Linux");
        var program = string.IsNullOrEmpty(named)
            ? path.Split(':')
                .Where(directory => directory.Length > 0)
                .Select(directory => System.IO.Path.Combine(directory, Program))
                .FirstOrDefault(File.Exists)
            : named;
        return program is null
            ? new(null, $"{Variable} names no QEMU, and {Program} is not on PATH")
            : Probe(program);
    }

    private static QemuFinder Probe(string program)
    {
        try
        {
            using var model = new QemuModel(program, QemuStage.Nested);
            return model.Profile.IDR0 is { S1P: true, S2P: true }
                ? new(program, "")
                : new(null, $"{program} has no SMMU with two stages");
        }
        catch (QemuFailedException e)
        {
            return new(null, e.Message);
        }
    }
}
