using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Which entry of which table a StreamID selects, and what happens where there is none (§3.3.1, §6.3.25).</summary>
public sealed class StreamTableCases
{
    private static readonly Ste Bypass = new() { V = true, Config = SteConfig.Bypass };

    private static readonly Iova Somewhere = 0x1234_5678;

    public sealed record Leaf(string Name, byte Span, uint Beyond)
    {
        public override string ToString() => Name;
    }

    [Case("hw.streams.linear", Level.Architecture, "stream-table.005")]
    public void A_linear_table_is_indexed_by_StreamID(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(0xd, Bypass);

        Assert.True(rig.Access(0xd, Somewhere).Passed);
        Assert.True(rig.Access(0xc, Somewhere).Event.Is<CBadSte>());
    }

    [Case(
        "hw.streams.out-of-range",
        Level.Architecture,
        "stream-table.004",
        "events.025",
        "events.027",
        "events.062"
    )]
    public void A_StreamID_beyond_the_table_is_refused(Profile profile)
    {
        var rig = new TranslationRig(profile, true, new StrtabBaseCfg { LOG2SIZE = 3 });

        var answer = rig.Access(8, Somewhere, substream: 3);

        Assert.True(answer.RecordEvent);
        Assert.Equal(
            new CBadStreamid
            {
                StreamID = 8,
                SSV = true,
                SubstreamID = 3,
            },
            answer.Event.As<CBadStreamid>()
        );
        Assert.Equal(FaultResponse.Abort, answer.Response);
    }

    [Case(
        "hw.streams.recinvsid",
        Level.Architecture,
        "stream-table.017",
        "events.025",
        "events.062"
    )]
    public void A_StreamID_beyond_the_table_is_not_recorded_without_RECINVSID(Profile profile)
    {
        var rig = new TranslationRig(profile, true, new StrtabBaseCfg { LOG2SIZE = 3 });
        rig.Disable();
        rig.Write32(Cr2.Offset, 0);
        rig.Reshape(rig.Configuration);

        var answer = rig.Access(8, Somewhere);

        Assert.False(answer.RecordEvent);
        Assert.False(answer.Passed);
    }

