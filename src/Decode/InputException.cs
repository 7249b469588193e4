namespace SmmuConformance.Decode;

/// <summary>What was given cannot be decoded; the message names what is wrong and what to do.</summary>
/// <param name="message">What the user reads.</param>
internal sealed class InputException(string message) : Exception(message);
