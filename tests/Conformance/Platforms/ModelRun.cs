using SmmuConformance.Bench.Models;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Platforms;

/// <summary>Runs executions of cases on a model of an SMMU. Nothing passes that the model was not asked about.</summary>
internal static class ModelRun
{
    /// <summary>The model came to its end in an execution, or threw.</summary>
    public static bool HasDied(Ending ending) => ending.Exception is ModelFaultException;

    /// <summary>How an execution ends.</summary>
    /// <param name="execution">Which.</param>
    /// <param name="platform">The model.</param>
    /// <param name="run">Runs it on whatever machines are made then.</param>
    public static Ending Of(
        Execution execution,
        ModelPlatform platform,
        Func<Execution, Ending> run
    )
    {
        var ending = On(execution, platform, run);
        if (!platform.WasAskedForAnother)
            return ending;

        // A case that makes its hardware to its own measure may hold of the model's as it is: if the emulator says so, the model is asked.
        using var made = MachineVariant.Use(platform.AsItIs);
        return run(execution).Verdict == Verdict.Passed ? On(execution, platform, run) : ending;
    }

    private static Ending On(
        Execution execution,
        ModelPlatform platform,
        Func<Execution, Ending> run
    )
    {
        using var elsewhere = platform.Use();
        var ending = run(execution);
        platform.Settle();
        // Whatever became of it: a machine that died has proved nothing.
        if (platform.Fault is { } fault)
            return new(Verdict.Failed, $"{fault.Message}{Asked(platform)}", fault);
        return ending.Verdict switch
        {
            Verdict.Passed when platform.Questions == 0 => new(
                Verdict.NotApplicable,
                "the model is not asked anything"
            ),
            // Hardware may forget what the emulator remembers.
            Verdict.Failed when execution.Case.Attribute.AboutCaches => new(
                Verdict.NotApplicable,
                "it asserts that something is cached, and hardware need not cache it"
            ),
            // What a driver did stands in the message already, with what it read.
            Verdict.Failed when execution.Case.IsAboutHardware => ending with
            {
                Reason = $"{ending.Reason}{Asked(platform)}",
            },
            _ => ending,
        };
    }

    private static string Asked(ModelPlatform platform) =>
        platform.Story is { Length: > 0 } story ? $"\n\nasked of the model last:\n{story}" : "";
}
