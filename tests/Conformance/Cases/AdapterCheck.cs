using SmmuConformance.Bench;
using SmmuConformance.Conformance.Results;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// What must hold before anything is said of a driver: it can be had at all, and keeps what the interface itself promises. If not,
/// what stands between the suite and the driver is at fault, and no other case is run.
/// </summary>
public static class AdapterCheck
{
    /// <summary>The area of the cases that are run first.</summary>
    public const string Area = "contract";

    // The richest hardware, the poorest, and one in between.
    private static readonly Profile[] s_profiles =
    [
        Profiles.Maximal,
        Profiles.Minimal,
        Profiles.Mmu600,
    ];

    /// <summary>Why a driver cannot be run, or null.</summary>
    /// <param name="problem">Why it cannot even be had.</param>
    /// <param name="run">Runs an execution.</param>
    public static string? FaultOf(string? problem, Func<Execution, Ending> run)
    {
        if (problem is not null)
            return problem;
        foreach (var declaration in Catalogue.Cases.Where(one => one.Area == Area))
        foreach (var execution in SilentRun.Executions(declaration, s_profiles))
            if (run(execution) is { Verdict: Verdict.Failed } ending)
                return $"{execution.Id} fails on '{execution.Profile.Name}': {ending.Reason.Split('\n')[0]}; alone: {Reproduction.Of(execution)}";
        return null;
    }

    /// <summary>The verdict of an execution that is not run because of a fault.</summary>
    /// <param name="execution">What is not run.</param>
    /// <param name="problem">Why the driver cannot be had, or null.</param>
    /// <param name="fault">What is at fault.</param>
    public static Ending Ending(Execution execution, string? problem, string fault) =>
        execution.Case.Area == Area && problem is not null
            ? new(Verdict.Failed, problem)
            : new(
                Verdict.Inconclusive,
                $"not run: the adapter is at fault, not the driver: {fault}"
            );
}
