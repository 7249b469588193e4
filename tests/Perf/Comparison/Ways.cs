using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Perf.Comparison;

/// <summary>
/// What a driver costs by each way to plug one in: a machine's life with the monitor watching, as cases have it. Rounds alternate;
/// what counts is the median of the ratios to the reference driver, which is called directly.
/// </summary>
internal static class Ways
{
    private const int Rounds = 9;
    private const int Lives = 20;

    /// <summary>Measures each way and prints a line.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="drivers">Drivers as SMMU_DUT names them.</param>
    public static void Print(TextWriter output, IReadOnlyList<string> drivers)
    {
        var all = drivers.Prepend("reference").Select(name => PluggedDriver.Parse(name)).ToArray();
        var times = all.Select(_ => new double[Rounds]).ToArray();
        foreach (var driver in all)
            Live(driver);
        for (var round = 0; round < Rounds; round++)
        for (var i = 0; i < all.Length; i++)
        {
            var started = Stopwatch.GetTimestamp();
            for (var life = 0; life < Lives; life++)
                Live(all[i]);
            times[i][round] = Stopwatch.GetElapsedTime(started).TotalMilliseconds / Lives;
        }
        output.WriteLine($"{"ms a life", 10} {"ratio", 7}  driver");
        for (var i = 0; i < all.Length; i++)
            output.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Median(times[i]), 10:F3} {Median(times[i].Zip(times[0], (a, b) => a / b)), 7:F2}  {all[i].Name}"
                )
            );
    }

    private static void Live(PluggedDriver driver)
    {
        using var bench = TestBench.Start(Profiles.Maximal, new() { Driver = driver.Create });
        var nic = bench.AddDevice(0x10u);
        var domain = bench.Stage1Domain();
        var sizes = bench.Must(bench.Driver.Geometry(domain)).PageSizes;
        var page = 1ul << BitOperations.TrailingZeroCount(sizes);
        bench.Must(bench.Map(domain, 0x10_0000, 0x4000_0000, 16 * page));
        bench.Must(bench.Attach(nic, domain));
        for (var i = 0ul; i < 16; i++)
            bench.Must(bench.Unmap(domain, 0x10_0000 + i * page, page));
        bench.Must(bench.Detach(nic));
        bench.Must(bench.RemoveDevice(nic));
        bench.Must(bench.Remove());
    }

    private static double Median(IEnumerable<double> values) =>
        values.Order().ElementAt(Rounds / 2);
}
