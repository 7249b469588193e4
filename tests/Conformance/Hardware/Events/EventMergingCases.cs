using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Which events may share a record, on an SMMU that merges all it may (§3.5.5, §7.3.1).</summary>
public sealed class EventMergingCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;

    /// <summary>How a second fault differs from a first, and whether that keeps them apart.</summary>
    public sealed record Pair(string Name, ulong Offset, bool Write, bool Merges)
    {
        public override string ToString() => Name;
    }

    public static IEnumerable<Pair> Pairs =>
        [
            new("same", 0, false, true),
            new("same-page", 0xff8, false, true),
            new("next-page", 0x1000, false, false),
            new("write", 0, true, false),
        ];

    /// <summary>§7.3.1: MEV = 0 keeps every record.</summary>
    [Case("hw.events.mev-clear", Level.Architecture, "events.007", "events.056")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void Without_MEV_equal_faults_are_all_recorded(Profile profile)
    {
        var rig = Merging(profile, mev: false);

        rig.Access(Nic, Here);
        rig.Access(Nic, Here);

        Assert.Equal(2, rig.TakeEvents().Count);
    }

    /// <summary>§7.3.1: all fields but the offset in the page must agree.</summary>
    [Case("hw.events.mev-set", Level.Architecture, "events.007", "events.056", "events.058")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [Rows(nameof(Pairs))]
    public void With_MEV_only_faults_that_say_the_same_share_a_record(Profile profile, Pair row)
    {
        var rig = Merging(profile, mev: true);

        rig.Access(Nic, Here);
        rig.Access(Nic, Here + row.Offset, row.Write);

        Assert.Equal(row.Merges ? 1 : 2, rig.TakeEvents().Count);
    }

    /// <summary>§7.3.1: what comes before an entry is found may be merged whatever any MEV says.</summary>
    [Case("hw.events.merge-early", Level.Architecture, "events.056")]
    public void Events_from_before_an_entry_may_share_a_record(Profile profile)
    {
        var rig = new TranslationRig(profile, o => o with { MergeEvents = true });

        rig.Access(0x7fff_ffff, Here);
        rig.Access(0x7fff_ffff, Here);
        rig.Access(0x7fff_fffe, Here);

        Assert.Equal(2, rig.TakeEvents().Count);
    }

    /// <summary>§7.3.1: one that software has consumed stands for nothing that comes later.</summary>
    [Case("hw.events.merge-consumed", Level.Architecture, "events.007")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void A_record_that_was_consumed_stands_for_no_later_fault(Profile profile)
    {
        var rig = Merging(profile, mev: true);

        rig.Access(Nic, Here);
        rig.TakeEvent();
        rig.Access(Nic, Here);

        rig.TakeEvent();
    }

    private static TranslationRig Merging(Profile profile, bool mev)
    {
        var rig = new TranslationRig(profile, o => o with { MergeEvents = true });
        rig.Attach(Nic, adjustEntry: entry => entry with { MEV = mev });
        return rig;
    }
}
