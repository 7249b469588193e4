using System.Collections.Concurrent;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>
/// A driver whose stores are seen only as memory stands when it says something: what needs their order is not observable, and
/// everything else is judged as ever.
/// </summary>
public sealed class DoorbellTests
{
    private static readonly string[] s_areas = ["attach", "contract", "ste", "strtab", "tlbi"];

    [Fact]
    public void What_needs_the_order_of_stores_is_not_observable_and_the_rest_passes()
    {
        var host = Path.Combine(AppContext.BaseDirectory, "SmmuConformance.Host.dll");
        var run = new PluggedRun(
            PluggedDriver.Parse($"process:dotnet \"{host}\" reference-at-doorbell")
        );
        var endings = new ConcurrentBag<(Execution Execution, Ending Ending)>();

        Parallel.ForEach(
            Catalogue
                .Cases.Where(declaration =>
                    s_areas.Contains(declaration.Area) || declaration.Id == "hitless.ste.every-view"
                )
                .SelectMany(declaration => SilentRun.Executions(declaration, [Profiles.Mmu600])),
            execution => endings.Add((execution, run.Of(execution)))
        );

        Assert.Empty(
            endings
                .Where(one => one.Ending.Verdict is Verdict.Failed or Verdict.Inconclusive)
                .Select(one => $"{one.Execution.Key}: {one.Ending.Reason.Split('\n')[0]}")
                .Order(StringComparer.Ordinal)
        );
        Assert.All(
            endings.Where(one => one.Execution.Case.Area == "hitless"),
            one => Assert.Equal(Verdict.NotObservable, one.Ending.Verdict)
        );
        Assert.True(
            endings.Count(one => one.Ending.Verdict == Verdict.Passed) > 200,
            $"only {endings.Count(one => one.Ending.Verdict == Verdict.Passed)} passed"
        );
    }
}
