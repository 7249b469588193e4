using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The ways a transaction can end.</summary>
internal static class Outcome
{
    /// <summary>It is aborted in silence.</summary>
    public static Translation Aborted => new() { Result = TranslationResult.Aborted };

    /// <summary>It is completed without any effect, as a hint that is not taken.</summary>
    public static Translation Dropped =>
        new() { Result = TranslationResult.Aborted, Response = FaultResponse.ReadZeroWriteIgnored };

    /// <summary>A stalled transaction is terminated as it was decided (§4.7.1).</summary>
    public static Translation Terminated(StallDecision decision) =>
        decision == StallDecision.Abort ? Aborted : Dropped;

    /// <summary>
    /// A configuration error, or a fault that no flag of the CD governs: an abort, and a record. §5.5
    /// </summary>
    public static Translation Refused(EventRecord record) =>
        new()
        {
            Result = TranslationResult.Faulted,
            Event = record,
            RecordEvent = true,
        };

    /// <summary>A fault of translation: CD.A, R and S say what happens at stage 1, STE.S2R and S2S at stage 2. §5.5</summary>
    /// <param name="access">The transaction, overrides applied.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="ste">Its entry.</param>
    /// <param name="stage1">Its CD, if the fault may be of stage 1.</param>
    public static Translation Faulted(
        in Transaction access,
        in TranslationFault fault,
        in SteEntry ste,
        in Stage1Context stage1
    )
    {
        // 1. Only the four translation-related faults are governed by flags; all others abort and are recorded. §3.12
        if (fault.Kind is TranslationFaultKind.WalkAbort or TranslationFaultKind.TlbConflict)
            return Refused(EventRecords.Of(in access, in fault, stall: false));
        if (fault.Kind == TranslationFaultKind.Speculation)
            return Aborted;

        // 2. A stall is always recorded. §5.5
        var stall = fault.Stage2 ? ste.Stage2.S : stage1.S;
        var record = fault.Stage2 ? ste.Stage2.R : stage1.R;
        var abort = fault.Stage2 || stage1.A;
        return new Translation
        {
            Result = TranslationResult.Faulted,
            Event = EventRecords.Of(in access, in fault, stall),
            RecordEvent = stall || record,
            MayMerge = !stall && ste.Ste.MEV,
            Response =
                stall ? FaultResponse.Stalled
                : abort ? FaultResponse.Abort
                : FaultResponse.ReadZeroWriteIgnored,
        };
    }
}
