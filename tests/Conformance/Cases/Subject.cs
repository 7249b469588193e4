using Microsoft.Extensions.DependencyInjection;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Cases;

/// <summary>The driver under test, as far as it decides which cases apply.</summary>
public static class Subject
{
    private static readonly Lazy<DriverDescription> Described = new(
        Describe,
        LazyThreadSafetyMode.PublicationOnly
    );

    /// <summary>What the driver says of itself.</summary>
    public static DriverDescription Description => Described.Value;

    /// <summary>Why the driver rules a case out before it runs, or null.</summary>
    public static Ending? Refusal(CaseAttribute attribute, DriverDescription driver)
    {
        var missing = attribute.Needs & ~driver.Capabilities;
        if (missing != Capabilities.None)
            return new Ending(
                Verdict.NotApplicable,
                $"driver '{driver.Name}' does not declare {missing}"
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

    private static DriverDescription Describe()
    {
        using var services = new ServiceCollection().AddDriverUnderTest().BuildServiceProvider();
        return services.GetRequiredService<ISmmuDriver>().Describe();
    }
}
