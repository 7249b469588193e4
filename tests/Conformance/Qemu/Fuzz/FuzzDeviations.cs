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
        ("beyond-oas", it => !it.HasStage1 && it.Address >> OutputBits != 0),
        ("upper-table", it => it.IsNested && !it.Cd.EPD0 && !it.Cd.EPD1),
        ("concatenation", it => it.IsBeyondFirstTable),
        ("fetch-direction", it => IsFetchFault(it) && it.Difference.Field == "RnW"),
        ("stage2-fault-of-walk", it => it.IsNested && it.Records.Any(IsWalkFault)),
        ("fetch-address", it => it.Difference.Field == "FetchAddr"),
        (
            "permission-ipa",
            it => it.Difference.Field == "IPA" && it.TheirRecord?.Is<FPermission>() == true
        ),
        (
            "cached-permission",
            it =>
                it.HasStage2
                && it.FollowsOtherDirection
                && it.OurRecord is { } record
                && record.Is<FPermission>()
                && record.As<FPermission>().S2
        ),
        (
            "cached-table-permission",
            it =>
                it.HasStage1
                && it.FollowsOtherDirection
                && it.Step.Write
                && it.OurRecord is { } record
                && record.Is<FPermission>()
                && !record.As<FPermission>().S2
                && ForbidsWrites(it.Table1)
        ),
        ("tbi1", it => it.HasStage1 && it.Cd.TBI0 != it.Cd.TBI1),
        (
            "privilege",
            it =>
                it.HasStage1
                && it.OurRecord is { } ours
                && ours.Is<FPermission>()
                && !ours.As<FPermission>().S2
                && AsksForPrivilege(it)
        ),
        ("reserved-block", it => it.HasReservedBlock),
        ("table-beyond", it => it.HasTableBeyond),
        (
            "address-size-last",
            it =>
                it.OurRecord?.Is<FAddrSize>() == true
                && (
                    it.TheirRecord?.Is<FAccess>() == true
                    || it.TheirRecord?.Is<FPermission>() == true
                )
        ),
        (
            "permission-early",
            it =>
                it.HasStage1
                && it.TheirRecord?.Is<FPermission>() == true
                && (
                    ForbidsWrites(it.Table1)
                    || it.Scenario.Leaf1 < 3 && ForbidsWrites(new([it.Leaf1.Word(0)]))
                )
        ),
        ("context-beyond", it => it.HasStage1 && it.Ste.S1ContextPtr.Value >> OutputBits != 0),
        ("flag-updates", it => it.HasStage2 && (it.Ste.S2HA || it.Ste.S2HD)),
        ("substreams", it => it.Ste.S1CDMax != 0),
        ("stalls", it => it.Ste.S1STALLD && !it.HasStage1),
        (
            "input-size",
            it =>
                it.HasStage2
                && it.Changes(Part.Ste, "S2T0SZ", "S2SL0", "S2PS", "S2TG")
                && (it.OurRecord?.Is<CBadSte>() == true) != (it.TheirRecord?.Is<CBadSte>() == true)
        ),
        ("device-walks", it => it.IsNested && it.Ste.S2PTW),
        (
            "reserved-bits",
            it =>
                (it.HasStage1 && !it.Cd.EPD0 && it.Cd.TTB0.Value >> 52 != 0)
                || (it.HasStage1 && !it.Cd.EPD1 && it.Cd.TTB1.Value >> 52 != 0)
                || (it.HasStage2 && it.Ste.S2TTB.Value >> 52 != 0)
        ),
    ];

    /// <summary>Names of all that can be told.</summary>
    public static IEnumerable<string> Ids => s_known.Select(one => one.Id);

    /// <summary>It cannot be compared: what the emulator has no memory at is flash or a device of QEMU's machine.</summary>
    public static bool MeetsDevices(Difference difference) =>
        new ScenarioView(difference).MeetsDevices;

    /// <summary>The first that a difference is, or null.</summary>
    public static string? Of(Difference difference)
    {
        // Nothing that is known of QEMU explains what the emulator keeps, and what ends QEMU is not asked.
        if (difference.Field is Difference.Stale or Difference.Death)
            return null;
        var view = new ScenarioView(difference);
        foreach (var (id, explains) in s_known)
            if (explains(view))
                return id;
        return null;
    }

    /// <summary>QEMU would come to its end: it aborts on these.</summary>
    public static bool IsFatal(Scenario scenario) =>
        scenario.AllChanges.Any(change =>
            change is { Part: Part.Cd, Field: nameof(Cd.IPS), Value: >= 6 }
            || change is { Part: Part.Ste, Field: nameof(Ste.S2AA64) }
            // Stage 2 without its fields: S2AA64 is 0.
            || change is { Part: Part.Ste, Field: nameof(Ste.Config) }
                && !scenario.HasStage2
                && (change.Value & 2) != 0
        );

    // AP[1] of the leaf, or of a table that has become a block, is 0; or APTable[0] of a table, or of what was a block, is 1.
    private static bool AsksForPrivilege(ScenarioView it) =>
        ((int)it.Leaf1.AP & 1) == 0
        || (it.Table1.APTable & 1) != 0
        || it.Table1 is { Valid: true, Type: false }
            && ((int)new Stage1Leaf([it.Table1.Word(0)]).AP & 1) == 0
        || it.Scenario.Leaf1 < 3 && (new Stage1Table([it.Leaf1.Word(0)]).APTable & 1) != 0;

    private static bool ForbidsWrites(Stage1Table table) =>
        table is { Valid: true, Type: true } && (table.APTable & 2) != 0;

    private static bool IsFetchFault(ScenarioView it) =>
        it.OurRecord is { } record && IsStage2(record, EventClass.CD, EventClass.TTD);

    private static bool IsWalkFault(EventRecord record) => IsStage2(record, EventClass.TTD);

    private static bool IsStage2(EventRecord record, params ReadOnlySpan<EventClass> classes) =>
        (EventId)record.Id
            is EventId.FWalkEabt
                or EventId.FTranslation
                or EventId.FAddrSize
                or EventId.FAccess
                or EventId.FPermission
        && record.As<FTranslation>() is { S2: true } fault
        && classes.Contains(fault.CLASS);
}