    [Case("hw.streams.sidsize", Level.Architecture, "stream-table.031")]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtMost = 10)]
    public void A_table_larger_than_the_StreamID_size_covers_no_more_than_that(Profile profile)
    {
        var size = profile.IDR1.SIDSIZE;
        var rig = new TranslationRig(
            profile,
            true,
            new StrtabBaseCfg { LOG2SIZE = (byte)(size + 1) }
        );
        rig.StoreSte(1u << size, Bypass);

        Assert.True(rig.Access(1u << size, Somewhere).Event.Is<CBadStreamid>());
    }

    [Case("hw.streams.base-aligned", Level.Architecture, "stream-table.027")]
    public void The_base_of_a_linear_table_is_aligned_to_its_size(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(8, Bypass);

        rig.Reshape(rig.Configuration, rig.StreamTable + 0x40);

        Assert.True(rig.Access(8, Somewhere).Passed);
    }

    [Case("hw.streams.reserved-format", Level.Architecture, "stream-table.028")]
    public void A_reserved_format_is_linear(Profile profile)
    {
        var rig = new TranslationRig(
            profile,
            true,
            new StrtabBaseCfg { LOG2SIZE = 4, FMT = (StreamTableFormat)0b10 }
        );
        rig.StoreSte(0xd, Bypass);

        Assert.True(rig.Access(0xd, Somewhere).Passed);
    }

    [Case("hw.streams.two-level", Level.Architecture, "stream-table.006", "stream-table.030")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtLeast = 12)]
    [Rows(nameof(Splits))]
    public void A_two_level_table_is_split_where_SPLIT_says(Profile profile, int split)
    {
        var rig = TwoLevel(profile, split);
        var stream = (3u << split) + 5;
        var leaf = Level2(rig, stream, split, span: 4);
        rig.Store(leaf + (64 * 5), Bypass);

        Assert.True(rig.Access(stream, Somewhere).Passed);
        Assert.True(rig.Access(stream - 1, Somewhere).Event.Is<CBadSte>());
    }

    [Case("hw.streams.reserved-split", Level.Architecture, "stream-table.029")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtLeast = 12)]
    public void A_reserved_SPLIT_acts_as_6(Profile profile)
    {
        var rig = TwoLevel(profile, split: 7);
        var leaf = Level2(rig, 64, 6, span: 1);
        rig.Store(leaf, Bypass);

        Assert.True(rig.Access(64, Somewhere).Passed);
    }

    [Case(
        "hw.streams.span",
        Level.Architecture,
        "stream-table.014",
        "stream-table.035",
        "events.062",
        "stream-table.008"
    )]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtLeast = 12)]
    [Rows(nameof(Spans))]
    public void A_level_1_descriptor_reaches_only_its_span(Profile profile, Leaf row)
    {
        var rig = TwoLevel(profile, split: 6);
        var leaf = Level2(rig, 0, 6, row.Span);
        for (var i = 0u; i < 64; i++)
            rig.Store(leaf + (64ul * i), Bypass);

        if (row.Beyond != 0)
            Assert.True(rig.Access(row.Beyond - 1, Somewhere).Passed);
        Assert.True(rig.Access(row.Beyond, Somewhere).Event.Is<CBadStreamid>());
    }

    [Case("hw.streams.leaf-aligned", Level.Architecture, "stream-table.015")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtLeast = 12)]
    public void A_leaf_is_aligned_to_its_size(Profile profile)
    {
        var rig = TwoLevel(profile, split: 6);
        var leaf = rig.Allocate(64 * 16, 64 * 16);
        rig.Store(rig.StreamTable, new L1Std { Span = 5, L2Ptr = leaf + 0x40 });
        rig.Store(leaf + (64 * 8), Bypass);

        Assert.True(rig.Access(8, Somewhere).Passed);
    }

    [Case("hw.streams.ste-fetch", Level.Architecture, "config-cache.014", "events.064")]
    public void An_entry_that_cannot_be_read_faults_and_is_read_again_next_time(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(0xd, Bypass);
        rig.Memory.AbortRange(rig.SteAt(0xd), 64);

        var answer = rig.Access(0xd, Somewhere);
        rig.Memory.ClearAborts();

        Assert.Equal(
            new FSteFetch { StreamID = 0xd, FetchAddr = rig.SteAt(0xd) },
            answer.Event.As<FSteFetch>()
        );
        Assert.True(answer.RecordEvent);
        Assert.True(rig.Access(0xd, Somewhere).Passed);
    }

    [Case("hw.streams.l1std-fetch", Level.Architecture, "stream-table.033", "events.064")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtLeast = 12)]
    public void A_level_1_descriptor_that_cannot_be_read_faults_as_an_entry_does(Profile profile)
    {
        var rig = TwoLevel(profile, split: 6);
        rig.Memory.AbortRange(rig.StreamTable + 8, 8);

        var answer = rig.Access(64, Somewhere);

        Assert.Equal(
            new FSteFetch { StreamID = 64, FetchAddr = rig.StreamTable + 8 },
            answer.Event.As<FSteFetch>()
        );
    }

    [Case("hw.bypass.disabled", Level.Architecture, "bypass.001", "bypass.002", "events.024")]
    public void While_translation_is_off_GBPA_decides_and_nothing_is_recorded(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Disable();
        rig.Write32(
            Gbpa.Offset,
            TranslationRig.Word(new Gbpa { Update = true, SHCFG = ShCfg.Incoming })
        );
        var passed = rig.Access(0xd, Somewhere, substream: 1);
        var tooLarge = rig.Access(0xd, 1ul << profile.OutputAddressBits);
        rig.Write32(
            Gbpa.Offset,
            TranslationRig.Word(
                new Gbpa
                {
                    Update = true,
                    ABORT = true,
                    SHCFG = ShCfg.Incoming,
                }
            )
        );

        Assert.Equal(Somewhere.Value, passed.Address.Value);
        Assert.Equal(TranslationResult.Aborted, tooLarge.Result);
        Assert.Equal(TranslationResult.Aborted, rig.Access(0xd, Somewhere).Result);
    }

    [Case("hw.bypass.stream", Level.Architecture, "bypass.003", "faults.005")]
    public void A_bypassed_stream_passes_addresses_up_to_the_output_size(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(0xd, Bypass);
        var beyond = new Iova(1ul << profile.OutputAddressBits);

        var answer = rig.Access(0xd, beyond, write: true);

        Assert.Equal(beyond.Value - 1, rig.Access(0xd, beyond.Value - 1).Address.Value);
        Assert.Equal(
            new FAddrSize
            {
                StreamID = 0xd,
                CLASS = EventClass.IN,
                InputAddr = beyond,
            },
            answer.Event.As<FAddrSize>()
        );
        Assert.True(answer.RecordEvent);
        Assert.Equal(FaultResponse.Abort, answer.Response);
    }

    [Case("hw.ste.abort", Level.Architecture, "ste.014", "ste.034", "events.070")]
    [Rows(nameof(Aborting))]
    public void A_stream_without_Config_2_is_aborted_in_silence(Profile profile, int config)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(0xd, new Ste { V = true, Config = (SteConfig)config });

        var answer = rig.Access(0xd, Somewhere, substream: 1);

        Assert.Equal(TranslationResult.Aborted, answer.Result);
        Assert.False(answer.RecordEvent);
    }

    [Case("hw.ste.not-valid", Level.Architecture, "ste.012", "events.066")]
    public void An_entry_without_V_refuses_whatever_else_it_says(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(0xd, Bypass with { V = false });

        var answer = rig.Access(0xd, Somewhere);

        Assert.Equal(new CBadSte { StreamID = 0xd }, answer.Event.As<CBadSte>());
        Assert.True(answer.RecordEvent);
    }

    public static IEnumerable<int> Splits => [6, 8, 10];

    public static IEnumerable<int> Aborting => [0b000, 0b001, 0b010, 0b011];

    public static IEnumerable<Leaf> Spans =>
        [
            new("none", 0, 0),
            new("one", 1, 1),
            new("sixteen", 5, 16),
            new("beyond-split", 8, 0),
            new("reserved", 12, 0),
        ];

    private static TranslationRig TwoLevel(Profile profile, int split) =>
        new(
            profile,
            true,
            new StrtabBaseCfg
            {
                LOG2SIZE = 12,
                SPLIT = (byte)split,
                FMT = StreamTableFormat.TwoLevel,
            }
        );

    private static PhysicalAddress Level2(TranslationRig rig, uint stream, int split, byte span)
    {
        var leaf = rig.Allocate(64ul << 10, 64ul << 10);
        rig.Store(
            rig.StreamTable + (8ul * (stream >> split)),
            new L1Std { Span = span, L2Ptr = leaf }
        );
        return leaf;
    }
}
