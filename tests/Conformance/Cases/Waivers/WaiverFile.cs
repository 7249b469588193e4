using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using SmmuConformance.Conformance.Results;
using SmmuConformance.Conformance.Rules;

namespace SmmuConformance.Conformance.Cases;

/// <summary>Reads <c>waivers.json</c>: an array of entries, each complete or refused.</summary>
public static class WaiverFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "waivers.json";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>The JSON Schema of the file.</summary>
    public static string Schema => SchemaText.Of(Name, typeof(Entry[]), s_json);

    /// <summary>Reads entries.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="cases">Ids of all cases, with and without rows.</param>
    /// <param name="rules">Every rule.</param>
    /// <exception cref="FormatException">An entry lacks something, or names something that does not exist; says which and what to do.</exception>
    public static ImmutableArray<Waiver> Parse(
        string json,
        IReadOnlySet<string> cases,
        RuleRegistry rules
    )
    {
        Entry[] entries;
        try
        {
            entries = JsonSerializer.Deserialize<Entry[]>(json, s_json) ?? [];
        }
        catch (JsonException exception)
        {
            throw new FormatException($"{Name}: {exception.Message}", exception);
        }
        return [.. entries.Select((entry, i) => Checked(entry, i + 1, cases, rules))];
    }

    private static Waiver Checked(
        Entry entry,
        int number,
        IReadOnlySet<string> cases,
        RuleRegistry rules
    )
    {
        var name = (entry.Case ?? entry.Rule) is { Length: > 0 } id ? $" ({id})" : "";
        if (string.IsNullOrWhiteSpace(entry.Case) == string.IsNullOrWhiteSpace(entry.Rule))
            throw Bad("names no case and no rule, or both: give 'case' or 'rule'");
        if (entry.Case is { } @case && !cases.Contains(@case))
            throw Bad($"waives '{@case}', which is no case: see catalogue.lock");
        if (entry.Rule is { } rule && rules.Find(rule) is null)
            throw Bad($"waives '{rule}', which is no rule: see tests/Conformance/Rules");
        if (!Enum.TryParse<WaiverClass>(entry.Class, ignoreCase: true, out var @class))
            throw Bad(
                $"has the class '{entry.Class}': 'class' is one of {string.Join(", ", Enum.GetNames<WaiverClass>()).ToLowerInvariant()}"
            );
        if (
            !DateOnly.TryParseExact(
                entry.Expires,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var expires
            )
        )
            throw Bad("has no date 'expires' (yyyy-MM-dd), the last day on which it holds");
        if (!Uri.TryCreate(entry.Issue, UriKind.Absolute, out var issue))
            throw Bad("has no address 'issue' where it is followed");
        var waiver = new Waiver(
            entry.Case,
            entry.Rule,
            Given(entry.Driver, "driver", "the name the driver gives itself"),
            entry.Where,
            @class,
            Given(entry.Reason, "reason", "why it is accepted"),
            Given(entry.Owner, "owner", "who answers for it"),
            issue,
            expires,
            Given(entry.Symptom, "symptom", "what the failure's text contains")
        );
        CheckCondition(waiver.Where);
        return waiver;

        string Given(string? value, string field, string meaning) =>
            string.IsNullOrWhiteSpace(value) ? throw Bad($"has no '{field}': {meaning}") : value;

        void CheckCondition(string? where)
        {
            if (where is null)
                return;
            try
            {
                if (Waiver.Condition(where).Field is { } field)
                    IdentificationField.Read(CaseProfiles.All[0], field);
                else
                    CaseProfiles.Named(where);
            }
            catch (Exception e) when (e is ArgumentException or FormatException)
            {
                throw Bad(
                    $"has the condition '{where}': write a profile's name or a field as SMMU_IDR3.RIL=0 ({e.Message})"
                );
            }
        }

        FormatException Bad(string what) => new($"{Name}: entry {number}{name} {what}");
    }

    private sealed record Entry
    {
        public string? Case { get; init; }
        public string? Rule { get; init; }
        public string? Driver { get; init; }
        public string? Where { get; init; }
        public string? Class { get; init; }
        public string? Reason { get; init; }
        public string? Owner { get; init; }
        public string? Issue { get; init; }
        public string? Expires { get; init; }
        public string? Symptom { get; init; }
    }
}
