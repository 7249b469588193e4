using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Qemu;

/// <summary>Tells which known deviation of QEMU a difference is; each as narrow as it can be said.</summary>
internal static class FuzzDeviations
{
    // What the SMMU of QEMU's machine has.
    private const int OutputBits = 44;

    private static readonly ImmutableArray<(string Id, Func<ScenarioView, bool> Is)> s_known =
    [
        ("memory", it => it.MeetsDevices),
        ("concatenation", it => it.IsBeyondFirstTable),
        ("fetch-direction", it => IsFetchFault(it) && it.Difference.Field == "RnW"),
        ("stage2-fault-of-walk", it => it.IsNested && it.Records.Any(IsWalkFault)),
        ("fetch-address", it => it.Difference.Field == "FetchAddr"),
        (
            "permission-ipa",
            it => it.Difference.Field == "IPA" && it.TheirRecord?.Is<FPermission>() == true
        ),
        ("tbi1", it => it.HasStage1 && it.Cd.TBI0 != it.Cd.TBI1),
        ("beyond-oas", it => !it.HasStage1 && it.Address >> OutputBits != 0),
        (
            "privilege",
            it =>
                it.HasStage1
                && it.OurRecord is { } ours
                && ours.Is<FPermission>()
                && !ours.As<FPermission>().S2
        ),
        ("reserved-block", it => it.HasReservedBlock),
        ("table-beyond", it => it.OurRecord?.Is<FAddrSize>() == true && it.HasTableBeyond),
        (
            "address-size-last",
            it => it.OurRecord?.Is<FAddrSize>() == true && it.TheirRecord?.Is<FAccess>() == true
        ),
        ("context-beyond", it => it.HasStage1 && it.Ste.S1ContextPtr.Value >> OutputBits != 0),
        ("flag-updates", it => it.HasStage2 && (it.Ste.S2HA || it.Ste.S2HD)),
        ("substreams", it => it.Ste.S1CDMax != 0),
        ("stalls", it => it.Ste.S1STALLD && !it.HasStage1),
        (
            "input-size",
            it => it.HasStage2 && it.Changes(Part.Ste, "S2T0SZ", "S2SL0", "S2PS", "S2TG")
        ),
        ("upper-table", it => it.IsNested && !it.Cd.EPD0 && !it.Cd.EPD1),
    ];

    /// <summary>Names of all that can be told.</summary>
    public static IEnumerable<string> Ids => s_known.Select(one => one.Id);

    /// <summary>The first that a difference is, or null.</summary>
    public static string? Of(Difference difference)
    {
        var view = new ScenarioView(difference);
        foreach (var (id, explains) in s_known)
            if (explains(view))
                return id;
        return null;
    }

    /// <summary>QEMU would come to its end: it aborts on these.</summary>
    public static bool IsFatal(Scenario scenario) =>
        scenario
            .Changes.Concat(scenario.Steps.Select(step => step.Change).OfType<Change>())
            .Any(change =>
                change is { Part: Part.Ste, Field: "S2AA64" or "Config" }
                || change is { Part: Part.Cd, Field: "IPS", Value: >= 6 }
            );

    private static bool IsFetchFault(ScenarioView it) =>
        it.OurRecord is { } record && IsStage2(record, EventClass.CD, EventClass.TTD);

    private static bool IsWalkFault(EventRecord record) => IsStage2(record, EventClass.TTD);

    private static bool IsStage2(EventRecord record, params ReadOnlySpan<EventClass> classes) =>
        (EventId)record.Id
            is EventId.FTranslation
                or EventId.FAddrSize
                or EventId.FAccess
                or EventId.FPermission
        && record.As<FTranslation>() is { S2: true } fault
        && classes.Contains(fault.CLASS);
}
