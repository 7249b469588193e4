using System.Numerics;
using FluentAssertions;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What operations of the reference driver cost, and that it grows as it should.</summary>
public sealed class CostTests
{
    [Fact]
    public void The_page_says_what_each_operation_costs() =>
        Repository.Verify("costs.md", CostPage.Of());

    public static TheoryData<int> Stages => [(int)DomainStage.Stage1, (int)DomainStage.Stage2];

    [Theory]
    [MemberData(nameof(Stages))]
    public void By_range_five_bits_of_a_count_need_one_command(int stage)
    {
        foreach (var pages in Growth.Ranges)
            Growth
                .Unmap(Profiles.Maximal, (DomainStage)stage, pages)
                .Commands.Should()
                // One more where tables go and leaves stay: these have a range each.
                .BeLessThanOrEqualTo(
                    ((SignificantBits(pages) + 4) / 5) + (pages > 512 ? 1 : 0),
                    $"{pages} pages"
                );
    }

    [Theory]
    [MemberData(nameof(Stages))]
    public void Page_by_page_no_range_needs_more_than_a_table_has(int stage)
    {
        foreach (var pages in Growth.Ranges)
            Growth
                .Unmap(Profiles.NoRangeInvalidation, (DomainStage)stage, pages)
                .Commands.Should()
                .BeInRange(1, 512, $"{pages} pages");
    }

    [Fact]
    public void One_more_SMMU_costs_one_command_and_one_wait()
    {
        for (var smmus = 1; smmus <= 4; smmus++)
        {
            var cost = Growth.UnmapBehind(Profiles.Maximal, smmus);
            (cost.Commands, cost.Syncs).Should().Be((smmus, smmus));
        }
    }

    [Fact]
    public void What_others_do_costs_nothing()
    {
        Growth
            .UnmapBeside(Profiles.Maximal, 50)
            .Should()
            .Be(Growth.UnmapBeside(Profiles.Maximal, 0));
        var alone = Growth.AttachBeside(Profiles.Maximal, 0);
        Growth.AttachBeside(Profiles.Maximal, 50).Should().Be(alone);
    }

    [Fact]
    public void One_more_device_with_ATS_costs_one_command_and_no_wait()
    {
        var one = Growth.UnmapWithAts(Profiles.Maximal, 1);
        var eight = Growth.UnmapWithAts(Profiles.Maximal, 8);

        (eight.Commands - one.Commands, eight.Syncs - one.Syncs).Should().Be((7, 0));
    }

    private static int SignificantBits(ulong value) =>
        64 - BitOperations.LeadingZeroCount(value) - BitOperations.TrailingZeroCount(value);
}
