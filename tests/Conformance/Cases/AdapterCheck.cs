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
            if (run(execution) is { Verdict: Verdict.Failed } ending && !IsTheDriver(ending))
                return $"{execution.Id} fails on '{execution.Profile.Name}': {ending.Reason.Split('\n')[0]}; alone: {Reproduction.Of(execution)}";
        return null;
    }

    // Whoever breaks a rule of the manual, or refuses what it must do, has understood what was asked.
    private static bool IsTheDriver(Ending ending) =>
        ending.Exception is ViolationException or OperationRefusedException;

    /// <summary>The verdict of an execution that is not run because of a fault.</summary>
    public static Ending NotRun(string fault) => new(Verdict.Inconclusive, $"{Prefix}{fault}");

    /// <summary>True for the verdict of an execution that was not run because of a fault.</summary>
    public static bool IsFault(Ending ending) =>
        ending.Verdict == Verdict.Inconclusive
        && ending.Reason.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>
    /// True once in a run: the fault makes one test fail, so that the run is not taken for a good one, and all others are skipped.
    /// </summary>
    public static bool IsFirst() => Interlocked.Exchange(ref s_told, 1) == 0;

    private const string Prefix = "not run: the adapter is at fault, not the driver: ";

    private static int s_told;
}
