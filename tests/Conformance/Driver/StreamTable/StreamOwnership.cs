using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using static SmmuConformance.Conformance.Driver.StreamTableReader;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Which StreamIDs a device may have, and where their entries are.</summary>
public sealed class StreamOwnership
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId Gpu = 0x21;
    private static readonly Iova Page = 0x40_0000;

    /// <summary>A StreamID whose index is easily computed wrongly.</summary>
    public sealed record Corner(string Name, Func<TestBench, uint> Stream)
    {
        public override string ToString() => Name;
    }

    public static IEnumerable<Corner> Corners =>
        [
            new("lowest", static _ => 0),
            new("sid-max", static bench => HighestOf(bench).Value),
            new("leaf-end", static bench => (1u << SplitOf(bench)) - 1),
            new("leaf-start", static bench => 1u << SplitOf(bench)),
            new("half", static bench => HighestOf(bench).Value / 2 + 1),
        ];

    public static IEnumerable<string> Beyond => ["first", "largest"];

    [Case(
        "strtab.index",
        Level.Architecture,
        "stream-table.006",
        "stream-table.030",
        Needs = Capabilities.Identity
    )]
    [Rows(nameof(Corners))]
    public void The_entry_is_where_the_SMMU_looks_for_it(Profile profile, Corner corner)
    {
        using var bench = TestBench.Start(profile);
        StreamId stream = corner.Stream(bench);
        if (stream.Value > HighestOf(bench).Value)
            throw VerdictException.NotApplicable($"the table ends at {HighestOf(bench)}");
        var nic = bench.AddDevice(stream);

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        var entry = EntryOf(bench, stream);
        Assert.True(entry is not null, $"the table in force has no entry for stream {stream}");
        var ste = bench.ReadStructure<Ste>(entry.Value);
        ste.Config.Should().Be(SteConfig.Bypass);
        bench.Dma(nic, Page).Passed.Should().BeTrue();
    }

    [Case(
        "strtab.sid.out-of-range",
        Level.Contract,
        "contract.master-out-of-range",
        "linux.errno.master"
    )]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtMost = 31)]
    [Rows(nameof(Beyond))]
    public void A_StreamID_beyond_the_table_is_refused_and_nothing_changes(
        Profile profile,
        string which
    )
    {
        using var bench = TestBench.Start(profile);
        StreamId stream = which == "first" ? 1u << profile.IDR1.SIDSIZE : uint.MaxValue;
        var before = bench.Capture();

        var outcome = bench.TryAddDevice(new() { Name = "nic", Streams = [stream] });

        outcome.Error.Should().Be(ErrorClass.OutOfRange);
        before.MustBeUnchanged();
    }

    [Case(
        "strtab.sid.out-of-range-second",
        Level.Contract,
        "contract.master-out-of-range",
        "contract.refusal-changes-nothing"
    )]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtMost = 31)]
    public void A_device_with_one_bad_StreamID_gets_none_of_its_streams(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        StreamId bad = 1u << profile.IDR1.SIDSIZE;
        var before = bench.Capture();

        var outcome = bench.TryAddDevice(new() { Name = "nic", Streams = [Nic, bad] });

        outcome.Error.Should().Be(ErrorClass.OutOfRange);
        before.MustBeUnchanged();
        bench.AddDevice(Nic);
    }

    [Case(
        "strtab.sid.duplicate-in-device",
        Level.Contract,
        "contract.master-aliases",
        "linux.errno.master",
        Needs = Capabilities.Identity
    )]
    public void A_StreamID_listed_twice_is_one_stream(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(new MasterDescription { Name = "nic", Streams = [Nic, Nic] });

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        bench.Dma(nic, Page).Passed.Should().BeTrue();
        bench.Must(bench.Detach(nic));
        bench.Must(bench.RemoveDevice(nic));
        bench.AddDevice(Nic);
    }

    [Case(
        "strtab.sid.shared-by-two",
        Level.Contract,
        "contract.master-taken",
        "contract.refusal-changes-nothing",
        "linux.errno.master",
        Needs = Capabilities.Identity
    )]
    public void A_StreamID_with_an_owner_is_refused_to_another(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(Nic);
        bench.Must(bench.Attach(nic, bench.IdentityDomain()));
        var before = bench.Capture();

        var outcome = bench.TryAddDevice(new() { Name = "gpu", Streams = [Nic] });

        outcome.Error.Should().Be(ErrorClass.NoDevice);
        before.MustBeUnchanged();
        bench.Dma(nic, Page).Passed.Should().BeTrue("the owner goes on");
        bench
            .TryAddDevice(new() { Name = "gpu", Streams = [Nic] })
            .Error.Should()
            .Be(ErrorClass.NoDevice, "it has its owner still");
    }

    /// <summary>Streams below and above the one that is taken: a driver may have sorted them.</summary>
    public static uint[] Beside => [Nic.Value - 1, Nic.Value + 1];

    [Case("strtab.sid.shared-partly", Level.Contract, "contract.master-taken")]
    [Rows(nameof(Beside))]
    public void A_device_that_lists_one_stream_of_another_gets_none(Profile profile, uint own)
    {
        using var bench = TestBench.Start(profile);
        bench.AddDevice(Nic);
        var before = bench.Capture();

        var outcome = bench.TryAddDevice(new() { Name = "gpu", Streams = [own, Nic] });

        outcome.Error.Should().Be(ErrorClass.NoDevice);
        before.MustBeUnchanged();
        bench.AddDevice(own);
    }

    [Case("strtab.sid.free-after-remove", Level.Contract, "contract.master-taken")]
    public void A_StreamID_is_free_again_when_its_device_is_gone(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        StreamId others = 0x21;
        bench.AddDevice(others);
        var nic = bench.AddDevice(Nic);
        bench.Must(bench.RemoveDevice(nic));

        var outcome = bench.TryAddDevice(new() { Name = "gpu", Streams = [Nic] });

        bench.Must(outcome.WithoutResult);
        // Nobody else's stream has become free by that.
        Refusal.MustBe(
            ErrorClass.NoDevice,
            bench.TryAddDevice(new() { Name = "thief", Streams = [others] }).Error
        );
    }

    [Case(
        "strtab.sid.across-leaves",
        Level.Contract,
        "contract.master-aliases",
        Needs = Capabilities.Identity
    )]
    [AppliesWhere("SMMU_IDR1.SIDSIZE", AtLeast = 11)]
    public void A_device_has_its_streams_wherever_they_are_in_the_table(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var streams = new StreamId[] { Nic, 0x500, HighestOf(bench) };
        var nic = bench.AddDevice(new MasterDescription { Name = "nic", Streams = [.. streams] });

        bench.Must(bench.Attach(nic, bench.IdentityDomain()));

        foreach (var stream in streams)
            bench.Dma(nic, Page, stream: stream).Passed.Should().BeTrue($"of stream {stream}");
    }
}
