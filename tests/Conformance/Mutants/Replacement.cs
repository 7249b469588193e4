namespace SmmuConformance.Conformance.Mutants;

/// <summary>A small change of a source: an exact text that must occur once, and what stands there instead.</summary>
/// <param name="File">Source file, from the folder of the sources, with slashes.</param>
/// <param name="Old">The text.</param>
/// <param name="New">What replaces it.</param>
public sealed record Replacement(string File, string Old, string New)
{
    /// <summary>The source with the change in it.</summary>
    /// <param name="mutant">Whose change it is: for the message.</param>
    /// <param name="source">The source without.</param>
    /// <exception cref="FormatException">The text is not there, or more than once: the mutant must be written anew.</exception>
    public string Apply(string mutant, string source)
    {
        var at = source.IndexOf(Old, StringComparison.Ordinal);
        if (at < 0 || source.IndexOf(Old, at + 1, StringComparison.Ordinal) >= 0)
            throw new FormatException(
                $"mutant {mutant}: its text {(at < 0 ? "is not" : "is more than once")} in {File}; "
                    + "give it the text that stands there now"
            );
        return string.Concat(source.AsSpan(0, at), New, source.AsSpan(at + Old.Length));
    }
}
