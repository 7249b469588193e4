using System.Collections.Immutable;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Which choices are tried together.</summary>
internal static class Combinations
{
    /// <summary>
    /// Environment variable: <c>each</c> tries each choice alone, <c>pairs</c> every two of them, <c>rows</c> a few rows that hold every two.
    /// Without it each row is tried with a tenth of the catalogue, another tenth for each.
    /// </summary>
    public const string Variable = "SMMU_VARIANTS";

    /// <summary>The part of the catalogue that a combination is tried with.</summary>
    public static Shard ShardOf(int number) =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable))
            ? new(1 + number % Parts, Parts)
            : Shard.Whole;

    private const int Parts = 10;

    /// <summary>The combinations that the environment asks for; the rows if it asks for none.</summary>
    /// <exception cref="FormatException">It asks for something else.</exception>
    public static IReadOnlyList<ImmutableArray<DriverChoice>> FromEnvironment() =>
        Environment.GetEnvironmentVariable(Variable) switch
        {
            null or "" or "rows" => Rows(DriverChoice.All),
            "each" => [.. DriverChoice.All.Select(choice => ImmutableArray.Create(choice))],
            "pairs" => [.. Pairs(DriverChoice.All)],
            var other => throw new FormatException(
                $"{Variable}='{other}' is none of each, pairs, rows"
            ),
        };

    /// <summary>Every two that can be chosen at once.</summary>
    public static IEnumerable<ImmutableArray<DriverChoice>> Pairs(
        ImmutableArray<DriverChoice> choices
    ) =>
        from i in Enumerable.Range(0, choices.Length)
        from j in Enumerable.Range(i + 1, choices.Length - i - 1)
        where choices[i].Bears(choices[j])
        select ImmutableArray.Create(choices[i], choices[j]);

    /// <summary>
    /// A few rows in which every two choices that bear each other are made together, made neither, and made one without the other. The
    /// same in every run.
    /// </summary>
    public static IReadOnlyList<ImmutableArray<DriverChoice>> Rows(
        ImmutableArray<DriverChoice> choices
    )
    {
        var missing = Missing(choices);
        var random = new Random(20261127);
        var rows = new List<ImmutableArray<DriverChoice>>();
        while (missing.Count > 0)
        {
            // The best of some rows made by chance.
            var best = Enumerable
                .Range(0, 200)
                .Select(_ => Random(choices, random))
                .MaxBy(row => missing.Count(pair => Has(row, pair)))!;
            // Chance never hits the last few: a row is made of one of them.
            if (!missing.Any(pair => Has(best, pair)))
                best = With(missing.First());
            missing.RemoveWhere(pair => Has(best, pair));
            rows.Add([.. choices.Where(best.Contains)]);
        }
        return rows;
    }

    private static HashSet<(DriverChoice One, bool HasOne, DriverChoice Two, bool HasTwo)> Missing(
        ImmutableArray<DriverChoice> choices
    ) =>
        [
            .. from i in Enumerable.Range(0, choices.Length)
            from j in Enumerable.Range(i + 1, choices.Length - i - 1)
            from one in (bool[])[false, true]
            from two in (bool[])[false, true]
            where !(one && two) || choices[i].Bears(choices[j])
            select (choices[i], one, choices[j], two),
        ];

    private static bool Has(
        HashSet<DriverChoice> row,
        (DriverChoice One, bool HasOne, DriverChoice Two, bool HasTwo) pair
    ) => row.Contains(pair.One) == pair.HasOne && row.Contains(pair.Two) == pair.HasTwo;

    private static HashSet<DriverChoice> With(
        (DriverChoice One, bool HasOne, DriverChoice Two, bool HasTwo) pair
    ) =>
        [
            .. pair.HasOne ? [pair.One] : (DriverChoice[])[],
            .. pair.HasTwo ? [pair.Two] : (DriverChoice[])[],
        ];

    private static HashSet<DriverChoice> Random(ImmutableArray<DriverChoice> choices, Random random)
    {
        var row = new HashSet<DriverChoice>();
        var order = choices.ToArray();
        random.Shuffle(order);
        foreach (var choice in order)
            if (random.Next(2) == 0 && row.All(choice.Bears))
                row.Add(choice);
        return row;
    }
}
