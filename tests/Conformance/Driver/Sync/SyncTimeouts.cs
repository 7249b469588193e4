using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Hardware that hangs while a driver waits for it.</summary>
public sealed class SyncTimeouts
{
    private static readonly StreamId Nic = 0x10;

    [Case(
        "sync.timeout.bounded",
        Level.Contract,
        "contract.relax-in-polls",
        "contract.clock",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Hardware_that_hangs_is_given_up_and_not_believed(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        Hang(bench);
        var before = bench.System.Microseconds;

        var outcome = bench.Unmap(domain, Everyday.Buffer, page);

        Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
        Assert.InRange(bench.System.Microseconds - before, 1ul, 60_000_000ul);
    }

    [Case(
        "sync.timeout.keeps-memory",
        Level.Contract,
        "contract.memory-reachable",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void No_memory_is_given_back_while_hardware_may_still_reach_it(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain) = bench.Attached(Nic);
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, Everyday.Buffer, Everyday.Pages + page, 1024 * page));
        Hang(bench);

        bench.Unmap(domain, Everyday.Buffer, 1024 * page);

        Assert.Empty(bench.Trace.Since<FreeEntry>(bench.LastOperation));
    }

    [Case(
        "sync.timeout.recovers",
        Level.Contract,
        "contract.attach-replaces",
        "contract.unmap-strict",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Once_hardware_is_back_operations_succeed_again(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (device, domain, page) = bench.Mapped(pages: 8, Nic);
        Hang(bench);
        bench.Unmap(domain, Everyday.Buffer, page);
        bench.System.HardwareHangs = false;
        bench.Dma(device, Everyday.Buffer + 4 * page);

        var outcome = bench.Unmap(domain, Everyday.Buffer + 4 * page, page);

        Assert.True(outcome.IsDone, $"{outcome}");
        Assert.False(bench.Dma(device, Everyday.Buffer + 4 * page).Passed);
        Assert.True(bench.Dma(device, Everyday.Buffer + 5 * page).Passed);
    }

    [Case(
        "sync.timeout.attach",
        Level.Contract,
        "contract.unmap-strict",
        "contract.nth-failure",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_an_attach_that_was_not_confirmed_may_have_given_is_taken_away_by_an_unmap(
        Profile profile
    )
    {
        // Each profile stops at others; together they stop at all.
        for (var act = 1 + CaseProfiles.All.IndexOf(profile) % 7; ; act += 7)
        {
            using var scene = new WarmScene(profile, Everyday.Lazy);
            var bench = scene.Bench;
            var other = scene.NewDomain();
            bench.Must(bench.Map(other, scene.At(0), WarmScene.Elsewhere, scene.Page));
            bench.Machine.Run();
            bench.System.MicrosecondsPerRelax = 1_000;
            var left = act;
            bench.System.Acting = () => bench.System.HardwareHangs |= --left == 0;

            var outcome = bench.Attach(scene.Nic, other);

            (bench.System.Acting, bench.System.HardwareHangs) = (null, false);
            if (left > 0)
                return;
            bench.Machine.Run();
            bench.Dma(scene.Nic, scene.At(0));
            bench.Must(bench.Unmap(other, scene.At(0), scene.Page));
            scene.MustRefuse(0, 1);
        }
    }

    [Case("sync.timeout.logged", Level.Linux, "linux.cmdq.timeout", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_sync_that_does_not_complete_is_given_up_after_a_second_and_logged(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        Hang(bench);
        var (mark, before) = (bench.Trace.Mark, bench.System.Microseconds);

        var outcome = bench.Unmap(domain, Everyday.Buffer, page);

        Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
        Assert.InRange(bench.System.Microseconds - before, 1_000_000ul, 3_000_000ul);
        Assert.Contains(bench.Trace.Since<LogEntry>(mark), line => line.Level == LogLevel.Error);
    }

    private static void Hang(TestBench bench)
    {
        bench.Machine.Run();
        bench.System.HardwareHangs = true;
        bench.System.MicrosecondsPerRelax = 1_000;
    }
}
