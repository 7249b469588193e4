using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The ways a transaction can end.</summary>
internal static class Outcome
{
    /// <summary>It passes with its address unchanged.</summary>
    public static Translation Bypassed(ulong address) =>
        new()
        {
            Result = TranslationResult.Passed,
            Address = address,
            LeafShift = 64,
        };

    /// <summary>It is aborted in silence.</summary>
    public static Translation Aborted => new() { Result = TranslationResult.Aborted };

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

    /// <summary>A translation-related fault of stage 1: the CD says what happens. §5.5</summary>
    /// <param name="context">The CD.</param>
    /// <param name="record">The record, with Stall as CD.S says.</param>
    public static Translation Faulted(in Stage1Context context, EventRecord record) =>
        new()
        {
            Result = TranslationResult.Faulted,
            Event = record,
            RecordEvent = context.R || context.S,
            Response =
                context.S ? FaultResponse.Stalled
                : context.A ? FaultResponse.Abort
                : FaultResponse.ReadZeroWriteIgnored,
        };
}
