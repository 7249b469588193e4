using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmmuConformance.Conformance.Mutants;

/// <summary>Files of one JSON object a line.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNameCaseInsensitive = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>What stands in a file; empty lines do not count.</summary>
    /// <param name="name">The file's name: for messages.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="FormatException">A line is something else; names file and line.</exception>
    public static IReadOnlyList<T> Parse<T>(string name, string text)
    {
        var parsed = new List<T>();
        foreach (var (line, number) in text.Split('\n').Select((line, i) => (line, i + 1)))
        {
            if (line.Trim().Length == 0)
                continue;
            try
            {
                parsed.Add(JsonSerializer.Deserialize<T>(line, Strict)!);
            }
            catch (Exception e) when (e is JsonException or FormatException)
            {
                throw new FormatException($"{name}, line {number}: {e.Message}", e);
            }
        }
        return parsed;
    }
}
