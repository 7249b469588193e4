using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using static SmmuConformance.Conformance.Driver.StreamTableReader;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Where the stream table is and what registers say of it.</summary>
public sealed class StreamTableShape
{
    // A larger linear table repeats itself.
    private const uint MostEntries = 1 << 16;

    [Case("strtab.base.backed", Level.Architecture, "stream-table.011")]
    public void The_whole_table_lies_in_memory_of_the_driver(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Must(bench.Probe());

        IsBacked(bench, BaseOf(bench), BytesOf(bench))
            .Should()
            .BeTrue(
                $"the SMMU may read all 0x{BytesOf(bench):x} bytes from {BaseOf(bench)} that {ConfigurationOf(bench)} names"
            );
    }

    [Case("strtab.linear.size", Level.Architecture, "stream-table.005", "stream-table.025")]
    public void A_linear_table_is_aligned_to_its_size(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Must(bench.Probe());

        if (IsTwoLevel(bench))
            throw VerdictException.NotApplicable("the driver has set up two levels");
        (BaseOf(bench).Value % BytesOf(bench))
            .Should()
            .Be(0, "the SMMU takes ADDR[LOG2SIZE + 5:0] as zero");
    }

    [Case("strtab.2lvl.base-aligned", Level.Architecture, "stream-table.026")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void A_level_1_table_is_aligned_to_its_size(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        var bytes = Math.Max(64, BytesOf(bench));

        (BaseOf(bench).Value % bytes).Should().Be(0, $"the table has 0x{bytes:x} bytes");
    }

    [Case("strtab.format.offered", Level.Architecture, "stream-table.028", "stream-table.021")]
    public void Two_levels_are_used_only_where_they_are_offered(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Must(bench.Probe());

        var format = ConfigurationOf(bench);
        ((int)format.FMT).Should().BeLessThan(2, "FMT 0b1x is reserved");
        if (profile.IDR0.ST_LEVEL == StreamTableLevels.Linear)
            (format.FMT, format.SPLIT)
                .Should()
                .Be((StreamTableFormat.Linear, (byte)0), "FMT and SPLIT are RES0 here");
    }

    [Case("strtab.format.split", Level.Architecture, "stream-table.029")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void The_split_is_one_that_the_manual_defines(Profile profile)
    {
        using var bench = StartTwoLevel(profile);

        var split = ConfigurationOf(bench).SPLIT;

        split.Should().BeOneOf([6, 8, 10], "any other acts as 6");
    }

    [Case("strtab.format.policy", Level.Contract, "contract.policies-kept")]
    public void The_format_is_the_one_that_the_driver_declares(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Must(bench.Probe());

        var wanted = bench.Description.Policies.StreamTable;
        var offered = profile.IDR0.ST_LEVEL == StreamTableLevels.TwoLevel;
        if (wanted == StreamTableChoice.Linear || !offered)
            IsTwoLevel(bench).Should().BeFalse($"the policy is {wanted}");
        else if (profile.IDR1.SIDSIZE > 10)
            IsTwoLevel(bench).Should().BeTrue("no leaf covers every StreamID");
    }

    [Case(
        "strtab.size.every-stream",
        Level.Contract,
        "contract.master-out-of-range",
        "stream-table.030"
    )]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtMost = 16)]
    public void Every_StreamID_of_the_SMMU_has_a_place(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        StreamId highest = (1u << profile.IDR1.SIDSIZE) - 1;

        var device = bench.TryAddDevice(new() { Name = "nic", Streams = [highest] });

        device.IsDone.Should().BeTrue($"{highest} is a StreamID of SIDSIZE bits");
        HighestOf(bench).Should().Be(highest, "LOG2SIZE counts the bits of both levels");
        EntryOf(bench, highest).Should().NotBeNull();
    }

    [Case("strtab.init.every-entry", Level.Architecture, "stream-table.011", "ste.012")]
    public void Every_entry_that_can_be_read_is_initialised(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Must(bench.Probe());

        if (IsTwoLevel(bench))
            throw VerdictException.NotApplicable("there are no entries until a device is added");
        for (var stream = 0u; stream <= Math.Min(HighestOf(bench).Value, MostEntries); stream++)
        {
            var ste = bench.SteOf(stream);
            if (ste.V && ste.Config != SteConfig.Abort && ste.Config != SteConfig.Bypass)
                Assert.Fail($"stream {stream} has no owner, and its entry leads on: {ste}");
        }
    }

    [Case("strtab.init.abort-default", Level.Linux, "linux.reset.ste-abort")]
    public void Every_entry_without_an_owner_is_valid_and_aborts(Profile profile)
    {
        using var bench = TestBench.Create(profile);

        bench.Must(bench.Probe());

        if (IsTwoLevel(bench))
            throw VerdictException.NotApplicable("there are no entries until a device is added");
        if (bench.Description.Policies.UnattachedStreams != UnattachedStreams.Abort)
            throw VerdictException.NotApplicable("the driver declares bypass as its default");
        for (var stream = 0u; stream <= Math.Min(HighestOf(bench).Value, MostEntries); stream++)
            Assert.Equal(new Ste { V = true, Config = SteConfig.Abort }, bench.SteOf(stream));
    }
}
