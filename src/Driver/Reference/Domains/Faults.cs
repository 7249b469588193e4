using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Event records: reported to whoever owns the device, and answered if a transaction waits.</summary>
internal static class Faults
{
    /// <summary>Deals with one record.</summary>
    public static void Handle(SmmuDevice smmu, EventRecord record, PageFaults faults)
    {
        var kind = KindOf(record);
        var owner = smmu.OwnerOf(record.StreamID);
        if (
            owner is { Guest: { } guest, Domain: NestedDomain { Translates: true } }
            && IsOfGuest(record)
        )
        {
            smmu.Platform.System.Forward(guest.Smmu.Handle, record.WithStream(guest.Number));
            return;
        }

        // The four faults of a translation are laid out alike as far as the stall goes. §7.3.13
        FTranslation? stalled =
            kind == FaultKind.Translation && record.As<FTranslation>() is { Stall: true } one
                ? one
                : null;
        if (stalled is { } waiting && faults.TryHandOn(owner, waiting))
            return;
        smmu.Platform.System.Report(new FaultReport(smmu.Handle, owner?.Handle, kind, record));

        // Nobody resolves it, and a transaction that is never answered holds a stall slot for ever. §4.7.1
        if (stalled is { } refused)
            smmu.Commands.Post([PageFaults.Reply(refused, PageFaultAnswer.Invalid)]);
    }

    // It comes of the guest's own stage 1, and nobody waits for an answer to it.
    private static bool IsOfGuest(EventRecord record) =>
        (EventId)record.Id switch
        {
            EventId.CBadSte
            or EventId.FStreamDisabled
            or EventId.CBadSubstreamid
            or EventId.CBadCd => true,
            EventId.FTranslation or EventId.FAddrSize or EventId.FAccess or EventId.FPermission =>
                record.As<FTranslation>() is { Stall: false, S2: false },
            _ => false,
        };

    private static FaultKind KindOf(EventRecord record) =>
        (EventId)record.Id switch
        {
            EventId.FTranslation or EventId.FAddrSize or EventId.FAccess or EventId.FPermission =>
                FaultKind.Translation,

            EventId.CBadStreamid
            or EventId.FSteFetch
            or EventId.CBadSte
            or EventId.FStreamDisabled
            or EventId.CBadSubstreamid
            or EventId.FCdFetch
            or EventId.CBadCd
            or EventId.FWalkEabt
            or EventId.FVmsFetch => FaultKind.Configuration,

            _ => FaultKind.Other,
        };
}
