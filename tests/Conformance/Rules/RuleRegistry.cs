using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using SmmuConformance.Conformance.Cases;

namespace SmmuConformance.Conformance.Rules;

/// <summary>One rule that a case can prove.</summary>
/// <param name="Id">Stable, never reused.</param>
/// <param name="Clause">Section of the manual, member of the interface, or part of the Linux driver.</param>
/// <param name="On">Whom it binds: <c>driver</c>, <c>smmu</c> or <c>format</c>.</param>
/// <param name="Text">The rule, in one sentence.</param>
/// <param name="Test">How it may be seen to be broken; may be empty.</param>
/// <param name="Level">Who demands it.</param>
/// <param name="Force">How much of a demand it is.</param>
/// <param name="Why">Why it is less than a demand; empty if it is one.</param>
public sealed record Rule(
    string Id,
    string Clause,
    string On,
    string Text,
    string Test,
    Level Level,
    Force Force,
    string Why
)
{
    /// <summary>First part of the id.</summary>
    public string Area => Id[..Id.LastIndexOf('.')];

    /// <summary>A case may fail a driver for it: it is demanded, or a driver that ignores it goes wrong.</summary>
    public bool Binds => Force is Force.Demanded or Force.Follows;
}

/// <summary>How much of a demand a rule is.</summary>
public enum Force : byte
{
    /// <summary>Its source says that it must be so.</summary>
    Demanded,

    /// <summary>Its source says what hardware does, and who does not heed it goes wrong.</summary>
    Follows,

    /// <summary>Its source recommends, expects, describes or permits it.</summary>
    Advised,

    /// <summary>Another rule says the same.</summary>
    SaidElsewhere,
}

/// <summary>Every rule of the catalogue, read from the embedded <c>Rules/*.jsonl</c>.</summary>
public sealed class RuleRegistry
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    private static readonly Lazy<RuleRegistry> Shared = new(() =>
        Parse([
            new(
                "architecture.jsonl",
                Level.Architecture,
                Resource.Text("Rules/architecture.jsonl")
            ),
            new("contract.jsonl", Level.Contract, Resource.Text("Rules/contract.jsonl")),
            new("linux.jsonl", Level.Linux, Resource.Text("Rules/linux.jsonl")),
        ])
    );

    private readonly FrozenDictionary<string, Rule> _rules;

    private RuleRegistry(IEnumerable<Rule> rules) =>
        _rules = rules.ToFrozenDictionary(rule => rule.Id);

    /// <summary>The rules of this catalogue.</summary>
    public static RuleRegistry Catalogue => Shared.Value;

    /// <summary>Every rule.</summary>
    public ImmutableArray<Rule> Rules => _rules.Values;

    /// <summary>The rule with that id, or null.</summary>
    public Rule? Find(string id) => _rules.GetValueOrDefault(id);

    /// <summary>Reads rules, one JSON object a line.</summary>
    /// <exception cref="FormatException">A line is malformed, has an unknown or missing field, or repeats an id; names file and line.</exception>
    public static RuleRegistry Parse(IEnumerable<RuleFile> files)
    {
        var seen = new Dictionary<string, string>();
        var rules = new List<Rule>();
        foreach (var file in files)
        {
            var number = 0;
            foreach (var line in file.Text.Split('\n'))
            {
                number++;
                if (line.Length == 0)
                    continue;
                var place = $"{file.Name}:{number}";
                var rule = Read(line, place, file.Level);
                if (!seen.TryAdd(rule.Id, place))
                    throw new FormatException(
                        $"{place}: rule '{rule.Id}' stands already at {seen[rule.Id]}"
                    );
                rules.Add(rule);
            }
        }
        return new RuleRegistry(rules);
    }

    private static Rule Read(string line, string place, Level level)
    {
        Line read;
        try
        {
            read = JsonSerializer.Deserialize<Line>(line, Strict)!;
        }
        catch (JsonException exception)
        {
            throw new FormatException($"{place}: {exception.Message}", exception);
        }
        if (read.Id.Length == 0 || read.Clause.Length == 0 || read.Rule.Length == 0)
            throw new FormatException($"{place}: id, clause and rule must not be empty");
        if (read.On is not ("driver" or "smmu" or "format"))
            throw new FormatException($"{place}: '{read.On}' is not one of driver, smmu, format");
        if (read.Force == Force.Demanded != (read.Why.Length == 0))
            throw new FormatException(
                $"{place}: a rule that is less than a demand says why, and no other does"
            );
        return new Rule(
            read.Id,
            read.Clause,
            read.On,
            read.Rule,
            read.Test,
            level,
            read.Force,
            read.Why
        );
    }

    private sealed record Line
    {
        public required string Id { get; init; }
        public required string Clause { get; init; }
        public required string On { get; init; }
        public required string Rule { get; init; }
        public required string Test { get; init; }
        public Force Force { get; init; }
        public string Why { get; init; } = "";
    }
}

/// <summary>A file of rules.</summary>
/// <param name="Name">Name for messages.</param>
/// <param name="Level">Who demands its rules.</param>
/// <param name="Text">Its text.</param>
public sealed record RuleFile(string Name, Level Level, string Text);
