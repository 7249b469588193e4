using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Destructive reads, directed prefetches and maintenance: what they become, and how their faults are told (§3.22, §3.13.8).</summary>
public sealed class TransactionKindCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x1_2340_0000;

    /// <summary>A transaction, the controls and the page it meets, and what goes on; null: nothing does.</summary>
    internal sealed record Row(
        string Name,
        TransactionKind Kind,
        bool Control,
        Stage1Ap Page,
        TransactionKind? Expected
    )
    {
        public override string ToString() => Name;
    }

    internal static IEnumerable<Row> Rows =>
        [
            new(
                "rci",
                TransactionKind.ReadCleanInvalidate,
                false,
                Stage1Ap.ReadOnly,
                TransactionKind.ReadCleanInvalidate
            ),
            new(
                "dr",
                TransactionKind.DestructiveRead,
                true,
                Stage1Ap.ReadWrite,
                TransactionKind.DestructiveRead
            ),
            new(
                "dr-dre0",
                TransactionKind.DestructiveRead,
                false,
                Stage1Ap.ReadWrite,
                TransactionKind.Ordinary
            ),
            new(
                "dr-read-only",
                TransactionKind.DestructiveRead,
                true,
                Stage1Ap.ReadOnly,
                TransactionKind.Ordinary
            ),
            new(
                "w-dcp",
                TransactionKind.WritePrefetch,
                true,
                Stage1Ap.ReadWrite,
                TransactionKind.WritePrefetch
            ),
            new(
                "w-dcp-dcp0",
                TransactionKind.WritePrefetch,
                false,
                Stage1Ap.ReadWrite,
                TransactionKind.Ordinary
            ),
            new(
                "nw-dcp",
                TransactionKind.CachePrefetch,
                true,
                Stage1Ap.ReadOnly,
                TransactionKind.CachePrefetch
            ),
            new("nw-dcp-dcp0", TransactionKind.CachePrefetch, false, Stage1Ap.ReadWrite, null),
        ];

    [Case("hw.attributes.kinds", Level.Architecture, "attributes.006", "attributes.007")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 1)]
    [Rows(nameof(Rows))]
    public void A_kind_is_kept_or_downgraded_by_its_control_and_its_page(
        Profile profile,
        object row
    )
    {
        var given = (Row)row;
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(
            Nic,
            adjustEntry: entry => entry with { DRE = given.Control, DCP = given.Control }
        );
        tables.Put(Here, 3, (tables.Leaf(0x1_c000_0000) with { AP = given.Page }).Word(0));

        var answer = Send(rig, given.Kind);

        Assert.Equal(given.Expected, answer.Passed ? answer.Kind : null);
        Assert.Empty(rig.TakeEvents());
    }

    /// <summary>§3.22.2: reads are recorded as reads, W-DCP as a write, and a hint never faults.</summary>
    [Case("hw.attributes.kind-faults", Level.Architecture, "attributes.007")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 1)]
    [Rows(nameof(Kinds))]
    public void A_fault_of_a_kind_is_recorded_as_a_read_or_a_write(
        Profile profile,
        TransactionKind row
    )
    {
        var rig = new TranslationRig(profile);
        rig.Attach(Nic, adjustEntry: entry => entry with { DRE = true, DCP = true });

        var answer = Send(rig, row);

        if (row == TransactionKind.CachePrefetch)
        {
            Assert.False(answer.Passed);
            Assert.Equal(FaultResponse.ReadZeroWriteIgnored, answer.Response);
            Assert.Empty(rig.TakeEvents());
            return;
        }
        Assert.Equal(row != TransactionKind.WritePrefetch, rig.TakeEvent().As<FTranslation>().RnW);
    }

    /// <summary>§3.13.8: they never make a page dirty, and do not count as writable one that is not dirty yet.</summary>
    [Case("hw.httu.kinds", Level.Architecture, "httu.016")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 1)]
    [Rows(nameof(Destructive))]
    public void What_destroys_a_line_never_marks_its_page_dirty(
        Profile profile,
        TransactionKind row
    )
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(
            Nic,
            adjust: HttuScene.Manage,
            adjustEntry: entry => entry with { DRE = true, DCP = true }
        );
        var clean = (tables.Leaf(0x1_c000_0000) with { AP = Stage1Ap.ReadOnly, DBM = true }).Word(
            0
        );
        tables.Put(Here, 3, clean);

        var answer = Send(rig, row);

        Assert.Equal(clean, tables.Read(Here, 3));
        if (row == TransactionKind.DestructiveRead)
            Assert.Equal(TransactionKind.Ordinary, answer.Kind);
        if (row == TransactionKind.DestructiveHint)
            Assert.False(answer.Passed);
    }

    public static IEnumerable<TransactionKind> Kinds =>
        [
            TransactionKind.ReadCleanInvalidate,
            TransactionKind.DestructiveRead,
            TransactionKind.WritePrefetch,
            TransactionKind.CachePrefetch,
        ];

    public static IEnumerable<TransactionKind> Destructive =>
        [
            TransactionKind.DestructiveRead,
            TransactionKind.CacheInvalidate,
            TransactionKind.DestructiveHint,
        ];

    private static Translation Send(TranslationRig rig, TransactionKind kind) =>
        rig.Access(Nic, Here, kind: kind, write: kind == TransactionKind.WritePrefetch);
}
