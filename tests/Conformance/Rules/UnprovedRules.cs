using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Rules;

/// <summary>Why no case proves a rule.</summary>
public enum Unproved : byte
{
    /// <summary>It belongs to a feature that the emulator does not have, and says so.</summary>
    NotModelled,

    /// <summary>No software and no device could tell whether it is kept.</summary>
    NotObservable,

    /// <summary>It permits or advises; nothing is demanded.</summary>
    NotAnObligation,

    /// <summary>No operation of the contract gives a driver occasion to keep or to break it.</summary>
    NotOffered,
}

/// <summary>One rule that no case proves.</summary>
/// <param name="Id">The rule.</param>
/// <param name="Why">The class of reason.</param>
/// <param name="Reason">The reason, in a sentence with its clause.</param>
public sealed record UnprovedRule(string Id, Unproved Why, string Reason);

/// <summary>The rules that no case proves, each with its reason, read from the embedded <c>Rules/unproved.jsonl</c>.</summary>
public static class UnprovedRules
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private static readonly Lazy<FrozenDictionary<string, UnprovedRule>> Shared = new(() =>
        Parse(Resource.Text("Rules/unproved.jsonl")).ToFrozenDictionary(rule => rule.Id)
    );

    /// <summary>Every one, by the id of the rule.</summary>
    public static FrozenDictionary<string, UnprovedRule> All => Shared.Value;

    /// <summary>Reads reasons, one JSON object a line.</summary>
    /// <exception cref="FormatException">A line is malformed or has no reason; names the line.</exception>
    public static IEnumerable<UnprovedRule> Parse(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (line.Length > 0)
                yield return Read(line, $"unproved.jsonl:{number}");
        }
    }

    private static UnprovedRule Read(string line, string place)
    {
        try
        {
            var rule = JsonSerializer.Deserialize<UnprovedRule>(line, Strict);
            return rule is { Id.Length: > 0, Reason.Length: > 0 }
                ? rule
                : throw new FormatException($"{place}: id and reason must not be empty");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"{place}: {exception.Message}", exception);
        }
    }
}
