using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Fields of a CD that change what a walk does, and an STE that changes what a CD may say (§5.4, §5.4.1).</summary>
public sealed class ContextFieldCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x10_0000;
    private static readonly PhysicalAddress Data = 0x1_c000_0000;

    /// <summary>§5.4.1: legality depends on the entry that leads to it.</summary>
    [Case("hw.cd.by-entry", Level.Architecture, "cd.042", "cd.009", "ste.038", "config-cache.046")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0)]
    public void One_CD_is_legal_through_one_entry_and_not_through_another(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, cd) = rig.Attach(Nic, adjust: context => context with { S = true });
        tables.Map(Here, Data);
        rig.StoreSte(0xe, TranslationRig.Stage1(cd) with { S1STALLD = true });
        rig.Send(new CfgiSte { StreamID = 0xe });

        Assert.True(rig.Access(Nic, Here).Passed);
        Assert.False(rig.Access(0xe, Here).Passed);
        Assert.True(rig.TakeEvent().Is<CBadCd>());
        Assert.True(rig.Access(Nic, Here).Passed);
    }

    /// <summary>§3.3.3, §5.4: a format that a regime does not have.</summary>
    [Case("hw.cd.format-of-regime", Level.Architecture, "cd.003", "cd.028")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.Hyp", 1)]
    [AppliesWhere("SMMU_IDR5.D128", 0)]
    public void VMSAv8_32_tables_do_not_exist_in_EL2_E2H(Profile profile)
    {
        var rig = new TranslationRig(
            profile with
            {
                IDR0 = profile.IDR0 with { TTF = (TableFormats)0b11 },
            }
        );
        rig.Disable();
        rig.Write32(Cr2.Offset, TranslationRig.Word(new Cr2 { RECINVSID = true, E2H = true }));
        rig.Reshape(rig.Configuration);
        rig.Attach(
            Nic,
            adjust: cd => cd with { AA64 = false },
            adjustEntry: entry => entry with { STRW = Strw.El2 }
        );

        rig.Access(Nic, Here);

        Assert.True(rig.TakeEvent().Is<CBadCd>());
    }

    /// <summary>§5.4: TTB1 has attributes of its own.</summary>
    [Case("hw.cd.upper-walk", Level.Architecture, "cd.019", "cd.014", "cd.018")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Walks_from_TTB1_have_the_attributes_of_TTB1(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var upper = new TestTables(rig, rig.SmallestGranule);
        rig.Attach(
            Nic,
            adjust: cd =>
                cd with
                {
                    EPD1 = false,
                    T1SZ = 16,
                    TG1 = rig.SmallestGranule.PageShift switch
                    {
                        12 => Tg1.Size4K,
                        14 => Tg1.Size16K,
                        _ => Tg1.Size64K,
                    },
                    TTB1 = upper.Root,
                    IR0 = Cacheability.NonCacheable,
                    IR1 = Cacheability.WriteThrough,
                    OR1 = Cacheability.WriteBack,
                    SH1 = Shareability.Outer,
                }
        );
        upper.Map(Here, Data);
        rig.Smmu.Caches.InvalidateAll();
        var log = new AccessLog();
        rig.Smmu.Observer = log;

        var answer = rig.Access(Nic, 0xffff_0000_0000_0000 | Here.Value);

        Assert.Equal(Data, answer.Address);
        Assert.Equal(["Normal-iWT/RAnWAnTR-oWB/RAnWAnTR-OSH"], log.Of(FetchKind.Stage1Descriptor));
    }

    /// <summary>§5.4, IPS: what a page may lead to.</summary>
    [Case("hw.cd.ips", Level.Architecture, "cd.022", "cd.032")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Sizes))]
    public void An_output_beyond_IPS_is_F_ADDR_SIZE(Profile profile, Size row)
    {
        var rig = new TranslationRig(
            profile with
            {
                IDR5 = profile.IDR5 with { OAS = PhysicalSize.Bits48 },
            }
        );
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { IPS = row.Field });
        tables.Map(Here, (1ul << row.Bits) - 0x1_0000);
        tables.Map(Here + 0x1_0000, row.Bits == 48 ? 0 : 1ul << row.Bits);

        Assert.Equal((1ul << row.Bits) - 0x1_0000, rig.Access(Nic, Here).Address.Value);
        if (row.Bits == 48)
            return;
        rig.Access(Nic, Here + 0x1_0000);
        Assert.True(rig.TakeEvent().Is<FAddrSize>());
    }

    /// <summary>§5.4, E0PD0: a Translation fault before the walk, and on a TLB hit as well.</summary>
    [Case("hw.cd.e0pd", Level.Architecture, "cd.031", "cd.050")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 1)]
    public void E0PD_bars_unprivileged_accesses_before_the_walk_and_on_a_hit(Profile profile)
    {
        var barred = profile.IDR3.E0PD;
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(Nic, adjust: cd => cd with { E0PD0 = true });
        // Users may write it, so the privileged may not run it but read it.
        tables.Map(Here, Data);
        var missing = Here + 0x4000_0000;
        rig.Memory.AbortRange(tables.SlotOf(missing, 3), 8);

        Assert.True(rig.Access(Nic, Here, privileged: true).Passed);
        Assert.Equal(!barred, rig.Access(Nic, Here).Passed);
        rig.TakeEvents();
        rig.Access(Nic, missing);

        Assert.Equal(barred, rig.TakeEvent().Is<FTranslation>());
    }

    /// <summary>§5.4: bits for implementations change no translation.</summary>
    [Case("hw.cd.hwu", Level.Architecture, "cd.034")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.AIE", 0)]
    public void HWU_and_the_bits_it_opens_change_no_translation(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (tables, _) = rig.Attach(
            Nic,
            adjust: cd =>
                cd with
                {
                    HAD0 = true,
                    HWU059 = true,
                    HWU060 = true,
                    HWU061 = true,
                    HWU062 = true,
                }
        );
        tables.Put(Here, 3, tables.Leaf(Data).Word(0) | 0xful << 59);

        Assert.Equal(Data, rig.Access(Nic, Here, write: true).Address);
    }

    /// <summary>§5.4, DS: shareability comes from SH0, since the leaf holds address bits in its place.</summary>
    [Case("hw.cd.ds-shareability", Level.Architecture, "cd.037")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 3)]
    public void With_DS_shareability_is_that_of_the_CD(Profile profile)
    {
        var rig = new TranslationRig(
            profile with
            {
                IDR5 = profile.IDR5 with
                {
                    DS = true,
                    GRAN4K = true,
                    OAS = PhysicalSize.Bits52,
                    VAX = VirtualAddressSize.Bits52,
                },
            }
        );
        var tables = new TestTables(rig, Granule.Size4K, 48) { Wide = true };
        var cd = rig.Allocate(64, 64);
        rig.Store(
            cd,
            rig.ContextOf(tables) with
            {
                DS = true,
                SH0 = Shareability.Outer,
                MAIR0 = 0xff,
            }
        );
        rig.StoreSte(Nic, TranslationRig.Stage1(cd) with { SHCFG = ShCfg.Incoming });
        PhysicalAddress far = 0xc_0000_0000_0000;
        tables.Map(Here, far);

        var answer = rig.Access(Nic, Here);

        Assert.Equal(far, answer.Address);
        Assert.Equal("Normal-iWB/RAWAnTR-oWB/RAWAnTR-OSH", $"{answer.Attributes}");
    }

    /// <summary>§5.4, MAIR0: an index beyond the eight bytes is the last.</summary>
    [Case("hw.cd.aie", Level.Architecture, "cd.049")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_AIDR.ArchMinorRev", AtLeast = 3)]
    [Rows(nameof(Flags))]
    public void With_AIE_bit_59_selects_the_last_byte_of_MAIR(Profile profile, bool row)
    {
        var rig = new TranslationRig(profile with { IDR3 = profile.IDR3 with { AIE = true } });
        var (tables, _) = rig.Attach(
            Nic,
            adjust: cd => cd with { AIE = row, MAIR0 = 0x0400, MAIR1 = 0xff00_0000 },
            adjustEntry: entry => entry with { SHCFG = ShCfg.Incoming }
        );
        var leaf = tables.Leaf(Data) with { AttrIndx = 1, SH = Shareability.Inner };
        tables.Put(Here, 3, leaf.Word(0) | 1ul << 59);

        Assert.Equal(
            row ? "Normal-iWB/RAWAnTR-oWB/RAWAnTR-ISH" : "Device-nGnRE",
            $"{rig.Access(Nic, Here).Attributes}"
        );
    }

    /// <summary>A size as IPS writes it, and its bits by hand.</summary>
    public sealed record Size(PhysicalSize Field, int Bits)
    {
        public override string ToString() => $"{Bits}";
    }

    public static IEnumerable<Size> Sizes =>
        [
            new((PhysicalSize)0, 32),
            new((PhysicalSize)1, 36),
            new((PhysicalSize)2, 40),
            new((PhysicalSize)3, 42),
            new((PhysicalSize)4, 44),
            new((PhysicalSize)5, 48),
        ];

    public static IEnumerable<bool> Flags => [false, true];
}
