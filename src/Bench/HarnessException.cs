namespace SmmuConformance.Bench;

/// <summary>Thrown when the suite itself fails while a driver runs; the driver is not to blame.</summary>
/// <param name="message">What failed.</param>
/// <param name="inner">How.</param>
public sealed class HarnessException(string message, Exception inner) : Exception(message, inner);
