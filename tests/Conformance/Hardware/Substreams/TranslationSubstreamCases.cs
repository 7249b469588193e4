using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Which CD a SubstreamID, or its absence, selects (§5.2 S1CDMax, S1DSS and S1Fmt; §5.3).</summary>
public sealed class TranslationSubstreamCases
{
    private static readonly StreamId Nic = 0xd;
    private static readonly Iova Here = 0x1000;

    [Case(
        "hw.streams.substream-without-stage1",
        Level.Architecture,
        "substream.003",
        "substream.026"
    )]
    public void A_SubstreamID_on_a_bypassed_stream_is_C_BAD_SUBSTREAMID(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(Nic, new Ste { V = true, Config = SteConfig.Bypass });

        var answer = rig.Access(Nic, Here, substream: 7);

        Assert.Equal(
            new CBadSubstreamid { StreamID = Nic, SubstreamID = 7 },
            answer.Event.As<CBadSubstreamid>()
        );
        Assert.True(answer.RecordEvent);
    }

    [Case("hw.streams.substream-of-one-cd", Level.Architecture, "substream.016", "substream.026")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_SubstreamID_on_a_stream_with_one_CD_is_C_BAD_SUBSTREAMID(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Attach(Nic);

        Assert.True(rig.Access(Nic, Here, substream: 0).Event.Is<CBadSubstreamid>());
    }

    [Case(
        "hw.streams.substream-range",
        Level.Architecture,
        "substream.016",
        "cd.001",
        "substream.026"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 4)]
    public void A_SubstreamID_selects_a_CD_of_the_array_and_none_beyond(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var tables = Linear(rig, S1Dss.Terminate, index: 15);

        Assert.True(rig.Access(Nic, Here, substream: 15).Passed);
        Assert.True(rig.Access(Nic, Here, substream: 14).Event.Is<CBadCd>());
        Assert.True(rig.Access(Nic, Here, substream: 16).Event.Is<CBadSubstreamid>());
        Assert.NotNull(tables);
    }

    [Case(
        "hw.streams.s1dss-terminate",
        Level.Architecture,
        "substream.004",
        "substream.017",
        "events.069",
        "substream.028"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 4)]
    [Rows(nameof(Terminating))]
    public void Without_a_SubstreamID_S1DSS_may_refuse(Profile profile, int s1dss)
    {
        var rig = new TranslationRig(profile);
        Linear(rig, (S1Dss)s1dss, index: 0);

        var answer = rig.Access(Nic, Here);

        Assert.Equal(new FStreamDisabled { StreamID = Nic }, answer.Event.As<FStreamDisabled>());
        Assert.True(rig.Access(Nic, Here, substream: 0).Passed);
    }

    [Case(
        "hw.streams.s1dss-bypass",
        Level.Architecture,
        "substream.005",
        "substream.018",
        "substream.028"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 4)]
    public void Without_a_SubstreamID_S1DSS_may_skip_stage_1(Profile profile)
    {
        var rig = new TranslationRig(profile);
        Linear(rig, S1Dss.Bypass, index: 15);

        Assert.Equal(Here.Value, rig.Access(Nic, Here).Address.Value);
        Assert.True(rig.Access(Nic, ulong.MaxValue).Event.Is<FAddrSize>());
    }

    [Case(
        "hw.streams.s1dss-substream0",
        Level.Architecture,
        "substream.006",
        "events.069",
        "substream.028"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 4)]
    public void Without_a_SubstreamID_S1DSS_may_choose_CD_0_which_others_then_lose(Profile profile)
    {
        var rig = new TranslationRig(profile);
        Linear(rig, S1Dss.Substream0, index: 0);

        Assert.True(rig.Access(Nic, Here).Passed);
        Assert.True(rig.Access(Nic, Here, substream: 0).Event.Is<FStreamDisabled>());
    }

    [Case("hw.cd.two-level", Level.Architecture, "substream.012", "substream.014")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.CD2L", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 12)]
    [Rows(nameof(Leaves))]
    public void A_two_level_CD_table_is_split_where_S1Fmt_says(Profile profile, int leafBits)
    {
        var rig = new TranslationRig(profile);
        var index = (2u << leafBits) + 3;
        var (level1, leaf) = TwoLevel(rig, leafBits);
        rig.Store(level1 + 16, new L1Cd { V = true, L2Ptr = leaf });
        rig.Store(leaf + (64 * 3), rig.ContextOf(Mapped(rig)));

        Assert.True(rig.Access(Nic, Here, substream: index).Passed);
        Assert.True(rig.Access(Nic, Here, substream: index + 1).Event.Is<CBadCd>());
    }

    [Case(
        "hw.cd.l1cd-not-valid",
        Level.Architecture,
        "substream.021",
        "substream.027",
        "substream.026"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.CD2L", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 12)]
    public void A_level_1_descriptor_without_V_is_C_BAD_SUBSTREAMID(Profile profile)
    {
        var rig = new TranslationRig(profile);
        TwoLevel(rig, leafBits: 6);

        var answer = rig.Access(Nic, Here, substream: 0x85);
        var without = rig.Access(Nic, Here);

        Assert.Equal(0x85u, answer.Event.As<CBadSubstreamid>().SubstreamID.Value);
        Assert.Equal(new CBadSubstreamid { StreamID = Nic }, without.Event.As<CBadSubstreamid>());
    }

    [Case("hw.cd.l1cd-beyond", Level.Architecture, "substream.007", "substream.026")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.CD2L", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 12)]
    [AppliesWhere("SMMU_IDR5.OAS", AtMost = 5)]
    public void A_leaf_beyond_the_output_size_is_C_BAD_SUBSTREAMID(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (level1, _) = TwoLevel(rig, leafBits: 6);
        rig.Store(level1, new L1Cd { V = true, L2Ptr = 1ul << profile.OutputAddressBits });

        Assert.True(rig.Access(Nic, Here, substream: 1).Event.Is<CBadSubstreamid>());
    }

    [Case("hw.cd.l1cd-fetch", Level.Architecture, "cd.047")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.CD2L", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", AtLeast = 12)]
    public void A_level_1_descriptor_that_cannot_be_read_is_F_CD_FETCH(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var (level1, _) = TwoLevel(rig, leafBits: 6);
        rig.Memory.AbortRange(level1 + 8, 8);

        var answer = rig.Access(Nic, Here, substream: 0x41);

        Assert.Equal(
            new FCdFetch
            {
                StreamID = Nic,
                SSV = true,
                SubstreamID = 0x41,
                FetchAddr = level1 + 8,
            },
            answer.Event.As<FCdFetch>()
        );
    }

    public static IEnumerable<int> Terminating => [0b00, 0b11];

    public static IEnumerable<int> Leaves => [6, 10];

    private static TestTables Mapped(TranslationRig rig)
    {
        var granule =
            rig.Profile.IDR5.GRAN4K ? Granule.Size4K
            : rig.Profile.IDR5.GRAN16K ? Granule.Size16K
            : Granule.Size64K;
        var tables = new TestTables(rig, granule);
        tables.Map(Here.Value & ~(granule.PageSize - 1), 0);
        return tables;
    }

    // Sixteen CDs, of which one is valid.
    private static TestTables Linear(TranslationRig rig, S1Dss s1dss, uint index)
    {
        var tables = Mapped(rig);
        var cds = rig.Allocate(16 * 64, 16 * 64);
        rig.Store(cds + (64ul * index), rig.ContextOf(tables));
        rig.StoreSte(Nic, TranslationRig.Stage1(cds) with { S1CDMax = 4, S1DSS = s1dss });
        rig.Send(new CfgiSte { StreamID = Nic });
        return tables;
    }

    private static (PhysicalAddress Level1, PhysicalAddress Leaf) TwoLevel(
        TranslationRig rig,
        int leafBits
    )
    {
        var level1 = rig.Allocate(4096, 4096);
        var leaf = rig.Allocate(1ul << 16, 1ul << 16);
        rig.StoreSte(
            Nic,
            TranslationRig.Stage1(level1) with
            {
                S1CDMax = 12,
                S1Fmt = leafBits == 6 ? S1Fmt.TwoLevel4K : S1Fmt.TwoLevel64K,
                S1DSS = S1Dss.Substream0,
            }
        );
        return (level1, leaf);
    }
}
