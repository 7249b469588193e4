namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>What was received is not the protocol.</summary>
/// <param name="what">What is wrong, and with which byte.</param>
public sealed class WireException(string what) : Exception(what);
