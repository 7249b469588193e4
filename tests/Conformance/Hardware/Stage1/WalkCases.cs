using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>What a stage 1 walk finds, and the event for everything that it does not (§3.4, §7.3.12 - §7.3.15).</summary>
public sealed class WalkCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x40_1234_5678;
    private static readonly PhysicalAddress There = 0x1_c000_0000;

    /// <summary>A leaf of one granule and level.</summary>
    public sealed record Shape(Granule Granule, int Level)
    {
        public override string ToString() => $"{Granule}-level{Level}";
    }

    /// <summary>A descriptor word that is no leaf at its level.</summary>
    public sealed record Wrong(string Name, int Level, ulong Word)
    {
        public override string ToString() => Name;
    }

    [Case("hw.stage1.leaf", Level.Architecture, "stage1.014", "stage1.023", "ste.008")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Shapes))]
    public void A_leaf_maps_the_whole_of_its_size(Profile profile, Shape row)
    {
        var hardware = With(profile, row.Granule);
        var rig = new TranslationRig(hardware);
        var tables = new TestTables(rig, row.Granule);
        var cd = rig.Allocate(64, 64);
        rig.Store(cd, rig.ContextOf(tables));
        rig.StoreSte(Nic, TranslationRig.Stage1(cd));
        var size = row.Granule.LeafSize(row.Level);
        Iova start = 0x40_0000_0000;
        PhysicalAddress output = size;
        tables.Map(start, output, row.Level);

        Assert.Equal(output, rig.Access(Nic, start).Address);
        Assert.Equal(output + (size - 1), rig.Access(Nic, start + (size - 1), write: true).Address);
        Assert.True(rig.Access(Nic, start + size).Event.Is<FTranslation>());
        Assert.Equal(row.Granule.LevelShift(row.Level), rig.Access(Nic, start).LeafShift);
    }

    [Case("hw.stage1.start-level", Level.Architecture, "cd.011")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    [Rows(nameof(Widths))]
    public void The_first_level_follows_from_T0SZ(Profile profile, int inputBits)
    {
        var rig = new TranslationRig(profile);
        var tables = new TestTables(rig, Granule.Size4K, inputBits);
        var cd = rig.Allocate(64, 64);
        rig.Store(cd, rig.ContextOf(tables));
        rig.StoreSte(Nic, TranslationRig.Stage1(cd));
        Iova last = (1ul << inputBits) - 0x1000;
        tables.Map(last, 0x8000);

        Assert.Equal(0x8123ul, rig.Access(Nic, last + 0x123).Address.Value);
        Assert.True(rig.Access(Nic, 1ul << inputBits).Event.Is<FTranslation>());
    }

    [Case("hw.stage1.descriptor", Level.Architecture, "faults.021", "faults.022")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    [Rows(nameof(WrongDescriptors))]
    public void A_descriptor_that_its_level_does_not_have_is_F_TRANSLATION(
        Profile profile,
        Wrong row
    )
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        tables.Put(Here, row.Level, row.Word);

        var answer = rig.Access(Nic, Here, write: true, privileged: true);

        Assert.Equal(
            new FTranslation
            {
                StreamID = Nic,
                PnU = true,
                CLASS = EventClass.IN,
                InputAddr = Here,
            },
            answer.Event.As<FTranslation>()
        );
        Assert.True(answer.RecordEvent);
        Assert.Equal(FaultResponse.Abort, answer.Response);
    }

    [Case("hw.stage1.upper", Level.Architecture, "stage1.007")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    public void An_address_with_bit_55_set_is_translated_by_TTB1(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var upper = new TestTables(rig);
        var (lower, _) = rig.Attach(
            Nic,
            adjust: cd => cd with { EPD1 = false, T1SZ = 16, TG1 = Tg1.Size4K, TTB1 = upper.Root }
        );
        lower.Map(0x1000, 0x8000);
        upper.Map(0xffff_0000_0000_1000, 0x9000);

        Assert.Equal(0x8000ul, rig.Access(Nic, 0x1000).Address.Value);
        Assert.Equal(0x9000ul, rig.Access(Nic, 0xffff_0000_0000_1000).Address.Value);
    }

    [Case("hw.stage1.hole", Level.Architecture, "stage1.002", "stage1.006")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    [Rows(nameof(Holes))]
    public void An_address_between_the_ranges_is_F_TRANSLATION(Profile profile, string address)
    {
        var rig = new TranslationRig(profile);
        var upper = new TestTables(rig);
        var (lower, _) = rig.Attach(
            Nic,
            adjust: cd => cd with { EPD1 = false, T1SZ = 16, TG1 = Tg1.Size4K, TTB1 = upper.Root }
        );
        lower.Map(0, 0x8000);
        upper.Map(0xffff_0000_0000_0000, 0x9000);

        var answer = rig.Access(Nic, Convert.ToUInt64(address, 16));

        Assert.True(answer.Event.Is<FTranslation>());
    }

    [Case("hw.stage1.tbi", Level.Architecture, "stage1.006", "cd.025", "events.001", "events.051")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    public void An_ignored_top_byte_does_not_count_but_is_recorded(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { TBI0 = true });
        tables.Map(0x1000, 0x8000);
        var tagged = new Iova(0xab00_0000_0000_2000);

        Assert.Equal(0x8000ul, rig.Access(Nic, 0xab00_0000_0000_1000).Address.Value);
        Assert.Equal(tagged, rig.Access(Nic, tagged).Event.As<FTranslation>().InputAddr);
    }

    [Case("hw.stage1.epd", Level.Architecture, "cd.015", "cd.043")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    public void A_disabled_half_is_F_TRANSLATION(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { EPD0 = true });
        tables.Map(0x1000, 0x8000);

        Assert.True(rig.Access(Nic, 0x1000).Event.Is<FTranslation>());
        Assert.True(rig.Access(Nic, 0xffff_ffff_ffff_f000).Event.Is<FTranslation>());
    }

    [Case("hw.stage1.walk-abort", Level.Architecture, "faults.004", "faults.028", "events.079")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    public void A_descriptor_that_cannot_be_read_is_F_WALK_EABT_and_never_stalls(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { R = false });
        tables.Map(Here, There);
        var slot = tables.SlotOf(Here, 2);
        rig.Memory.AbortRange(slot, 8);

        var answer = rig.Access(Nic, Here, instruction: true);

        Assert.Equal(
            new FWalkEabt
            {
                StreamID = Nic,
                RnW = true,
                InD = true,
                CLASS = EventClass.TTD,
                InputAddr = Here,
                FetchAddr = slot,
            },
            answer.Event.As<FWalkEabt>()
        );
        Assert.True(answer.RecordEvent);
        Assert.Equal(FaultResponse.Abort, answer.Response);
    }

    [Case("hw.stage1.address-size", Level.Architecture, "stage1.004", "stage1.014", "faults.023")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    [Rows(nameof(AllLevels))]
    public void An_output_beyond_IPS_is_F_ADDR_SIZE(Profile profile, int level)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { IPS = PhysicalSize.Bits32 });
        var word =
            level == 3
                ? tables.Leaf(1ul << 32).Word(0)
                : Stage1Table.To(1ul << 32, Granule.Size4K).Word(0);
        tables.Put(Here, level, word);

        var answer = rig.Access(Nic, Here);

        Assert.Equal(
            new FAddrSize
            {
                StreamID = Nic,
                RnW = true,
                CLASS = EventClass.IN,
                InputAddr = Here,
            },
            answer.Event.As<FAddrSize>()
        );
    }

    [Case("hw.stage1.access-flag", Level.Architecture, "faults.025")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    public void A_clear_Access_flag_is_F_ACCESS_before_any_permission(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic);
        var leaf = tables.Leaf(0x8000) with { AF = false, AP = Stage1Ap.PrivilegedReadOnly };
        tables.Put(Here, 3, leaf.Word(0));

        var answer = rig.Access(Nic, Here, write: true);

        Assert.Equal(
            new FAccess
            {
                StreamID = Nic,
                CLASS = EventClass.IN,
                InputAddr = Here,
            },
            answer.Event.As<FAccess>()
        );
    }

    [Case("hw.stage1.affd", Level.Architecture, "cd.023")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR5.GRAN4K", 1)]
    public void With_AFFD_the_Access_flag_does_not_count(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { AFFD = true });
        tables.Put(0x1000, 3, (tables.Leaf(0x8000) with { AF = false }).Word(0));

        Assert.True(rig.Access(Nic, 0x1000).Passed);
    }

    [Case("hw.faults.not-recorded", Level.Architecture, "faults.016", "faults.017", "events.009")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void Without_R_a_translation_fault_aborts_in_silence(Profile profile)
    {
        var rig = new TranslationRig(WithSmall(profile));
        rig.Attach(Nic, adjust: cd => cd with { R = false });

        var answer = rig.Access(Nic, Here);

        Assert.False(answer.RecordEvent);
        Assert.Equal(FaultResponse.Abort, answer.Response);
    }

    [Case("hw.faults.raz-wi", Level.Architecture, "faults.015")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    [AppliesWhere("SMMU_IDR0.TERM_MODEL", 0)]
    public void Without_A_a_terminated_transaction_reads_zero(Profile profile)
    {
        var rig = new TranslationRig(WithSmall(profile));
        rig.Attach(Nic, adjust: cd => cd with { A = false });

        var answer = rig.Access(Nic, Here);

        Assert.Equal(FaultResponse.ReadZeroWriteIgnored, answer.Response);
        Assert.True(answer.RecordEvent);
    }

    [Case("hw.faults.stall", Level.Architecture, "faults.007", "faults.034")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 2)]
    public void With_S_a_translation_fault_stalls_and_is_recorded_whatever_R_says(Profile profile)
    {
        var rig = new TranslationRig(WithSmall(profile));
        rig.Attach(Nic, adjust: cd => cd with { S = true, R = false });

        var answer = rig.Access(Nic, Here);

        Assert.True(answer.Stalled);
        Assert.True(answer.RecordEvent);
        Assert.True(answer.Event.As<FTranslation>().Stall);
    }

    public static IEnumerable<Shape> Shapes =>
        [
            new(Granule.Size4K, 3),
            new(Granule.Size4K, 2),
            new(Granule.Size4K, 1),
            new(Granule.Size16K, 3),
            new(Granule.Size16K, 2),
            new(Granule.Size64K, 3),
            new(Granule.Size64K, 2),
        ];

    public static IEnumerable<int> Widths => [25, 30, 31, 39, 40, 48];

    public static IEnumerable<int> AllLevels => [0, 1, 2, 3];

    public static IEnumerable<string> Holes =>
        [
            "0001000000000000",
            "0080000000000000",
            "fffe000000000000",
            "ff7f000000000000",
            "0100000000000000",
        ];

    public static IEnumerable<Wrong> WrongDescriptors =>
        [
            new("invalid-level0", 0, 0b00),
            new("invalid-level1", 1, 0b00),
            new("invalid-level2", 2, 0b10),
            new("invalid-level3", 3, 0b00),
            new("block-level0", 0, 0x8000_0000_0401),
            new("block-level3", 3, 0x8401),
        ];

    // These cases use the 4 KB granule and addresses of 40 bits.
    private static Profile With(Profile profile, Granule granule) =>
        profile with
        {
            IDR5 = profile.IDR5 with
            {
                GRAN4K = true,
                GRAN16K = granule == Granule.Size16K || profile.IDR5.GRAN16K,
                GRAN64K = granule == Granule.Size64K || profile.IDR5.GRAN64K,
            },
        };

    private static Profile WithSmall(Profile profile) => With(profile, Granule.Size4K);
}
