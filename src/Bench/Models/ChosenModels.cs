using System.Collections.Immutable;
using SmmuConformance.Bench.Qemu;

namespace SmmuConformance.Bench.Models;

/// <summary>The SMMUs that a run is to use, chosen by name.</summary>
public static class ChosenModels
{
    /// <summary>Environment variable that names them.</summary>
    public const string Variable = "SMMU_PLATFORM";

    /// <summary>Environment variable that bounds one answer of a model in another process, in seconds of real time.</summary>
    public const string PatienceVariable = "SMMU_PLATFORM_SECONDS";

    /// <summary>The name of this project's own SMMUs, which are used if nothing is chosen.</summary>
    public const string Emulator = "emulator";

    /// <summary>The name of QEMU.</summary>
    public const string Qemu = "qemu";

    private static readonly PluginRole Model = new(
        "model",
        [typeof(IHardwareModel)],
        path => $" A program is `process:{path}`.",
        (message, inner) => new ModelFaultException(message, inner)
    );

    /// <summary>The models that a text chooses, each to be started as often as cases run side by side; none: the emulator is used.</summary>
    /// <param name="text"><c>emulator</c>, <c>qemu</c>, <c>assembly:path[,type]</c> or <c>process:command line</c>.</param>
    /// <param name="options">What goes with it.</param>
    /// <exception cref="ModelFaultException">It chooses none that there is.</exception>
    public static ImmutableArray<Func<IHardwareModel>> Parse(
        string? text,
        PlugOptions? options = null
    )
    {
        options ??= new();
        text = text?.Trim();
        if (string.IsNullOrEmpty(text) || text == Emulator)
            return [];
        if (text == Qemu)
            return OfQemu();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (kind, rest) = colon < 0 ? (text, "") : (text[..colon], text[(colon + 1)..].Trim());
        return (kind, rest.Length) switch
        {
            ("assembly", > 0) => [InAssembly(text, rest, options)],
            ("process", > 0) => [InProcess(text, rest, options)],
            _ => throw new ModelFaultException(
                $"{Variable} is `{text}`, which names no platform. Write `emulator`, `qemu`, `assembly:path[,type]` or `process:command line` (docs/testing-a-model.md)."
            ),
        };
    }

    private static ImmutableArray<Func<IHardwareModel>> OfQemu()
    {
        var found = QemuFinder.OfThisRun;
        if (found.Path is not { } path)
            throw new ModelFaultException($"{Variable} is `{Qemu}`, but: {found.Reason}");
        return
        [
            .. Enum.GetValues<QemuStage>()
                .Select(stage => new Func<IHardwareModel>(() => new QemuModel(path, stage))),
        ];
    }

    private static Func<IHardwareModel> InAssembly(string name, string text, PlugOptions options)
    {
        var type = PluginAssembly.Find(Model, name, text, options.Folder);
        return () => (IHardwareModel)PluginAssembly.Make(Model, name, type);
    }

    private static Func<IHardwareModel> InProcess(string name, string line, PlugOptions options)
    {
        var command = CommandLine.Split(
            line,
            message => new ModelFaultException($"{Variable}: {message}")
        );
        var patience =
            options.Patience
            ?? OtherProgram.Patience(PatienceVariable, message => new ModelFaultException(message));
        return () => ModelProcess.Start(name, OtherProgram.Start(command, options), patience);
    }
}
