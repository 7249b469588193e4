using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Whole entries against the words that Linux writes.</summary>
public sealed class EntryTests
{
    private static readonly Features s_features = new()
    {
        Granules = [Granule.Size4K],
        OutputBits = 44,
        StallModel = StallModel.TerminateOnly,
        Coherent = true,
    };

    [Fact]
    public void An_abort_is_valid_and_nothing_else() =>
        Assert.Equal([0x1, 0, 0, 0], Words(StreamEntries.Abort()));

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1ul << 44)]
    public void A_bypass_keeps_what_came_where_it_could_be_overridden(bool over, ulong word1) =>
        Assert.Equal(
            [0x9, word1, 0, 0],
            Words(StreamEntries.Bypass(s_features with { AttributeOverride = over }))
        );

    [Theory]
    [InlineData(StallModel.TerminateOnly, false, 0xd6)]
    [InlineData(StallModel.StallAndTerminate, false, 0x0800_00d6)]
    [InlineData(StallModel.StallAndTerminate, true, 0xd6)]
    [InlineData(StallModel.StallOnly, true, 0xd6)]
    public void A_stage_1_entry_keeps_a_master_from_stalling(
        StallModel model,
        bool stalls,
        ulong word1
    ) =>
        Assert.Equal(
            [0x8000_000b, word1, 0, 0],
            Words(
                StreamEntries.Stage1(
                    s_features with
                    {
                        StallModel = model,
                    },
                    new(0x8000_0000, S1Fmt.Linear, 0),
                    stalls,
                    S1Dss.Substream0
                )
            )
        );

    [Theory]
    [InlineData(44, false, false, 0x0ul, 0x044c_3594_0000_0001)]
    [InlineData(48, true, true, 0x0000_1000_0200_0000ul, 0x044d_3590_0000_0001)]
    public void A_stage_2_entry_says_how_to_walk(
        int bits,
        bool over,
        bool forced,
        ulong word1,
        ulong word2
    )
    {
        var smmu = s_features with
        {
            OutputBits = bits,
            AttributeOverride = over,
            ForcedWriteBack = forced,
        };
        var stage = forced ? TableStage.Stage2ForcedWriteBack : TableStage.Stage2;
        var format = PageTableFormat.Common([smmu], stage)!;

        var entry = StreamEntries.Stage2(smmu, format, 0x9000_0000, new(1), stalls: false);

        Assert.Equal([0xd, word1, word2, 0x9000_0000], Words(entry));
    }

    [Theory]
    [InlineData(S1Dss.Substream0, false, 0x0800_00d6ul)]
    [InlineData(S1Dss.Terminate, false, 0x0800_00d4ul)]
    [InlineData(S1Dss.Bypass, true, 0x0000_1000_0800_00d5ul)]
    public void An_entry_with_substreams_says_what_happens_without(
        S1Dss without,
        bool over,
        ulong word1
    )
    {
        var smmu = s_features with
        {
            StallModel = StallModel.StallAndTerminate,
            AttributeOverride = over,
        };

        var entry = StreamEntries.Stage1(
            smmu,
            new(0x8000_0000, S1Fmt.TwoLevel64K, 16),
            stalls: false,
            without
        );

        Assert.Equal([0x8000_0000_8000_002b, word1, 0, 0], Words(entry));
    }

    [Theory]
    [InlineData(StallModel.TerminateOnly, 0x0011_c205_c000_4000)]
    [InlineData(StallModel.StallOnly, 0x0011_f205_c000_4000)]
    public void The_descriptor_of_a_process_that_has_ended_has_no_tables(
        StallModel model,
        ulong word0
    )
    {
        var process = new ProcessSpace(new(1), 0x9000_0000, 0x1000, 48, 48, 0xff44);
        var stalls = model == StallModel.StallOnly;
        var live = ContextEntries.Process(
            in process,
            Granule.Size4K,
            new(0x11),
            stalls,
            shared: false
        );

        var quiet = ContextEntries.Quiet(live, s_features with { StallModel = model });

        Assert.Equal(
            (word0, 0ul, 0ul, 0xff44ul),
            (quiet.Word(0), quiet.Word(1), quiet.Word(2), quiet.Word(3))
        );
    }

    [Theory]
    [InlineData(true, 44, false, 0x0001_e204_c000_3510)]
    [InlineData(false, 44, false, 0x0001_e204_c000_2010)]
    [InlineData(true, 44, true, 0x0001_f204_c000_3510)]
    [InlineData(true, 48, false, 0x0001_e205_c000_3510)]
    public void A_context_descriptor_says_how_to_walk(
        bool coherent,
        int outputBits,
        bool stalls,
        ulong word0
    )
    {
        var smmu = s_features with { Coherent = coherent, OutputBits = outputBits };
        var format = PageTableFormat.Common([smmu])!;

        var context = ContextEntries.Stage1(format, 0x9000_0000, new(1), stalls);

        Assert.Equal([word0, 0x9000_0000, 0, 0xffff_ffff_f404_ff44], context.Words[..4].ToArray());
        Assert.Equal([0, 0, 0, 0], context.Words[4..].ToArray());
    }

    private static ulong[] Words(Ste entry)
    {
        Assert.Equal([0, 0, 0, 0], entry.Words[4..].ToArray());
        return entry.Words[..4].ToArray();
    }
}
