using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Cases;

/// <summary>One case on one profile, with one of its rows: what a verdict is given for.</summary>
/// <param name="Case">The case.</param>
/// <param name="Row">Index of the row; 0 if it has none.</param>
/// <param name="Profile">The hardware.</param>
public sealed record Execution(CaseDeclaration Case, int Row, Profile Profile)
{
    /// <summary>Id with the variant.</summary>
    public string Id => Case.IdOf(Row);

    /// <summary>Unique within the run and the same on every machine.</summary>
    public string Key => $"{Id}|{Profile.Name}";

    /// <summary>How reports name it.</summary>
    public string DisplayName => $"{Id} [{Profile.Name}] {Case.Title}";

    /// <inheritdoc/>
    public override string ToString() => DisplayName;
}

/// <summary>How an execution ended.</summary>
/// <param name="Verdict">The verdict.</param>
/// <param name="Reason">Why, unless it passed.</param>
/// <param name="Exception">What was thrown, if it failed.</param>
public readonly record struct Ending(Verdict Verdict, string Reason, Exception? Exception = null)
{
    /// <summary>The rule was exercised and kept.</summary>
    public static Ending Passed => new(Verdict.Passed, "");

    /// <summary>Verdict and reason, as skip reasons print them.</summary>
    public override string ToString() =>
        Reason.Length == 0 ? Verdict.Name() : $"{Verdict.Name()}: {Reason}";
}
