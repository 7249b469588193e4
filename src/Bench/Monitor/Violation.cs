namespace SmmuConformance.Bench;

/// <summary>A monitor rule that a driver broke.</summary>
/// <param name="Rule">Which rule.</param>
/// <param name="Message">What happened, with the entry decoded.</param>
/// <param name="At">Number of the trace entry at which it was seen.</param>
public sealed record Violation(MonitorRule Rule, string Message, int At);

/// <summary>Thrown when an operation ends in whose course monitor rules were broken: the verdict is <c>failed</c>.</summary>
/// <param name="violations">All of them, first first.</param>
/// <param name="message">What the engineer reads.</param>
public sealed class ViolationException(IReadOnlyList<Violation> violations, string message)
    : Exception(message)
{
    /// <summary>All rules that were broken, first first.</summary>
    public IReadOnlyList<Violation> Violations => violations;
}
