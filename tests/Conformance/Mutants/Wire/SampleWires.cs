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

    /// <summary>Why it survives and may, or null.</summary>
    public string? Reason =>
        End != WireEnd.Survives
            ? null
            : Equivalent.Of($"{Matrix.Wire}-{Sample}", Mutant)
                ?? Equivalent.Of(Matrix.Wire, Mutant);

    /// <summary>It is killed as it should be: a rule that it declares is named.</summary>
    public bool IsNamed => End == WireEnd.Killed && MutantInfo.IsNamed(AsKill);
}

/// <summary>The mutants of the wire on drivers of other makes: the suite finds bugs, whoever's driver has them.</summary>
internal static class SampleWires
{
    /// <summary>Tries one.</summary>
    /// <param name="sample">Name of the sample.</param>
    /// <param name="driver">The sample, plugged in.</param>
    /// <param name="mutant">What is spoiled.</param>
    /// <param name="known">What has killed it before, tried first; null: nothing has.</param>
    public static SampleWire Judge(
        string sample,
        PluggedDriver driver,
        WireMutant mutant,
        Execution? known
    )
    {
        var acts = 0;
        var hunt = new Hunt(mutant.On(driver, () => Interlocked.Increment(ref acts)));
        // What a driver does at all it does in these.
        var kill = hunt.First(known, CaseSets.Members(CaseSets.Smoke));
        if (kill is null && acts == 0)
            return new(sample, mutant.Id, WireEnd.NeverCame, "", "");
        if (kill is null || (kill.Rule is null && !mutant.Rules.IsEmpty))
            kill = hunt.First() ?? kill;
        if (kill is null)
            return new(sample, mutant.Id, WireEnd.Survives, "", "");
        // What fails without it says nothing of it.
        var clean = new PluggedRun(driver).Of(kill.Execution);
        return clean.Verdict == Verdict.Passed
            ? new(sample, mutant.Id, WireEnd.Killed, kill.Execution.Key, kill.Rule ?? "")
            : throw new InvalidOperationException(
                $"{kill.Execution.Key} fails on samples/{sample} as it is: {clean.Reason}"
            );
    }

    /// <summary>Tries all on the samples that can be had here.</summary>
    /// <param name="known">What is known of them; of samples that cannot be had it stays.</param>
    /// <param name="progress">Told of each that is done.</param>
    public static SampleWireTable FindOut(SampleWireTable known, Action<string> progress)
    {
        var found = new List<SampleWire>();
        foreach (var sample in Sample.All)
        {
            if (sample.Missing() is { } why)
            {
                progress($"{sample.Name} stays as it is: {why}");
                found.AddRange(known.Records.Where(one => one.Sample == sample.Name));
                continue;
            }
            var driver = sample.Plug();
            // What it tells of itself, before many ask at once.
            driver.Describe();
            found.AddRange(
                WireMutants
                    .All.AsParallel()
                    .AsOrdered()
                    .Select(mutant =>
                    {
                        var one = Judge(
                            sample.Name,
                            driver,
                            mutant,
                            known.FirstOf(sample.Name, mutant.Id)
                                ?? KillTable.Committed.FirstOf(Matrix.Wire, mutant.Id)
                        );
                        lock (found)
                            progress(
                                $"{one.Sample} {one.Mutant}: {one.End} {one.First} {one.Rule}"
                            );
                        return one;
                    })
                    .ToList()
            );
        }
        return new(found);
    }
}
