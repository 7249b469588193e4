using System.Collections.Immutable;
using System.Diagnostics;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Chooses, by what cases find, small parts of the catalogue that find most.</summary>
internal static class SmallSets
{
    // Of one core: a machine has at least two, and starting takes time as well.
    private static readonly ImmutableArray<(string Name, double Seconds)> s_sets =
    [
        (CaseSets.Smoke, 3),
        (CaseSets.PullRequest, 15),
    ];

    /// <summary>Chooses both anew and writes their lists.</summary>
    public static void Write(KillTable table)
    {
        var costs = Costs();
        var chosen = new List<string>();
        foreach (var (name, seconds) in s_sets)
        {
            Extend(chosen, table, costs, seconds);
            File.WriteAllText(
                Resource.SourcePath(CaseSets.FileOf(name)),
                $"""
                # The cases that find most in {seconds} seconds of one core: at least {Share(
                    table,
                    chosen
                ):P1} of the mutants that the whole catalogue finds. Chosen by SMMU_MATRIX=sets.
                {string.Join('\n', chosen.Order(StringComparer.Ordinal))}

                """
            );
        }
    }

    /// <summary>How much of what the whole catalogue finds some cases find: from 0 to 1.</summary>
    public static double Share(KillTable table, IReadOnlyCollection<string> cases)
    {
        var killed = Universe(table);
        return killed.Count(record => record.Cases.Any(cases.Contains)) / (double)killed.Length;
    }

    // Whoever finds most that nobody has found so far, for the time it takes, comes next.
    private static void Extend(
        List<string> chosen,
        KillTable table,
        Dictionary<string, double> costs,
        double seconds
    )
    {
        var left = Universe(table).Where(record => !record.Cases.Any(chosen.Contains)).ToList();
        var spent = chosen.Sum(id => costs[id]);
        while (left.Count > 0)
        {
            var best = left.SelectMany(record => record.Cases)
                .Where(costs.ContainsKey)
                .CountBy(id => id)
                .Where(pair => spent + costs[pair.Key] <= seconds)
                .OrderByDescending(pair => pair.Value / (costs[pair.Key] + 0.002))
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .FirstOrDefault()
                .Key;
            if (best is null)
                return;
            chosen.Add(best);
            spent += costs[best];
            left.RemoveAll(record => record.Cases.Contains(best));
        }
    }

    private static KillRecord[] Universe(KillTable table) =>
        [
            .. table.Records.Where(record =>
                !record.Survives && record.Suite is Matrix.Driver or Matrix.Wire
            ),
        ];

    // Seconds that a case takes on all profiles, once what it uses is compiled. Real time, since that is what a set is chosen for: no
    // verdict depends on it, and nothing is measured unless somebody asks for new sets.
    private static Dictionary<string, double> Costs()
    {
        var costs = new Dictionary<string, double>();
        foreach (var round in Enumerable.Range(0, 2))
        foreach (var declaration in Catalogue.Cases.Where(one => !one.IsAboutHardware))
        {
            var watch = Stopwatch.StartNew();
            foreach (var execution in SilentRun.Executions(declaration, CaseProfiles.All))
                SilentRun.Of(execution);
            costs[declaration.Id] = watch.Elapsed.TotalSeconds;
        }
        return costs;
    }
}
