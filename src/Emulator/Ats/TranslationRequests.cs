using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Answers Translation Requests: through the same entries, descriptors and TLBs as transactions, but faults become answers
/// and not events (§3.9.1.2, §13.6.3 - §13.7).
/// </summary>
/// <param name="state">The registers in force.</param>
/// <param name="streams">Finds entries.</param>
/// <param name="contexts">Finds CDs.</param>
/// <param name="stage1">From VA to the output of stage 1.</param>
/// <param name="stage2">From IPA to PA.</param>
internal sealed class TranslationRequests(
    SmmuState state,
    StreamLookup streams,
    ContextLookup contexts,
    Stage1 stage1,
    Stage2 stage2
)
{
    private const byte UnitShift = 12;

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
        var index = 0u;
        var skips = !ste.Ste.Stage1;
        if (!ste.Ste.Stage1 && request.SubstreamValid)
            return Refused(EventRecords.BadSubstreamId(in access), out outcome);
        if (ste.Ste.Stage1 && (request.SubstreamValid || ste.Substreams))
        {
            switch (Substreams.Select(in ste, in access, out index))
            {
                case SubstreamChoice.OutOfRange:
                    return Refused(EventRecords.BadSubstreamId(in access), out outcome);
                case SubstreamChoice.Disabled:
                    return Refused(EventRecords.StreamDisabled(in access), out outcome);
                case SubstreamChoice.Bypass:
                    skips = true;
                    break;
            }
        }
        ste.RequireStage2(state.Profile);

        // 5. Overrides of permissions count for requests as for reads. §13.1.4
        var overridden = Overrides.Apply(in ste.Ste, state.Profile, in access);
        if (skips)
            return Skipping(in ste, eats, in request, in overridden, out outcome);

        // 6. The CD: what stage 2 says of its address is an answer, what is wrong with itself is not. §3.9.1.2
        ref readonly var cd = ref contexts.Find(in access, in ste, index, ref outcome, out found);
        if (!found)
            return IsTranslationRelated(in outcome)
                ? Nothing(in request, out outcome)
                : Aborted(ref outcome);
        cd.RequireModelled(in ste, state.Profile);
        return Through(in ste, in cd.Context, eats, in request, in overridden, out outcome);
    }

    /// <summary>EATS as it acts: split stages and the DPT need ATSCHK, and there is no DPT (§5.2).</summary>
    public static Eats EffectiveEats(in Ste ste, SmmuState state) =>
        !state.Profile.IDR0.ATS ? Eats.Disabled
        : ste.EATS == Eats.Full ? Eats.Full
        : ste.EATS == Eats.SplitStage && state.Cr0Ack.ATSCHK ? Eats.SplitStage
        : Eats.Disabled;

    // Stage 1 is skipped: an identity, or what stage 2 makes of the address. §13.6.4, §13.6.5
    private AtsCompletion Skipping(
        in SteEntry ste,
        Eats eats,
        in AtsRequest request,
        in Transaction access,
        out Translation outcome
    )
    {
        outcome = default;
        var bits = ste.Ste.Stage2
            ? state.Profile.IntermediateWidth()
            : state.Profile.OutputAddressBits;
        if (!request.Address.Value.Fits(bits))
            return Nothing(in request, out outcome);
        if (!ste.Ste.Stage2)
            return new AtsCompletion
            {
                Address = request.Address.Value >> UnitShift << UnitShift,
                Size = UnitShift,
                Read = true,
                Write = true,
                Privileged = request.Privileged,
            };
        return Second(
            in ste,
            eats,
            request.Address.Value,
            Permissions.All,
            UnitShift + 52,
            in request,
            in access,
            out outcome
        );
    }

    private AtsCompletion Through(
        in SteEntry ste,
        in Stage1Context context,
        Eats eats,
        in AtsRequest request,
        in Transaction access,
        out Translation outcome
    )
    {
        // 1. Stage 1 first, and nothing more if it grants nothing that was asked for. §3.9.1.2
        outcome = default;
        var fault = default(TranslationFault);
        var address = request.Address.Value;
        ref readonly var first = ref stage1.Translate(
            in context,
            in ste,
            in access,
            Permissions.None,
            ref address,
            ref fault,
            out var end
        );
        if (end == StageEnd.Refused)
            return Faulted(in request, in access, in fault, out outcome);
        var (output, granted, shift) = (
            first.At(address).Value,
            first.Stage1Permissions,
            first.Shift
        );
        var privileged = access.Privileged || context.World == StreamWorld.NsEl2;
        if (!Grants(granted, in request, in access, privileged).Grants)
            return Nothing(in request, out outcome);

        // 2. Stage 2 of the output, if there is one.
        var answer = ste.Ste.Stage2
            ? Second(in ste, eats, output, granted, shift, in request, in access, out outcome)
            : Sized(Grants(granted, in request, in access, privileged), output, shift, in request);

        // 3. A page that may be written is made dirty first: it is in memory before the device knows. §3.13.7.1
        if (!answer.Write || (granted & Permissions.Clean) == 0 || request.NoWrite)
            return answer;
        var again = request.Address.Value;
        var writing = access with { Write = true };
        stage1.Translate(
            in context,
            in ste,
            in writing,
            PermissionRules.Needed(in writing, privileged),
            ref again,
            ref fault,
            out end
        );
        return end == StageEnd.Refused ? answer with { Write = false } : answer;
    }

    // Stage 2 of an IPA: its page, or with split stages only what it permits.
    private AtsCompletion Second(
        in SteEntry ste,
        Eats eats,
        ulong ipa,
        Permissions granted1,
        int shift1,
        in AtsRequest request,
        in Transaction access,
        out Translation outcome
    )
    {
        outcome = default;
        var fault = default(TranslationFault);
        var asked = new Stage2Request { Address = ipa, Class = EventClass.IN };
        ref readonly var second = ref stage2.Translate(
            in ste.Stage2,
            in asked,
            in access,
            ref fault,
            out var translated
        );
        if (!translated)
            return Faulted(in request, in access, in fault, out outcome);
        var granted2 = second.Stage2Permissions;
        var shift = Math.Min(shift1, second.Shift);
        var output = eats == Eats.SplitStage ? ipa : second.At(ipa).Value;
        var answer = Sized(
            Grants(granted1 & granted2, in request, in access, access.Privileged),
            output,
            shift,
            in request
        );
        // With split stages the page is marked when the device comes through stage 2. §13.6.3
        if (
            !answer.Write
            || eats == Eats.SplitStage
            || (granted2 & Permissions.Clean) == 0
            || request.NoWrite
        )
            return answer;
        asked.Needed = PermissionRules.Needed(access with { Write = true }, access.Privileged);
        stage2.Translate(in ste.Stage2, in asked, in access, ref fault, out translated);
        return translated ? answer : answer with { Write = false };
    }

    // R follows from what the request is checked as; W needs R's page to be writable, and not merely made so. §13.7
    private static AtsCompletion Grants(
        Permissions granted,
        in AtsRequest request,
        in Transaction access,
        bool privileged
    )
    {
        var executable = PermissionRules.GrantsAny(
            granted,
            Permissions.PrivilegedExecute,
            privileged
        );
        var readable = PermissionRules.GrantsAny(granted, Permissions.PrivilegedRead, privileged);
        // Where every access is an instruction fetch, what can be executed can be read. §13.7
        var read = access.Instruction ? executable : readable;
        var writable = PermissionRules.GrantsAny(granted, Permissions.PrivilegedWrite, privileged);
        var clean = (granted & Permissions.Clean) != 0;
        return new AtsCompletion
        {
            Read = read,
            Write = read && writable && !(request.NoWrite && clean),
            Execute = read && executable && request.Execute && request.SubstreamValid,
        };
    }

    private static AtsCompletion Sized(
        AtsCompletion answer,
        ulong output,
        int shift,
        in AtsRequest request
    ) =>
        answer with
        {
            Address = output >> UnitShift << UnitShift,
            Size = answer.Grants ? (byte)Math.Min(shift, 63) : UnitShift,
            Privileged = request.SubstreamValid && request.Privileged,
        };

    // Success that permits nothing: the device may ask again, or for the page. §3.9.1.2
    private static AtsCompletion Nothing(in AtsRequest request, out Translation outcome)
    {
        outcome = default;
        return new AtsCompletion
        {
            Size = UnitShift,
            Privileged = request.SubstreamValid && request.Privileged,
        };
    }

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
