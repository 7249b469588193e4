namespace SmmuConformance.Decode;

/// <summary>Where a command reads and writes.</summary>
/// <param name="In">What is read where no words are given.</param>
/// <param name="Out">The decoded text.</param>
/// <param name="Error">What is wrong with the input.</param>
/// <param name="HasInput">There is something to read: <paramref name="In"/> is no keyboard.</param>
public sealed record Terminal(TextReader In, TextWriter Out, TextWriter Error, bool HasInput);
