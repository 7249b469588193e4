using SmmuConformance.Conformance.Results;

namespace SmmuConformance.Conformance.Cases;

/// <summary>What all executions of one run share.</summary>
public static class Suite
{
    private static readonly Lazy<Executor> Shared = new(
        () => new Executor(Subject.Description, Waivers.Load()),
        LazyThreadSafetyMode.PublicationOnly
    );

    private static readonly Lazy<Temper> Named = new(
        Temper.FromEnvironment,
        LazyThreadSafetyMode.PublicationOnly
    );

    /// <summary>Runs executions against the driver under test.</summary>
    public static Executor Executor => Shared.Value;

    /// <summary>How unkind machines are to drivers.</summary>
    /// <exception cref="FormatException">The environment names one that does not exist.</exception>
    public static Temper Temper => Named.Value;

    /// <summary>What has been run so far.</summary>
    public static Tally Tally { get; } = new();
}
