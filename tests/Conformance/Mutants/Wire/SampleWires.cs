using SmmuConformance.Bench;
using SmmuConformance.Conformance.Plugging;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>How a mutant of the wire ends on a sample.</summary>
public enum WireEnd : byte
{
    /// <summary>A case fails because of it.</summary>
    Killed,

    /// <summary>The driver never does what it spoils.</summary>
    NeverCame,

    /// <summary>It has spoiled something, and no case fails.</summary>
    Survives,

    /// <summary>It has spoiled something, and no case of the pull-request set fails; others were not tried yet.</summary>
    Open,
}

/// <summary>What became of a mutant of the wire on a sample.</summary>
/// <param name="Sample">Name of the sample.</param>
/// <param name="Mutant">Id of the mutant.</param>
/// <param name="End">How it ended.</param>
/// <param name="First">The execution that kills it, as case, row and profile; else empty.</param>
/// <param name="Rule">The rule of the mutant that its failure names; empty: none was asked for.</param>
internal sealed record SampleWire(
    string Sample,
    string Mutant,
    WireEnd End,
    string First,
    string Rule
)
{
    /// <summary>The record as it stands in the table of kills, in a suite of the sample's own.</summary>
    public KillRecord AsKill => new(Matrix.Wire, Mutant, First, Rule, []);

    /// <summary>It is killed as it should be: a rule that it declares is named.</summary>
    public bool IsNamed => End == WireEnd.Killed && MutantInfo.IsNamed(AsKill);
}

/// <summary>The mutants of the wire on drivers of other makes: the suite finds bugs, whoever's driver has them.</summary>
internal static class SampleWires
{
    // So much is lost if it is ended.
    private const int AtOnce = 16;

    /// <summary>Tries one.</summary>
    /// <param name="sample">Name of the sample.</param>
    /// <param name="driver">The sample, plugged in.</param>
    /// <param name="mutant">What is spoiled.</param>
    /// <param name="whole">With the whole catalogue, if the pull-request set does not find it and the driver does what it spoils.</param>
    public static SampleWire Judge(
        string sample,
        PluggedDriver driver,
        WireMutant mutant,
        bool whole
    )
    {
        var acts = 0;
        var hunt = new Hunt(mutant.On(driver, () => Interlocked.Increment(ref acts)));
        // What a driver does at all it does in these cases.
        var kill = hunt.First(
            KillTable.Committed.FirstOf(Matrix.Wire, mutant.Id),
            CaseSets.Members(CaseSets.PullRequest)
        );
        if (kill is null && acts == 0)
            return new(sample, mutant.Id, WireEnd.NeverCame, "", "");
        if (kill is null && !whole)
            return new(sample, mutant.Id, WireEnd.Open, "", "");
        kill ??= hunt.First();
        if (kill is null)
            return new(sample, mutant.Id, WireEnd.Survives, "", "");
        // What fails without it says nothing of it.
        var clean = new PluggedRun(driver).Of(kill.Execution);
        return clean.Verdict switch
        {
            Verdict.Passed => new(
                sample,
                mutant.Id,
                WireEnd.Killed,
                kill.Execution.Key,
                kill.Rule ?? ""
            ),
            Verdict.Failed => throw new InvalidOperationException(
                $"{kill.Execution.Key} fails on samples/{sample} as it is: {clean.Reason}"
            ),
            // It does not apply to a driver that is sound, so what it says is no proof.
            _ => new(sample, mutant.Id, WireEnd.Open, "", ""),
        };
    }

    /// <summary>
    /// Tries those that were not tried yet, on the samples that can be had here, with the pull-request set; then with the whole catalogue
    /// those that it left open. It may be ended at any time, and goes on when it is run again.
    /// </summary>
    /// <param name="known">What is known.</param>
    /// <param name="found">Told the table each time there is more in it.</param>
    public static void FindOut(SampleWireTable known, Action<SampleWireTable> found)
    {
        foreach (var whole in new[] { false, true })
        foreach (var sample in Sample.All.Where(sample => sample.Missing() is null))
        {
            var driver = sample.Plug();
            // What it tells of itself, before many ask at once.
            driver.Describe();
            var left = WireMutants
                .All.Where(mutant =>
                    whole
                        ? known.Of(sample.Name, mutant.Id) is { End: WireEnd.Open }
                        : known.Of(sample.Name, mutant.Id) is null
                )
                .ToList();
            foreach (var some in left.Chunk(AtOnce))
            {
                known = known.With(
                    some.AsParallel()
                        .AsOrdered()
                        .Select(mutant => Judge(sample.Name, driver, mutant, whole))
                );
                found(known);
            }
        }
    }
}
