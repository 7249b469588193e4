namespace SmmuConformance.Conformance.Cases;

/// <summary>What all executions of one run share.</summary>
public static class Suite
{
    private static readonly Lazy<Executor> Shared = new(
        () => new Executor(Subject.Description, Waivers.Load()),
        LazyThreadSafetyMode.PublicationOnly
    );

    /// <summary>Runs executions against the driver under test.</summary>
    public static Executor Executor => Shared.Value;

    /// <summary>What has been run so far.</summary>
    public static Tally Tally { get; } = new();
}
