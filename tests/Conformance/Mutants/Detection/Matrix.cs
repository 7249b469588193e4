using System.Collections.Immutable;
using SmmuConformance.Bench;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Which cases kill which mutants: every case against every mutant, which takes long and is asked for.</summary>
internal static class Matrix
{
    /// <summary>
    /// Environment variable: <c>all</c> tries every case on each mutant on which that was not done, <c>new</c> only what the table does not have: mutants that are
    /// not in it, and cases that kill nothing in it; <c>idle</c> finds for each of these cases one mutant that it kills; <c>first</c> finds for mutants that are not in it the first case that kills them, and no other;
    /// <c>samples</c> finds out what mutants of the wire do to the samples; <c>sets</c> chooses the small sets of cases by the table.
    /// </summary>
    public const string Variable = "SMMU_MATRIX";

    /// <summary>Mutants of the reference driver's source.</summary>
    public const string Driver = "driver";

    /// <summary>Mutants between the reference driver and the machine.</summary>
    public const string Wire = "wire";

    /// <summary>Mutants of the emulator.</summary>
    public const string Emulator = "emulator";

    private static readonly Lazy<ImmutableArray<CaseDeclaration>> s_driverCases = new(() =>
        [.. Catalogue.Cases.Where(one => !one.IsAboutHardware)]
    );

    /// <summary>Every mutant that needs nothing but this repository.</summary>
    public static IEnumerable<Entry> Entries =>
        [
            .. DriverMutants.Ours.Select(mutant => new Entry(
                Driver,
                mutant.Id,
                cases => Hunted(Driver, mutant.Id, mutant.Suspect(), cases)
            )),
            .. WireMutants.All.Select(mutant => new Entry(
                Wire,
                mutant.Id,
                cases =>
                    Hunted(Wire, mutant.Id, mutant.On(PluggedDriver.Reference, () => { }), cases)
            )),
            .. EmulatorMutant.All.Select(mutant => new Entry(
                Emulator,
                mutant.Id,
                cases => OfEmulator(mutant, all: cases.Any())
            )),
        ];

    /// <summary>The table, brought up to date.</summary>
    /// <param name="known">What is known.</param>
    /// <param name="how">All, or what is new.</param>
    /// <param name="progress">Told of each mutant that is done.</param>
    /// <param name="keep">Told the table after each mutant of a run for all, which takes hours: the next goes on with what is kept.</param>
    /// <exception cref="FormatException">It is neither.</exception>
    public static KillTable Update(
        KillTable known,
        string how,
        Action<string> progress,
        Action<KillTable> keep
    )
    {
        if (how is not ("all" or "new" or "idle" or "first"))
            throw new FormatException(
                $"{Variable}='{how}' is none of all, new, idle, first, samples, sets"
            );
        if (how == "first")
            return First(known, progress);
        if (how == "all")
            return All(known, progress, keep);
        var working = known.Records.SelectMany(record => record.Cases).ToHashSet();
        ImmutableArray<CaseDeclaration> idle =
        [
            .. s_driverCases.Value.Where(one => !working.Contains(one.Id)),
        ];
        var records = new List<KillRecord>();
        foreach (var entry in Entries)
        {
            var before = known.Of(entry.Suite, entry.Mutant);
            var settled = idle.IsEmpty || entry.Suite == Emulator || before?.Survives == true;
            if (before is not null && settled)
            {
                records.Add(before);
                continue;
            }
            var now = entry.Judge(before is null && how != "idle" ? s_driverCases.Value : idle);
            if (how == "idle")
                idle = [.. idle.Where(one => !now.Cases.Contains(one.Id))];
            records.Add(before?.With(now) ?? now);
            progress($"{now.Suite} {now.Mutant}: {now.Cases.Length} {now.First} ({idle.Length})");
        }
        return new(records);
    }

    private static KillTable All(KillTable known, Action<string> progress, Action<KillTable> keep)
    {
        foreach (
            var entry in Entries
                .Where(one => known.Of(one.Suite, one.Mutant) is not { IsWhole: true })
                .ToList()
        )
        {
            var before = known.Of(entry.Suite, entry.Mutant);
            var found = Equivalent.Of(entry.Suite, entry.Mutant) is null
                ? entry.Judge(s_driverCases.Value)
                : KillRecord.Of(entry.Suite, entry.Mutant, []);
            // What CI tries first stays, as long as it is true.
            var record =
                before is { Survives: false } && before.IsStillIn(found)
                    ? before with
                    {
                        Cases = found.Cases,
                    }
                    : found;
            known = known.With(record with { IsWhole = true });
            keep(known);
            progress($"{record.Suite} {record.Mutant}: {record.Cases.Length} {record.First}");
        }
        return known;
    }

    private static KillTable First(KillTable known, Action<string> progress)
    {
        var records = Entries
            .AsParallel()
            .Select(entry =>
            {
                lock (progress)
                    progress($"{entry.Suite} {entry.Mutant} begins");
                var record =
                    known.Of(entry.Suite, entry.Mutant)
                    ?? (
                        Equivalent.Of(entry.Suite, entry.Mutant) is null
                            ? entry.Judge([])
                            : KillRecord.Of(entry.Suite, entry.Mutant, [])
                    );
                lock (progress)
                    progress($"{record.Suite} {record.Mutant}: {record.First} {record.Rule}");
                return record;
            })
            .ToArray();
        return new(records);
    }

    private static KillRecord Hunted(
        string suite,
        string mutant,
        Suspect suspect,
        IEnumerable<CaseDeclaration> cases
    ) => new Hunt(suspect).Judge(suite, cases, KillTable.Committed.FirstOf(suite, mutant));

    private static KillRecord OfEmulator(EmulatorMutant mutant, bool all)
    {
        var world = new EmulatorWorld(mutant.Compile());
        try
        {
            var told = all
                ? world.Ask(nameof(EmulatorJudge.All), EmulatorMutantTests.Profiles)
                : world.Ask(nameof(EmulatorJudge.Case), mutant.Case)?.Split(": ")[0];
            ImmutableArray<string> kills =
            [
                .. (told ?? "")
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    .Order(StringComparer.Ordinal),
            ];
            return new(
                Emulator,
                mutant.Id,
                kills.FirstOrDefault(key => CaseOf(key) == mutant.Case)
                    ?? kills.FirstOrDefault()
                    ?? "",
                "",
                [.. kills.Select(CaseOf).Distinct().Order(StringComparer.Ordinal)]
            );
        }
        finally
        {
            world.Unload();
        }
    }

    private static string CaseOf(string key) => key.Split('|')[0].Split('@')[0];

    /// <summary>A mutant.</summary>
    /// <param name="Suite">What it is of.</param>
    /// <param name="Mutant">Its name.</param>
    /// <param name="Judge">What kills it among some cases.</param>
    internal sealed record Entry(
        string Suite,
        string Mutant,
        Func<IEnumerable<CaseDeclaration>, KillRecord> Judge
    );
}
