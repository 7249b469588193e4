using System.Collections.Immutable;
using System.Runtime;
using SmmuConformance.Conformance.Plugging;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Looks for cases that a bug makes fail.</summary>
public sealed class Hunt
{
    // Between them they have every feature that drivers use, and lack every one.
    private static readonly ImmutableArray<Profile> s_usual =
    [
        Emulator.Profiles.Maximal,
        Emulator.Profiles.NonCoherent,
        Emulator.Profiles.Mmu700,
        Emulator.Profiles.BigEndian,
        Emulator.Profiles.ForcedStall,
        Emulator.Profiles.Minimal,
    ];

    private readonly Suspect _suspect;
    private readonly PluggedRun _run;

    /// <summary>For one bug.</summary>
    public Hunt(Suspect suspect)
    {
        _suspect = suspect;
        _run = new(suspect.Driver);
    }

    /// <summary>What an execution says of the bug; null: nothing.</summary>
    public Kill? By(Execution execution) => Kill.Of(_suspect, execution, Ended(execution));

    // A driver that goes round in circles without touching the machine is stopped by nothing else. What it leaves behind is its own.
    private Ending Ended(Execution execution)
    {
        var ending = new Ending(
            Verdict.Failed,
            $"the driver does not come to an end in {s_patience.TotalSeconds} s"
        );
        using var patience = new CancellationTokenSource(s_patience);
        try
        {
#pragma warning disable SYSLIB0046 // Meant for drivers that misbehave, and only tests are run in it.
            ControlledExecution.Run(() => ending = _run.Of(execution), patience.Token);
#pragma warning restore SYSLIB0046
        }
        catch (OperationCanceledException)
        {
            // It has not ended.
        }
        return ending;
    }

    // No case takes a tenth of it, on the slowest machine.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The first case that fails and names a rule of the bug; if none does, the first that fails; null: the bug survives.
    /// </summary>
    /// <param name="known">What has killed it before, tried first; null: nothing has.</param>
    /// <param name="among">The cases that are tried; null: all.</param>
    public Kill? First(Execution? known = null, IReadOnlySet<string>? among = null)
    {
        Kill? other = null;
        foreach (var execution in Executions(known, among))
            switch (By(execution))
            {
                case { } kill when IsWanted(kill):
                    return kill;
                case { } kill:
                    other ??= kill;
                    break;
            }
        return other;
    }

    /// <summary>
    /// The record of all that is found out of the bug: the first case that names a rule of it, and every case that fails, on the richest
    /// hardware or where the first did.
    /// </summary>
    /// <param name="suite">What the mutant is of.</param>
    /// <param name="cases">The cases that are tried.</param>
    /// <param name="known">What has killed it before; null: nothing has.</param>
    public KillRecord Judge(
        string suite,
        IEnumerable<CaseDeclaration> cases,
        Execution? known = null
    )
    {
        var first = First(known);
        if (first is null)
            return KillRecord.Of(suite, _suspect.Id, []);
        Profile[] profiles =
        [
            .. new[] { first.Execution.Profile, Emulator.Profiles.Maximal }.Distinct(),
        ];
        var kills = cases
            .AsParallel()
            .Select(declaration =>
                SilentRun
                    .Executions(declaration, profiles)
                    .Select(By)
                    .FirstOrDefault(kill => kill is not null)
            )
            .OfType<Kill>()
            .Append(first);
        return KillRecord.Of(suite, _suspect.Id, [.. kills]);
    }

    /// <summary>The profiles that are tried, those where the bug is likely to show first.</summary>
    public ImmutableArray<Profile> Profiles
    {
        get
        {
            var likely = _suspect.Profiles.Select(CaseProfiles.Named).ToList();
            return [.. likely, .. CaseProfiles.FromEnvironmentOr(s_usual).Except(likely)];
        }
    }

    private bool IsWanted(Kill kill) => kill.Rule is not null || _suspect.Rules.IsEmpty;

    private IEnumerable<Execution> Executions(Execution? known, IReadOnlySet<string>? among)
    {
        if (known is not null)
            yield return known;
        foreach (
            var near in Catalogue
                .Cases.Where(one => !one.IsAboutHardware && among?.Contains(one.Id) != false)
                .GroupBy(_suspect.Distance)
                .OrderBy(group => group.Key)
        )
        foreach (var profile in Profiles)
        foreach (var declaration in near)
        foreach (var execution in SilentRun.Executions(declaration, [profile]))
            yield return execution;
    }
}
