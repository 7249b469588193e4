using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Tables and queues of the sizes the ID registers allow, at both ends of what is legal.</summary>
public sealed class ProbeSizes
{
    // 64 MiB.
    private const int MostForOneTable = 20;

    /// <summary>How many streams, in what kinds of table.</summary>
    public sealed record Streams(int SIDSIZE, StreamTableLevels ST_LEVEL)
    {
        public override string ToString() =>
            $"{SIDSIZE}-{(ST_LEVEL == StreamTableLevels.Linear ? "linear" : "two-level")}";

        public Profile Of(Profile profile) =>
            profile with
            {
                IDR0 = profile.IDR0 with { ST_LEVEL = ST_LEVEL },
                IDR1 = profile.IDR1 with { SIDSIZE = (byte)SIDSIZE },
            };
    }

    /// <summary>log2 of the largest queues.</summary>
    public sealed record Queues(int CMDQS, int EVENTQS)
    {
        public override string ToString() => $"{CMDQS}-{EVENTQS}";
    }

    public static Streams[] StreamCounts =>
        [
            new(0, StreamTableLevels.Linear),
            new(1, StreamTableLevels.Linear),
            new(6, StreamTableLevels.Linear),
            new(0, StreamTableLevels.TwoLevel),
            new(8, StreamTableLevels.TwoLevel),
            new(9, StreamTableLevels.TwoLevel),
            new(16, StreamTableLevels.TwoLevel),
            new(24, StreamTableLevels.TwoLevel),
        ];

    public static Queues[] QueueSizes =>
        [new(7, 0), new(7, 1), new(8, 7), new(10, 19), new(19, 10), new(19, 19)];

    [Case(
        "probe.sidsize",
        Level.Architecture,
        "stream-table.019",
        "stream-table.001",
        Needs = Capabilities.Identity
    )]
    [Rows(nameof(StreamCounts))]
    public void The_first_and_the_last_stream_can_be_used(Profile profile, Streams streams)
    {
        var hardware = streams.Of(profile).IfPossible();
        using var bench = TestBench.Start(hardware);
        var last = (1u << streams.SIDSIZE) - 1;

        bench.Must(bench.Attach(bench.AddDevice(0u), bench.IdentityDomain()));
        Assert.True(bench.SteOf(0).V);
        if (last != 0)
        {
            var device = bench.TryAddDevice(new() { Name = "last", Streams = [last] });
            // One table for 2^24 streams is 1 GiB: who has linear tables only may have a smaller one.
            if (
                !device.IsDone
                && streams.SIDSIZE > MostForOneTable
                && bench.Description.Policies.StreamTable == StreamTableChoice.Linear
            )
                Refusal.MustBe(ErrorClass.OutOfRange, device.Error);
            else
            {
                bench.Must(bench.Attach(bench.Must(device), bench.IdentityDomain()));
                Assert.True(bench.SteOf(last).V);
            }
        }
        Assert.InRange(bench.Register<StrtabBaseCfg>().LOG2SIZE, 0, streams.SIDSIZE);
    }

    [Case(
        "probe.sidsize.32",
        Level.Architecture,
        "stream-table.019",
        Needs = Capabilities.Identity
    )]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void Streams_of_32_bits_are_taken_or_those_beyond_the_table_refused(Profile profile)
    {
        using var bench = TestBench.Start(new Streams(32, StreamTableLevels.TwoLevel).Of(profile));
        bench.Must(bench.Attach(bench.AddDevice(0), bench.IdentityDomain()));

        var highest = bench.TryAddDevice(new() { Name = "highest", Streams = [uint.MaxValue] });

        if (!highest.IsDone)
            Refusal.MustBe(ErrorClass.OutOfRange, highest.Error);
        else
        {
            bench.Must(bench.Attach(highest.Value, bench.IdentityDomain()));
            Assert.True(bench.SteOf(uint.MaxValue).V);
        }
    }

    [Case("probe.st-level.linear", Level.Architecture, "stream-table.028")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 0)]
    public void Without_two_levels_the_table_is_linear(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var table = bench.Register<StrtabBaseCfg>();

        Assert.Equal((StreamTableFormat.Linear, (byte)0), (table.FMT, table.SPLIT));
    }

    [Case("probe.st-level.one-leaf", Level.Linux, "linux.probe.two-level")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    public void Streams_that_fit_one_leaf_get_a_linear_table(Profile profile)
    {
        var few = profile with { IDR1 = profile.IDR1 with { SIDSIZE = 8 } };

        using var bench = TestBench.Start(few);

        Assert.Equal(StreamTableFormat.Linear, bench.Register<StrtabBaseCfg>().FMT);
    }

    [Case("probe.st-level.many", Level.Linux, "linux.probe.two-level", "linux.probe.split")]
    [AppliesWhere("SMMU_IDR0.ST_LEVEL", 1)]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtLeast = 9)]
    public void More_streams_than_a_leaf_holds_get_a_table_of_two_levels(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var table = bench.Register<StrtabBaseCfg>();

        Assert.Equal((StreamTableFormat.TwoLevel, (byte)8), (table.FMT, table.SPLIT));
    }

    [Case("probe.queues.size", Level.Architecture, "queues.021", "queues.028")]
    [Rows(nameof(QueueSizes))]
    public void No_queue_is_larger_than_the_SMMU_allows(Profile profile, Queues largest)
    {
        var hardware = profile with
        {
            IDR1 = profile.IDR1 with
            {
                CMDQS = (byte)largest.CMDQS,
                EVENTQS = (byte)largest.EVENTQS,
            },
        };

        using var bench = TestBench.Start(hardware);

        Assert.InRange(bench.Register<CmdqBase>().LOG2SIZE, 0, largest.CMDQS);
        Assert.InRange(bench.Register<EventqBase>().LOG2SIZE, 0, largest.EVENTQS);
    }
}
