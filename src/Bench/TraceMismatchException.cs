namespace SmmuConformance.Bench;

/// <summary>Thrown when an expected act is missing from the trace or comes too early: the verdict is <c>failed</c>.</summary>
/// <param name="missing">What was expected next.</param>
/// <param name="trace">What was seen; the arrow is at the last act that was as expected.</param>
public sealed class TraceMismatchException(Step missing, string trace)
    : Exception($"expected next, and not found: {missing.Text}\n{trace}")
{
    /// <summary>What was expected next.</summary>
    public Step Missing => missing;
}
