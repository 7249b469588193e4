using System.Diagnostics;
using System.Globalization;

namespace SmmuConformance.Perf.Comparison;

/// <summary>
/// Translations of the emulator beside the same work in C. Rounds alternate, so that what else the machine does falls on
/// both; what counts is the median of the ratios.
/// </summary>
internal static class Table
{
    private const int Rounds = 15;

    /// <summary>Measures everything and prints a line each; false if a goal is missed.</summary>
    public static bool Print(TextWriter output, string only = "")
    {
        using var baseline = Baseline.Build();
        var (cached, bare) = (new Scene(caches: true), new Scene(caches: false));
        Row Row(string name, double goal, long count, uint stream, int pages, Remembered what) =>
            new(
                name,
                goal,
                count,
                n => baseline.Translate(stream, pages, what, n),
                n => (what == Remembered.Nothing ? bare : cached).Translate(stream, pages, what, n)
            );
        Row[] rows =
        [
            Row("TLB hit, stage 1", 2, 1_000_000, 1, 128, Remembered.Translations),
            Row("TLB hit, both stages", 2, 1_000_000, 2, 128, Remembered.Translations),
            Row(
                "miss, stage 1, filled",
                2,
                50 * Scene.Pages,
                1,
                Scene.Pages,
                Remembered.Configuration
            ),
            Row(
                "miss, both stages, filled",
                2,
                50 * Scene.Pages,
                2,
                Scene.Pages,
                Remembered.Configuration
            ),
            Row("STE, CD and 4 levels read", 2.5, 200_000, 1, Scene.Pages, Remembered.Nothing),
            Row("STE, CD and 24 loads", 2.5, 100_000, 2, Scene.Pages, Remembered.Nothing),
        ];
        output.WriteLine($"{"", -28} {"C, ns", 8} {"ours, ns", 9} {"ratio", 7} {"goal", 6}");
        return rows.Where(row => row.Name.Contains(only, StringComparison.OrdinalIgnoreCase))
            .Aggregate(true, (good, row) => Print(output, row) && good);
    }

    private static bool Print(TextWriter output, Row row)
    {
        Span<double> theirs = stackalloc double[Rounds];
        Span<double> ours = stackalloc double[Rounds];
        Span<double> ratios = stackalloc double[Rounds];
        WarmUp(row);
        for (var round = 0; round < Rounds; round++)
        {
            theirs[round] = Time(row.Base, row.Count);
            ours[round] = Time(row.Ours, row.Count);
            ratios[round] = ours[round] / theirs[round];
        }
        var ratio = Median(ratios);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Name, -28} {Median(theirs), 8:F1} {Median(ours), 9:F1} {ratio, 7:F2} {row.Goal, 6:F1}{(ratio <= row.Goal ? "" : "  missed")}"
            )
        );
        return ratio <= row.Goal;
    }

    // Enough calls for the compiler to be done with every method, and a moment for it to notice.
    private static void WarmUp(Row row)
    {
        for (var i = 0; i < 4; i++)
        {
            for (var call = 0; call < 40; call++)
                row.Ours(Scene.Pages);
            Thread.Sleep(150);
        }
        row.Base(row.Count);
        row.Ours(row.Count);
    }

    private static double Time(Func<long, ulong> work, long count)
    {
        var start = Stopwatch.GetTimestamp();
        work(count);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / count;
    }

    private static double Median(Span<double> values)
    {
        values.Sort();
        return values[values.Length / 2];
    }
}
