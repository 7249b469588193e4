using SmmuConformance.Bench;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Cases;

/// <summary>The driver under test, as far as it decides which cases apply.</summary>
public static class Subject
{
    private static readonly AsyncLocal<DriverDescription?> s_other = new();

    private static readonly Lazy<(DriverDescription Description, string? Problem)> Described = new(
        Describe,
        LazyThreadSafetyMode.ExecutionAndPublication
    );

    /// <summary>What the driver says of itself; of one that cannot be had, that it can do nothing.</summary>
    public static DriverDescription Description => s_other.Value ?? Described.Value.Description;

    /// <summary>Another driver is meant by this flow of control, until the answer is disposed of.</summary>
    public static IDisposable As(DriverDescription other)
    {
        s_other.Value = other;
        return new Restoring();
    }

    /// <summary>Why the driver cannot be had, or null.</summary>
    public static string? Problem => Described.Value.Problem;

    /// <summary>Why the driver rules a case out before it runs, or null.</summary>
    public static Ending? Refusal(CaseAttribute attribute, DriverDescription driver)
    {
        var missing = attribute.Needs & ~driver.Capabilities;
        if (missing != Capabilities.None)
            return new Ending(
                Verdict.NotApplicable,
                $"driver '{driver.Name}' does not declare {missing}"
            );
        if (attribute.Level == Level.Linux && !driver.Capabilities.HasFlag(Capabilities.LikeLinux))
            return new Ending(
                Verdict.NotApplicable,
                $"driver '{driver.Name}' does not declare {Capabilities.LikeLinux}, and the manual does not demand it"
            );
        if (
            attribute.Observes == Observation.EveryStore
            && driver.Observation != Observation.EveryStore
        )
            return new Ending(
                Verdict.NotObservable,
                $"driver '{driver.Name}' shows memory {driver.Observation} only, the case needs {Observation.EveryStore}"
            );
        return null;
    }

    private static (DriverDescription Description, string? Problem) Describe()
    {
        try
        {
            return (PluggedDriver.UnderTest.Describe(), null);
        }
        catch (DriverFaultException e)
        {
            var chosen = Environment.GetEnvironmentVariable(PluggedDriver.Variable)!;
            return (
                new(chosen, "?", Capabilities.None, new Policies(), Observation.EveryStore),
                e.Message
            );
        }
    }

    private sealed class Restoring : IDisposable
    {
        public void Dispose() => s_other.Value = null;
    }
}
