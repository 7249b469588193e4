using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Devices that are at work before the driver comes: those that may go on, and those that may not.</summary>
public sealed class InitBusyStreams
{
    private static readonly StreamId s_display = 0x13;
    private static readonly Iova s_buffer = 0x1000_0000;

    [Case("init.busy.passes", Level.Contract, "contract.firmware-busy")]
    public void A_stream_that_is_busy_goes_on_and_its_neighbours_do_not(Profile profile)
    {
        using var bench = Start(profile, s_display);

        var access = bench.Dma(Read(s_display));

        Assert.True(access.Passed, "a busy stream is refused");
        Assert.Equal(s_buffer.Value, access.Address.Value);
        var bypass = bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass;
        Assert.Equal(bypass, bench.Dma(Read(0x12)).Passed);
        Assert.Equal(bypass, bench.Dma(Read(0x14)).Passed);
    }

    [Case("init.busy.added", Level.Contract, "contract.firmware-busy")]
    public void It_goes_on_when_its_device_is_added(Profile profile)
    {
        using var bench = Start(profile, s_display);

        var device = bench.AddDevice(s_display);

        bench.MustReach(device, s_buffer, s_buffer.Value);
    }

    [Case(
        "init.busy.attached",
        Level.Contract,
        "contract.firmware-busy",
        "contract.attach-replaces",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Once_attached_it_is_a_stream_like_any_other(Profile profile)
    {
        using var bench = Start(profile, s_display);
        var device = bench.AddDevice(s_display);
        bench.MustReach(device, s_buffer, s_buffer.Value);
        var domain = bench.Stage1Domain();
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, s_buffer, Everyday.Pages, page));

        bench.Must(bench.Attach(device, domain));

        bench.MustReach(device, s_buffer, Everyday.Pages);
        bench.Must(bench.Detach(device));
        Assert.Equal(
            bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass,
            bench.Dma(device, s_buffer).Passed
        );
    }

    [Case("init.busy.beyond", Level.Contract, "contract.firmware-busy")]
    [AppliesIf(nameof(EveryStreamExists))]
    public void One_beyond_the_table_does_no_harm(Profile profile)
    {
        StreamId beyond = 1u << profile.IDR1.SIDSIZE;

        using var bench = Start(profile, s_display, beyond);

        Assert.True(bench.Dma(Read(s_display)).Passed, "a busy stream is refused");
    }

    [Case(
        "init.busy.alloc",
        Level.Contract,
        "contract.probe-out-of-memory",
        "contract.probe-refusal-leaves-nothing"
    )]
    public void Whichever_allocation_fails_the_probe_leaves_nothing(Profile profile)
    {
        for (var allowed = 0; ; allowed++)
        {
            using var bench = TestBench.Create(profile, Busy(s_display));
            bench.Memory.FailAfter = allowed;

            var outcome = bench.Probe();

            if (outcome.IsDone)
            {
                Assert.True(allowed > 0, "nothing was allocated");
                break;
            }

            Refusal.MustBe(ErrorClass.OutOfMemory, outcome.Error);
            Assert.Equal(0, bench.Memory.Count);
        }
    }

    [Case(
        "pm.takeover.in-flight",
        Level.Contract,
        "contract.take-over",
        "reset.016",
        "reset.010",
        Needs = Capabilities.TakeOver
    )]
    public void What_an_earlier_owner_let_pass_is_refused_for_good_once_it_is_refused(
        Profile profile
    )
    {
        var open = profile with { GBPA = profile.GBPA with { ABORT = false } };
        using var bench = TestBench.Create(open, Everyday.Slow);
        if (bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass)
            throw VerdictException.NotApplicable("the driver passes what nobody owns");
        EarlierOwner.LeavesOn(bench, SteConfig.Bypass);
        using var traffic = new Traffic(bench, s_buffer, cached: true, EarlierOwner.Stream);

        bench.Must(bench.Probe());

        var seen = traffic.Seen.Select(access => access.Passed).ToList();
        Assert.True(seen[0], "the earlier owner let it pass");
        Assert.False(seen[^1], "an access of nobody's device passes");
        var refused = seen.IndexOf(false);
        Assert.True(
            seen.Skip(refused).All(passed => !passed),
            $"access {seen.LastIndexOf(true)} of {seen.Count} passes though number {refused} was refused"
        );
    }

    private static TestBench Start(Profile profile, params StreamId[] busy) =>
        TestBench.Start(profile, Busy(busy));

    private static BenchOptions Busy(params StreamId[] streams) =>
        new() { Firmware = honest => honest with { BusyStreams = [.. streams] } };

    private static Transaction Read(StreamId stream) => EarlierOwner.Read(stream, s_buffer);

    private static string? EveryStreamExists(Profile profile) =>
        profile.IDR1.SIDSIZE >= 32 ? "SMMU_IDR1.SIDSIZE is 32" : null;
}
