using System.Text.Json;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>One small lie: an exact, unique text of the emulator's source, and what stands there instead.</summary>
/// <param name="Id">Short and dashed; reports name it so.</param>
/// <param name="File">Source file, from the emulator's folder.</param>
/// <param name="Old">The text; must occur once.</param>
/// <param name="New">What replaces it.</param>
/// <param name="Lie">What the hardware then does wrong, in one sentence.</param>
/// <param name="Case">A hardware case that notices; <c>?</c> tries them all, and the test's output says which does.</param>
/// <param name="Property">A property that notices; null: none need.</param>
public sealed record Mutant(
    string Id,
    string File,
    string Old,
    string New,
    string Lie,
    string Case,
    string? Property = null
)
{
    /// <summary>In place of a case: any.</summary>
    public const string AnyCase = "?";

    /// <summary>Those that stand in a file.</summary>
    /// <exception cref="FormatException">A line is not a mutant; says which.</exception>
    public static IReadOnlyList<Mutant> Parse(string lines)
    {
        var mutants = new List<Mutant>();
        foreach (var (line, number) in lines.Split('\n').Select((text, i) => (text, i + 1)))
        {
            if (line.Trim().Length == 0)
                continue;
            try
            {
                mutants.Add(JsonSerializer.Deserialize<Mutant>(line, Options)!);
            }
            catch (JsonException exception)
            {
                throw new FormatException($"line {number}: {exception.Message}", exception);
            }
        }
        return mutants;
    }

    /// <summary>The source with the lie in it.</summary>
    /// <exception cref="FormatException">The text is not there, or more than once: the mutant must be written anew.</exception>
    public string Apply(string source)
    {
        var at = source.IndexOf(Old, StringComparison.Ordinal);
        if (at < 0 || source.IndexOf(Old, at + 1, StringComparison.Ordinal) >= 0)
            throw new FormatException(
                $"mutant {Id}: its text {(at < 0 ? "is not" : "is more than once")} in {File}; "
                    + "give it the text that stands there now"
            );
        return string.Concat(source.AsSpan(0, at), New, source.AsSpan(at + Old.Length));
    }

    /// <inheritdoc/>
    public override string ToString() => Id;

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNameCaseInsensitive = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };
}
