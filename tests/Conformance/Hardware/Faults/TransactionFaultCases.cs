using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Which fault a transaction meets first, what it does to the device, and what is not recorded (§3.12, §3.14, §7.3.22).</summary>
public sealed class TransactionFaultCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>§3.12, §5.5: configuration errors abort and are recorded, whatever A, R and S say.</summary>
    [Case("hw.faults.configuration", Level.Architecture, "faults.001", "faults.014", "faults.009")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Configurations))]
    public void Configuration_errors_abort_and_are_recorded_once(Profile profile, string row)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(
            Nic,
            adjust: context =>
                context with
                {
                    A = profile.IDR0.TERM_MODEL,
                    R = false,
                    V = row != "cd",
                }
        );
        if (row == "ste")
            rig.StoreSte(Nic, TranslationRig.Stage1(cd) with { V = false });
        if (row == "walk")
        {
            tables.Map(Here, Data);
            rig.Memory.AbortRange(tables.SlotOf(Here, 3), 8);
        }
        rig.Send(new CfgiSte { StreamID = Nic });

        var answer = rig.Access(Nic, Here);

        Assert.Equal(FaultResponse.Abort, answer.Response);
        var record = rig.TakeEvent();
        Assert.True(
            row switch
            {
                "ste" => record.Is<CBadSte>(),
                "cd" => record.Is<CBadCd>(),
                _ => record.Is<FWalkEabt>(),
            },
            $"{record}"
        );
    }

    /// <summary>§3.4.2</summary>
    [Case("hw.faults.alignment", Level.Architecture, "faults.002")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Alignment_of_a_transaction_is_not_checked(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Here, Data);

        Assert.Equal(Data + 0x123, rig.Access(Nic, Here + 0x123, write: true).Address);
    }

    /// <summary>§3.12, §16.7.2: what no SMMU passes on ends in silence; what this one does not know is F_UUT.</summary>
    [Case("hw.faults.kinds", Level.Architecture, "faults.003", "faults.035")]
    [Rows(nameof(Silent))]
    public void Messages_end_in_silence_and_unknown_types_are_F_UUT(
        Profile profile,
        TransactionKind row
    )
    {
        var rig = new TranslationRig(profile);

        var answer = rig.Access(Nic, Here, kind: row);

        Assert.False(answer.Passed);
        if (row == TransactionKind.Unsupported)
            Assert.True(rig.TakeEvent().Is<FUut>());
        else
            Assert.Empty(rig.TakeEvents());
    }

    /// <summary>§3.14: no event for what may never have been meant; a write never passes.</summary>
    [Case("hw.faults.speculative", Level.Architecture, "faults.011", "faults.032")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Speculations))]
    public void A_speculative_access_is_never_recorded(Profile profile, string row)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        tables.Map(Here, Data);

        var answer = rig.Access(
            Nic,
            row == "unmapped" ? Here + 0x4000_0000 : Here,
            write: row == "write",
            speculative: true
        );

        Assert.Equal(row == "read", answer.Passed);
        if (row != "read")
            Assert.Equal(TranslationResult.Aborted, answer.Result);
        Assert.Empty(rig.TakeEvents());
    }

    /// <summary>§3.14, §4.2.2: of the flags only Access, and never for a write.</summary>
    [Case("hw.faults.speculative-flags", Level.Architecture, "faults.011", "commands.066")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.HTTU", AtLeast = 2)]
    [Rows(nameof(Flags))]
    public void A_speculative_access_sets_the_Access_flag_at_most(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: HttuScene.Manage);
        // AF [10] clear, AP[2] [7] and DBM [51] set: not used and not dirty.
        var clean = (tables.Leaf(Data).Word(0) & ~(1ul << 10)) | 1ul << 7 | 1ul << 51;
        tables.Put(Here, 3, clean);

        rig.Access(Nic, Here, write: row, speculative: true);

        Assert.Equal(row ? clean : clean | 1ul << 10, tables.Read(Here, 3));
        rig.Send(new PrefetchAddr { StreamID = Nic, Address = Here });
        Assert.Equal(clean | 1ul << 7, tables.Read(Here, 3) & ~(1ul << 10));
    }

    /// <summary>§13.1.1, §16.7.6: both permissions; writing is asked first.</summary>
    [Case("hw.faults.atomic", Level.Architecture, "faults.030", "faults.037")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 1)]
    [Rows(nameof(Atomics))]
    public void An_atomic_needs_both_permissions_and_says_which_is_missing(
        Profile profile,
        Atomic row
    )
    {
        var rig = new TranslationRig(profile);
        var second = rig.AttachStage2(Nic);
        second.Put(Here.Value, 3, (second.Leaf(Data) with { S2AP = row.Page }).Word(0));

        var answer = rig.Access(
            Nic,
            Here,
            write: true,
            instruction: true,
            kind: TransactionKind.Atomic
        );

        Assert.Equal(row.Page == Stage2Ap.ReadWrite, answer.Passed);
        if (answer.Passed)
            return;
        var record = rig.TakeEvent();
        Assert.True(record.Is<FPermission>(), $"{record}");
        Assert.Equal(row.Page == Stage2Ap.WriteOnly, record.As<FPermission>().RnW);
        Assert.False(record.As<FPermission>().InD);
    }

    /// <summary>§16.7.2.2: maintenance needs what a read needs; dropping a line needs what a write needs too.</summary>
    [Case("hw.faults.maintenance", Level.Architecture, "faults.036", "other.018")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 1)]
    [Rows(nameof(Maintenances))]
    public void Maintenance_is_checked_as_a_read_and_recorded_as_one(
        Profile profile,
        Maintenance row
    )
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(
            Nic,
            adjustEntry: entry => entry with { DRE = row.Destructive }
        );
        var leaf = tables.Leaf(Data) with { AP = row.Page };
        tables.Put(Here, 3, leaf.Word(0));

        var answer = rig.Access(Nic, Here, kind: row.Kind);

        Assert.Equal(row.Expected, answer.Passed ? answer.Kind : null);
        if (row.Faults)
            Assert.True(rig.TakeEvent().As<FPermission>().RnW);
        else
            Assert.Empty(rig.TakeEvents());
    }

    /// <summary>§3.12.1, §5.2: STE.S2R alone says whether a terminated fault of stage 2 is recorded.</summary>
    [Case("hw.faults.stage2-record", Level.Architecture, "events.009", "faults.004", "faults.034")]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [Rows(nameof(Recorded))]
    public void S2R_says_whether_a_fault_of_stage_2_is_recorded(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile);
        var (tables, _, _) = rig.AttachNested(
            Nic,
            adjust: cd => cd with { R = !row },
            adjustEntry: entry => entry with { S2R = row }
        );
        tables.Map(Here, 0x2_4000_0000);

        var answer = rig.Access(Nic, Here);

        Assert.Equal(FaultResponse.Abort, answer.Response);
        Assert.Equal(row ? 1 : 0, rig.TakeEvents().Count);
    }

    public static IEnumerable<bool> Recorded => [false, true];

    /// <summary>§3.12: the stage that detects it, and for what.</summary>
    [Case("hw.faults.stage", Level.Architecture, "faults.006")]
    [AppliesIf(nameof(CannotNest))]
    public void A_stage_2_fault_of_a_stage_1_walk_is_one_of_stage_2(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, second, cd) = rig.AttachNested(Nic);
        Ipa nowhere = 0x3_0000_0000;
        rig.Store(cd, rig.ContextOf(tables) with { TTB0 = nowhere.Value });
        rig.Send(new CfgiCd { StreamID = Nic, Leaf = true });

        rig.Access(Nic, Here);

        var record = rig.TakeEvent().As<FTranslation>();
        Assert.True(record.S2);
        Assert.Equal(EventClass.TTD, record.CLASS);
        Assert.NotNull(second);
    }

    /// <summary>§3.4: the IPA size first, then the range of stage 2.</summary>
    [Case("hw.faults.stage2-range", Level.Architecture, "faults.024", "faults.033", "probe.002")]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Without_stage_1_an_address_is_checked_against_IAS_and_then_S2T0SZ(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.AttachStage2(Nic);
        var ias = Needs.IpaBits(profile);

        rig.Access(Nic, 1ul << ias);
        var beyond = rig.TakeEvent();
        rig.Access(Nic, 1ul << 36);
        var outside = rig.TakeEvent();

        Assert.True(beyond.Is<FAddrSize>(), $"{beyond}");
        Assert.False(beyond.As<FAddrSize>().S2);
        Assert.Equal(EventClass.IN, beyond.As<FAddrSize>().CLASS);
        Assert.True(outside.Is<FTranslation>(), $"{outside}");
        Assert.True(outside.As<FTranslation>().S2);
    }

    /// <summary>§7.3.22, without stage 2: each defect with all that come after it.</summary>
    [Case("hw.faults.priority", Level.Architecture, "faults.027")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [Rows(nameof(Priorities))]
    public void The_earliest_defect_is_told(Profile profile, string row)
    {
        var first = Order.ToList().IndexOf(row);
        bool Has(string defect) => Order.ToList().IndexOf(defect) >= first;
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(Nic);
        var leaf = tables.Leaf(Data) with { AP = Stage1Ap.PrivilegedReadWrite };
        tables.Put(Here, 3, (Has("F_ACCESS") ? leaf with { AF = false } : leaf).Word(0));
        if (Has("F_TRANSLATION"))
            tables.Put(Here, 3, 0);
        if (Has("F_WALK_EABT"))
            rig.Memory.AbortRange(tables.SlotOf(Here, 3), 8);
        if (Has("C_BAD_CD"))
            rig.Store(cd, rig.ContextOf(tables) with { V = false });
        if (Has("F_CD_FETCH"))
            rig.Memory.AbortRange(cd, 64);
        if (Has("C_BAD_STE"))
            rig.StoreSte(Nic, TranslationRig.Stage1(cd) with { V = false });
        if (Has("F_STE_FETCH"))
            rig.Memory.AbortRange(rig.SteAt(Nic), 64);
        rig.Send(CfgiSteRange.All);
        rig.Send(new TlbiNsnhAll());
        // A stream beyond the table stands for the first of all.
        var stream = row == "C_BAD_STREAMID" ? new StreamId(0x7fff_ffff) : Nic;
        var substream =
            row is "C_BAD_STREAMID" or "F_STE_FETCH" or "C_BAD_STE" or "C_BAD_SUBSTREAMID";

        rig.Access(stream, Here, substream: substream ? 1u : null);

        Assert.Equal(row, LayoutCatalogue.Event(rig.TakeEvent().Id)?.Name);
    }

    internal static IReadOnlyList<string> Order { get; } =
    [
        "C_BAD_STREAMID",
        "F_STE_FETCH",
        "C_BAD_STE",
        "C_BAD_SUBSTREAMID",
        "F_CD_FETCH",
        "C_BAD_CD",
        "F_WALK_EABT",
        "F_TRANSLATION",
        "F_ACCESS",
        "F_PERMISSION",
    ];

    public static IEnumerable<string> Priorities => Order;

    public static IEnumerable<string> Configurations => ["ste", "cd", "walk"];

    public static IEnumerable<TransactionKind> Silent =>
        [
            TransactionKind.DvmMessage,
            TransactionKind.Barrier,
            TransactionKind.MaintenanceWithoutAddress,
            TransactionKind.Unsupported,
        ];

    public static IEnumerable<string> Speculations => ["read", "write", "unmapped"];

    public static IEnumerable<bool> Flags => [false, true];

    /// <summary>What stage 2 permits of a page that an atomic meets.</summary>
    public sealed record Atomic(Stage2Ap Page)
    {
        public override string ToString() => $"{Page}";
    }

    public static IEnumerable<Atomic> Atomics =>
        [
            new(Stage2Ap.ReadWrite),
            new(Stage2Ap.ReadOnly),
            new(Stage2Ap.WriteOnly),
            new(Stage2Ap.None),
        ];

    /// <summary>Maintenance, STE.DRE, the page it meets as a user, and what goes on.</summary>
    public sealed record Maintenance(
        TransactionKind Kind,
        bool Destructive,
        Stage1Ap Page,
        TransactionKind? Expected,
        bool Faults
    )
    {
        public override string ToString() => $"{Kind}-dre{(Destructive ? 1 : 0)}-{Page}";
    }

    public static IEnumerable<Maintenance> Maintenances =>
        [
            new(
                TransactionKind.CacheClean,
                false,
                Stage1Ap.ReadOnly,
                TransactionKind.CacheClean,
                false
            ),
            new(TransactionKind.CacheClean, false, Stage1Ap.PrivilegedReadOnly, null, true),
            new(
                TransactionKind.CacheCleanInvalidate,
                false,
                Stage1Ap.ReadOnly,
                TransactionKind.CacheCleanInvalidate,
                false
            ),
            new(
                TransactionKind.CacheInvalidate,
                true,
                Stage1Ap.ReadWrite,
                TransactionKind.CacheInvalidate,
                false
            ),
            new(
                TransactionKind.CacheInvalidate,
                true,
                Stage1Ap.ReadOnly,
                TransactionKind.CacheCleanInvalidate,
                false
            ),
            new(
                TransactionKind.CacheInvalidate,
                false,
                Stage1Ap.ReadWrite,
                TransactionKind.CacheCleanInvalidate,
                false
            ),
            new(TransactionKind.DestructiveHint, true, Stage1Ap.PrivilegedReadOnly, null, false),
            new(TransactionKind.DestructiveHint, false, Stage1Ap.ReadWrite, null, false),
            new(
                TransactionKind.DestructiveHint,
                true,
                Stage1Ap.ReadWrite,
                TransactionKind.DestructiveHint,
                false
            ),
        ];

    private static string? CannotNest(Profile profile) => Needs.BothStages(profile);
}
