namespace VerifyTests;

/// <summary>A text differs from its verified file, or has none; the message shows how and says what to do.</summary>
/// <param name="message">The whole report.</param>
public sealed class VerifyException(string message) : Exception(message);
