using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Answers Translation Requests: through the same entries, descriptors and TLBs as transactions, but faults become answers
/// and not events (§3.9.1.2, §13.6.3 - §13.7).
/// </summary>
/// <param name="state">The registers in force.</param>
/// <param name="streams">Finds entries.</param>
/// <param name="contexts">Finds CDs.</param>
/// <param name="translation">Finds addresses and permissions.</param>
internal sealed class TranslationRequests(
    SmmuState state,
    StreamLookup streams,
    ContextLookup contexts,
    AtsTranslation translation
)
{
    /// <summary>Answers one request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="outcome">Holds the event to record, if there is one.</param>
    /// <exception cref="NotModelledException">A valid configuration asks for a feature that is not modelled.</exception>
    public AtsCompletion Answer(in AtsRequest request, out Translation outcome)
    {
        outcome = default;
        var access = AccessOf(in request);

        // 1. Without translation there is no ATS. §3.9.1.2
        if (!state.Enabled)
            return Unsupported(in request, out outcome);

        // 2. The entry must be readable and valid. §3.9.1.2
        ref readonly var ste = ref streams.Find(in access, ref outcome, out var found);
        if (!found)
            return Aborted(ref outcome);

        // 3. A disabled stream says nothing; one without ATS is told. §3.9.1.2, §5.2 EATS
        if (!ste.Ste.Passes)
            return new AtsCompletion { Status = AtsStatus.UnsupportedRequest };
        var eats = EffectiveEats(in ste.Ste, state);
        if (eats == Eats.Disabled || ste.Ste.Config == SteConfig.Bypass)
            return Unsupported(in request, out outcome);

        // 4. A PASID needs a CD, or S1DSS decides. §3.9.1.2
        var choice = Substreams.Select(in ste, in access, out var index);
        if (Substreams.Refusal(choice, in access) is { } record)
            return Refused(record, out outcome);
        ste.RequireStage2(state.Profile);

        // 5. Overrides of permissions count for requests as for reads. §13.1.4
        var overridden = Overrides.Apply(in ste.Ste, state.Profile, in access);
        if (choice == SubstreamChoice.Bypass)
        {
            return translation.TrySkipping(
                in ste,
                eats,
                in request,
                in overridden,
                out var skipped,
                out var fault
            )
                ? Told(skipped, in request)
                : Faulted(in request, in overridden, in fault, out outcome);
        }

        // 6. The CD: what stage 2 says of its address is an answer, what is wrong with itself is not. §3.9.1.2
        ref readonly var cd = ref contexts.Find(in access, in ste, index, ref outcome, out found);
        if (!found)
            return IsTranslationRelated(in outcome)
                ? Nothing(in request, out outcome)
                : Aborted(ref outcome);
        cd.RequireModelled(in ste, state.Profile);
        return translation.TryThrough(
            in ste,
            in cd.Context,
            eats,
            in request,
            in overridden,
            out var answer,
            out var refusal
        )
            ? Told(answer, in request)
            : Faulted(in request, in overridden, in refusal, out outcome);
    }

    /// <summary>EATS as it acts: split stages and the DPT need ATSCHK, and there is no DPT (§5.2).</summary>
    public static Eats EffectiveEats(in Ste ste, SmmuState state) =>
        !state.Profile.IDR0.ATS ? Eats.Disabled
        : ste.EATS == Eats.Full ? Eats.Full
        : ste.EATS == Eats.SplitStage && state.Cr0Ack.ATSCHK ? Eats.SplitStage
        : Eats.Disabled;

    // Success that permits nothing: the device may ask again, or for the page. §3.9.1.2
    private AtsCompletion Nothing(in AtsRequest request, out Translation outcome)
    {
        outcome = default;
        return Told(translation.Nothing, in request);
    }

    // Priv is the request's, whatever PRIVCFG made of it. §13.7
    private static AtsCompletion Told(AtsCompletion answer, in AtsRequest request) =>
        answer with
        {
            Privileged = request.SubstreamValid && request.Privileged,
        };

    private AtsCompletion Faulted(
        in AtsRequest request,
        in Transaction access,
        in TranslationFault fault,
        out Translation outcome
    )
    {
        if (fault.Kind is not (TranslationFaultKind.WalkAbort or TranslationFaultKind.TlbConflict))
            return Nothing(in request, out outcome);
        return Refused(EventRecords.Of(in access, in fault, stall: false), out outcome);
    }

    private static bool IsTranslationRelated(in Translation outcome) =>
        outcome.Event.Is<FTranslation>()
        || outcome.Event.Is<FAddrSize>()
        || outcome.Event.Is<FAccess>()
        || outcome.Event.Is<FPermission>();

    // Only the extended set of events tells of what a request met. §6.3.12, REC_CFG_ATS
    private AtsCompletion Aborted(ref Translation outcome)
    {
        outcome = outcome with { RecordEvent = outcome.RecordEvent && state.Cr2.REC_CFG_ATS };
        return new AtsCompletion { Status = AtsStatus.CompleterAbort };
    }

    private AtsCompletion Refused(EventRecord record, out Translation outcome)
    {
        outcome = Outcome.Refused(record);
        return Aborted(ref outcome);
    }

    private static AtsCompletion Unsupported(in AtsRequest request, out Translation outcome)
    {
        outcome = Outcome.Refused(EventRecords.BadAtsRequest(in request));
        return new AtsCompletion { Status = AtsStatus.UnsupportedRequest };
    }

    // Without a PASID a request is unprivileged and of data. §13.7
    private static Transaction AccessOf(in AtsRequest request) =>
        new()
        {
            Stream = request.Stream,
            SubstreamValid = request.SubstreamValid,
            Substream = request.Substream,
            Address = request.Address,
            Privileged = request.SubstreamValid && request.Privileged,
        };
}
