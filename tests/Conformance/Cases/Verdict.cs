namespace SmmuConformance.Conformance.Cases;

/// <summary>How one execution of a case ended. No two of these are ever folded into one another.</summary>
public enum Verdict : byte
{
    /// <summary>The rule was exercised and kept.</summary>
    Passed,

    /// <summary>The rule was broken, a waiver is out of date, or the suite itself went wrong.</summary>
    Failed,

    /// <summary>The hardware or the driver does not have what the case is about.</summary>
    NotApplicable,

    /// <summary>The driver cannot be watched finely enough to tell.</summary>
    NotObservable,

    /// <summary>The emulator does not model what the case led to.</summary>
    Inconclusive,

    /// <summary>It failed, and waivers.json says why that is accepted for now.</summary>
    Waived,
}

/// <summary>Names of verdicts as reports print them.</summary>
public static class VerdictNames
{
    /// <summary>The verdict in plain words, as it starts every skip reason.</summary>
    public static string Name(this Verdict verdict) =>
        verdict switch
        {
            Verdict.Passed => "passed",
            Verdict.Failed => "failed",
            Verdict.NotApplicable => "not applicable",
            Verdict.NotObservable => "not observable",
            Verdict.Inconclusive => "inconclusive",
            Verdict.Waived => "waived",
            _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
        };
}
