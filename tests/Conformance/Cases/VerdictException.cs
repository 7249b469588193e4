namespace SmmuConformance.Conformance.Cases;

/// <summary>
/// Ends an execution with a verdict other than passed or failed. For what only shows while the case runs; what a register
/// field or a capability decides belongs in the case's attributes.
/// </summary>
public sealed class VerdictException : Exception
{
    /// <summary>An execution that ended so.</summary>
    /// <param name="verdict">Not applicable, not observable, or inconclusive.</param>
    /// <param name="reason">Why: the register field, the capability, or the feature.</param>
    public VerdictException(Verdict verdict, string reason)
        : base(reason)
    {
        if (verdict is Verdict.Passed or Verdict.Failed or Verdict.Waived)
            throw new ArgumentOutOfRangeException(
                nameof(verdict),
                verdict,
                "a case cannot give itself this verdict"
            );
        Verdict = verdict;
    }

    /// <summary>The verdict.</summary>
    public Verdict Verdict { get; }

    /// <summary>The case is about something this profile or driver does not have.</summary>
    public static VerdictException NotApplicable(string reason) =>
        new(Verdict.NotApplicable, reason);

    /// <summary>The driver cannot be watched finely enough.</summary>
    public static VerdictException NotObservable(string reason) =>
        new(Verdict.NotObservable, reason);
}
