using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Event records: reported to whoever owns the device, and answered if a transaction waits.</summary>
internal static class Faults
{
    /// <summary>Deals with one record.</summary>
    public static void Handle(SmmuDevice smmu, EventRecord record)
    {
        var kind = KindOf(record);

        // Every record that names a stream names it in the same place. §7.3
        var stream = record.As<FTranslation>().StreamID;
        smmu.Platform.System.Report(
            new FaultReport(smmu.Handle, smmu.OwnerOf(stream)?.Handle, kind, record)
        );

        // The four faults of a translation are laid out alike as far as the stall goes. §7.3.13
        if (kind == FaultKind.Translation && record.As<FTranslation>() is { Stall: true } stalled)
            Abort(smmu, stalled);
    }

    // Nobody resolves faults, and a transaction that is never answered holds a stall slot for ever. §4.7.1
    private static void Abort(SmmuDevice smmu, FTranslation stalled) =>
        smmu.Commands.Post([
            Command.From(
                new Resume
                {
                    StreamID = stalled.StreamID,
                    STAG = stalled.STAG,
                    Ac = ResumeAction.Terminate,
                    Ab = true,
                }
            ),
        ]);

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
