namespace SmmuConformance.Emulator;

/// <summary>Holds the observer of one SMMU, which may change or be absent, for the parts that report to it.</summary>
internal sealed class Watch
{
    /// <summary>Who watches; null if nobody does.</summary>
    public ISmmuObserver? Observer { get; set; }
}
