namespace SmmuConformance.Driver.Adapters;

/// <summary>
/// A driver in another process or a library has broken the agreement about calls: it died, hung, or answered what is no answer.
/// The message names the driver, what it was doing, and the remedy.
/// </summary>
public sealed class DriverFaultException(string message, Exception? inner = null)
    : Exception(message, inner);
