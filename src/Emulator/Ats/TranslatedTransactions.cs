using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Transactions whose address a device has from an earlier answer: passed on as they are, checked against the entry, or
/// brought through stage 2, as ATSCHK and EATS say (§3.9.1.3, §13.6.3).
/// </summary>
/// <param name="state">The registers in force.</param>
/// <param name="streams">Finds entries.</param>
/// <param name="stage2">From IPA to PA.</param>
internal sealed class TranslatedTransactions(SmmuState state, StreamLookup streams, Stage2 stage2)
{
    /// <summary>Where it goes, or what stops it.</summary>
    public void Resolve(in Transaction transaction, ref Translation outcome)
    {
        // 1. A type that is not supported is not even told. §3.9.1.3
        if (transaction.Kind == TransactionKind.Unsupported)
        {
            outcome = Outcome.Aborted;
            return;
        }
        var access = WithoutPasid(in transaction);

        // 2. Without translation there is no ATS. §3.9.1.3
        if (!state.Enabled)
        {
            outcome = Forbidden(in access);
            return;
        }

        // 3. Without ATSCHK nothing is looked up. §3.9.1, §6.3.9.2
        if (!state.Cr0Ack.ATSCHK)
        {
            Pass(in access, ref outcome);
            return;
        }

        // 4. The entry must be valid; what is wrong with it is told in the extended set alone. §3.9.1.3, §6.3.12
        ref readonly var ste = ref streams.Find(in access, ref outcome, out var found);
        if (!found)
        {
            outcome = outcome with { RecordEvent = state.Cr2.REC_CFG_ATS };
            return;
        }

        // 5. A disabled stream says nothing, and one without ATS may not do this. §3.9.1.3
        if (!ste.Ste.Passes)
        {
            outcome = Outcome.Aborted;
            return;
        }
        var eats = TranslationRequests.EffectiveEats(in ste.Ste, state);
        if (ste.Ste.Config == SteConfig.Bypass || eats == Eats.Disabled)
            outcome = Forbidden(in access);
        else if (state.Profile.IDR3.PASIDTT && RefusesSubstream(in ste, in access) is { } refused)
            outcome = refused with { RecordEvent = state.Cr2.REC_CFG_ATS };
        else if (eats == Eats.Full)
            Pass(in access, ref outcome);
        else
            // 7. With split stages the address is an IPA. §13.6.3
            ThroughStage2(in ste, in access, ref outcome);
    }

    // 6. Where PASIDs count, they must be ones that the entry has. A CD is not looked at: nothing of it is needed. §3.9.1.3
    private static Translation? RefusesSubstream(in SteEntry ste, in Transaction access)
    {
        var choice = Substreams.Select(in ste, in access, out _);
        return Substreams.Refusal(choice, in access) is { } record ? Outcome.Refused(record) : null;
    }

    private void ThroughStage2(in SteEntry ste, in Transaction transaction, ref Translation outcome)
    {
        if (!transaction.Address.Value.Fits(state.Profile.IntermediateWidth()))
        {
            outcome = Outcome.Refused(EventRecords.AddressSize(in transaction));
            return;
        }
        ste.RequireStage2(state.Profile);
        var access = Overrides.Apply(in ste.Ste, state.Profile, in transaction);
        var fault = default(TranslationFault);
        var request = new Stage2Request
        {
            Address = access.Address.Value,
            Needed = PermissionRules.Needed(in access, access.Privileged),
            Class = EventClass.IN,
        };
        ref readonly var entry = ref stage2.Translate(
            in ste.Stage2,
            in request,
            in access,
            ref fault,
            out var translated
        );
        if (!translated)
        {
            outcome = Outcome.Faulted(in access, in fault, in ste, default);
            return;
        }
        var attributes = entry.AttributesFor(access.Attributes, stage1: false, stage2: true);
        outcome.Pass(
            in access,
            entry.At(request.Address),
            attributes,
            access.Kind,
            state.Profile.FixesOutputs
        );
        outcome.Through(in entry, fromTlb: false);
    }

    // Bits that no memory has: the transaction ends in silence. §3.9.1.1
    private void Pass(in Transaction access, ref Translation outcome)
    {
        if (!access.Address.Value.Fits(state.Profile.OutputAddressBits))
            outcome = Outcome.Aborted;
        else
            outcome.Pass(
                in access,
                access.Address.Value,
                access.Attributes,
                access.Kind,
                state.Profile.FixesOutputs
            );
    }

    private static Translation Forbidden(in Transaction access) =>
        Outcome.Refused(EventRecords.TranslationForbidden(in access));

    // A PASID counts only where the SMMU takes it; without one the access is unprivileged and of data. §3.9.1.3, §13.7
    private Transaction WithoutPasid(in Transaction transaction) =>
        transaction.SubstreamValid && state.Profile.IDR3.PASIDTT
            ? transaction
            : transaction with
            {
                SubstreamValid = false,
                Substream = default,
                Privileged = false,
                Instruction = false,
            };
}
