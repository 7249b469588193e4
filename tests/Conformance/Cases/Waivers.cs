using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SmmuConformance.Conformance.Cases;

/// <summary>Why a failure is accepted.</summary>
public enum WaiverKind : byte
{
    /// <summary>A defect of ours that will be removed; the entry says by what.</summary>
    Debt,

    /// <summary>The emulator does not model it.</summary>
    NotModelled,

    /// <summary>The manual permits the behaviour; the entry's reason names the clause.</summary>
    Permitted,
}

/// <summary>One accepted failure.</summary>
/// <param name="Kind">Under which heading it stands.</param>
/// <param name="Case">Id of the case.</param>
/// <param name="Profile">Name of the profile; null: all.</param>
/// <param name="Reason">Why it is accepted.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Expires">Last day on which it holds.</param>
/// <param name="RemovedBy">For debt: what removes it.</param>
public sealed record Waiver(
    WaiverKind Kind,
    string Case,
    string? Profile,
    string Reason,
    string Owner,
    DateOnly Expires,
    string? RemovedBy
)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{Kind switch { WaiverKind.Debt => "debt", WaiverKind.NotModelled => "not modelled", _ => "permitted" }}: "
        + $"{Reason} ({Owner}, until {Expires:yyyy-MM-dd})";
}

/// <summary>The accepted failures: <c>waivers.json</c>.</summary>
public sealed class Waivers
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    private readonly ImmutableArray<Waiver> _entries;
    private readonly DateOnly _today;

    private Waivers(ImmutableArray<Waiver> entries, DateOnly today)
    {
        _entries = entries;
        _today = today;
    }

    /// <summary>No failure is accepted.</summary>
    public static Waivers None { get; } = new([], default);

    /// <summary>Every entry.</summary>
    public IReadOnlyList<Waiver> Entries => _entries;

    /// <summary>The waivers of this catalogue, as of today.</summary>
    public static Waivers Load() =>
        Parse(
            Resource.Text("waivers.json"),
            DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().Date)
        );

    /// <summary>Reads waivers.</summary>
    /// <param name="json">The file's text.</param>
    /// <param name="today">The day on which they are to hold.</param>
    /// <exception cref="FormatException">An entry lacks what it must have, or names what is not known.</exception>
    public static Waivers Parse(string json, DateOnly today)
    {
        Headings headings;
        try
        {
            headings = JsonSerializer.Deserialize<Headings>(json, Strict)!;
        }
        catch (JsonException exception)
        {
            throw new FormatException($"waivers.json: {exception.Message}", exception);
        }
        return new Waivers(
            [
                .. headings.Debt.Select(entry => Checked(WaiverKind.Debt, entry)),
                .. headings.NotModelled.Select(entry => Checked(WaiverKind.NotModelled, entry)),
                .. headings.Permitted.Select(entry => Checked(WaiverKind.Permitted, entry)),
            ],
            today
        );
    }

    /// <summary>The verdict after waivers: a waived failure is waived, a waived pass fails, an expired waiver fails.</summary>
    public Ending Apply(Execution execution, Ending ending)
    {
        var waiver = _entries.FirstOrDefault(entry =>
            entry.Case == execution.Case.Id
            && (entry.Profile ?? execution.Profile.Name) == execution.Profile.Name
        );
        if (waiver is null)
            return ending;
        if (waiver.Expires < _today)
            return Fail($"the waiver has expired: {waiver}; without it: {ending}");
        return ending.Verdict switch
        {
            Verdict.Failed or Verdict.Inconclusive => new Ending(Verdict.Waived, waiver.ToString()),
            Verdict.Passed => Fail($"it passes although it is waived; remove the waiver: {waiver}"),
            _ => ending,
        };

        Ending Fail(string reason) =>
            new(Verdict.Failed, reason, new InvalidOperationException(reason, ending.Exception));
    }

    private static Waiver Checked(WaiverKind kind, Entry entry)
    {
        var name = string.IsNullOrWhiteSpace(entry.Case) ? "an entry" : $"'{entry.Case}'";
        if (string.IsNullOrWhiteSpace(entry.Case))
            throw Bad("names no case");
        if (string.IsNullOrWhiteSpace(entry.Reason))
            throw Bad("gives no reason");
        if (string.IsNullOrWhiteSpace(entry.Owner))
            throw Bad("has no owner");
        if (
            !DateOnly.TryParseExact(
                entry.Expires,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var expires
            )
        )
            throw Bad("has no expiry date (yyyy-MM-dd)");
        if (kind == WaiverKind.Debt && string.IsNullOrWhiteSpace(entry.RemovedBy))
            throw Bad("is debt and does not say what removes it (removed-by)");
        return new Waiver(
            kind,
            entry.Case,
            entry.Profile,
            entry.Reason,
            entry.Owner,
            expires,
            entry.RemovedBy
        );

        FormatException Bad(string what) => new($"waivers.json: {name} under {kind} {what}");
    }

    private sealed record Headings
    {
        public required ImmutableArray<Entry> Debt { get; init; }
        public required ImmutableArray<Entry> NotModelled { get; init; }
        public required ImmutableArray<Entry> Permitted { get; init; }
    }

    private sealed record Entry
    {
        public string? Case { get; init; }
        public string? Profile { get; init; }
        public string? Reason { get; init; }
        public string? Owner { get; init; }
        public string? Expires { get; init; }
        public string? RemovedBy { get; init; }
    }
}
