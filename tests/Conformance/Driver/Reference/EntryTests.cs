using SmmuConformance.Architecture;
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
