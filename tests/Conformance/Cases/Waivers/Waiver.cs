using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>Why a failure is accepted for a time.</summary>
public enum WaiverClass : byte
{
    /// <summary>A defect that will be removed.</summary>
    Debt,

    /// <summary>The driver's owners have decided against the rule, for a reason they give.</summary>
    Decision,

    /// <summary>Hardware cannot do otherwise.</summary>
    Erratum,

    /// <summary>Whether the manual demands it is not settled.</summary>
    Disputed,
}

/// <summary>One accepted failure.</summary>
/// <param name="Case">Id of the case; null if a rule is waived.</param>
/// <param name="Rule">Id of the rule, for every case that cites it; null if a case is waived.</param>
/// <param name="Driver">Name of the driver that it is for.</param>
/// <param name="Where">On what hardware: a profile's name, or <c>SMMU_IDR3.RIL=0</c>; null: everywhere.</param>
/// <param name="Class">Under which heading it stands.</param>
/// <param name="Reason">Why it is accepted, in a sentence.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Issue">Where it is followed: an address.</param>
/// <param name="Expires">Last day on which it holds.</param>
/// <param name="Symptom">What the failure's text contains; another failure is not accepted.</param>
public sealed record Waiver(
    string? Case,
    string? Rule,
    string Driver,
    string? Where,
    WaiverClass Class,
    string Reason,
    string Owner,
    Uri Issue,
    DateOnly Expires,
    string Symptom
)
{
    /// <summary>True if it speaks of an execution of that driver.</summary>
    public bool Covers(Execution execution, string driver) =>
        Driver == driver
        && (
            Case is null
                ? execution.Case.RulesOf(execution.Row).Contains(Rule!)
                : Case == execution.Case.Id || Case == execution.Id
        )
        && IsMet(execution.Profile);

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Class.ToString().ToLowerInvariant()}: {Reason} ({Owner}, {Issue}, until {Expires:yyyy-MM-dd})";

    private bool IsMet(Profile profile)
    {
        if (Where is null)
            return true;
        var (field, value) = Condition(Where);
        return field is null
            ? Where == profile.Name
            : IdentificationField.Read(profile, field) == value;
    }

    /// <summary>Field and value of a condition; no field if it is a profile's name.</summary>
    /// <exception cref="FormatException">What follows the equals sign is no number.</exception>
    public static (string? Field, ulong Value) Condition(string where)
    {
        var equals = where.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0)
            return (null, 0);
        return ulong.TryParse(where.AsSpan(equals + 1), out var value)
            ? (where[..equals], value)
            : throw new FormatException($"'{where[(equals + 1)..]}' is no number");
    }
}
