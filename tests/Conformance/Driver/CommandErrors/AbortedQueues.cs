using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Memory of a queue, or the target of a message, that answers with an abort; and hardware that gives up.</summary>
public sealed class AbortedQueues
{
    // Generous: a minute of virtual time.
    private const ulong Bound = 60_000_000;

    private static readonly StreamId Nic = 0x10;
    private static readonly PhysicalAddress Doorbell = 0x0800_0040;

    [Case("cmderr.abt.fetch", Level.Linux, "linux.cmderr.restart", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_fetch_that_aborts_for_a_while_loses_no_command(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.Aborting(bench, turns: 5);

        var outcome = bench.Unmap(domain, Everyday.Buffer, 2 * page);

        Assert.True(sabotage.Struck && outcome.IsDone, $"{outcome}");
        var there = bench
            .Trace.Since<CommandEntry>(bench.LastOperation)
            .First(c => c.Slot == sabotage.Slot && c.Error == CommandError.None);
        Assert.Equal(sabotage.Original, there.Command);
    }

    [Case(
        "cmderr.abt.bounded",
        Level.Contract,
        "contract.relax-in-polls",
        "commands.056",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_fetch_that_always_aborts_ends_in_an_error_and_not_in_a_hang(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        Sabotage.Aborting(bench, turns: int.MaxValue);
        bench.System.MicrosecondsPerRelax = 1_000;
        var before = bench.System.Microseconds;

        var outcome = bench.Unmap(domain, Everyday.Buffer, 2 * page);

        Assert.False(outcome.IsDone, "nothing was invalidated, and the driver says it was");
        Assert.InRange(bench.System.Microseconds - before, 1ul, Bound);
    }

    [Case("cmderr.sfm", Level.Linux, "linux.gerror.sfm", "gerror.029")]
    public void Service_failure_mode_turns_the_hardware_off(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.Smmu.Fail(new GError { SFM_ERR = true });

        bench.ServeInterrupts();

        bench
            .Smmu.Read32(Cr0.Offset)
            .Should()
            .Be(0, "in Service failure mode everything is switched off in SMMU_CR0");
    }

    [Case("cmderr.sfm.bounded", Level.Architecture, "gerror.029", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Nobody_waits_for_ever_for_hardware_in_service_failure_mode(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Lazy);
        var (_, domain, page) = bench.Mapped(pages: 8, Nic);
        bench.Machine.Run();
        var sabotage = Sabotage.ServiceFailure(bench);
        bench.System.MicrosecondsPerRelax = 1_000;
        var before = bench.System.Microseconds;

        var outcome = bench.Unmap(domain, Everyday.Buffer, 2 * page);

        Assert.True(sabotage.Struck && !outcome.IsDone, $"{outcome}");
        Assert.InRange(bench.System.Microseconds - before, 1ul, Bound);
    }

    [Case("cmderr.evtq-abort", Level.Architecture, "events.101", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Events_arrive_again_after_an_abort_in_their_queue(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (device, _) = bench.Attached(Nic);
        var queue = bench.Structures.Of(0).EventQueue;
        bench.Machine.Memory.AbortRange(queue.ADDR, 32ul << queue.LOG2SIZE);
        bench.Dma(device, Everyday.Buffer);
        bench.Machine.Run();
        bench.Machine.Memory.ClearAborts();
        var mark = bench.Trace.Mark;

        bench.ServeInterrupts();

        Assert.Contains(bench.Trace.Since<LogEntry>(mark), line => line.Level >= LogLevel.Warning);
        bench.Dma(device, Everyday.Buffer + 0x5000);
        bench.ServeInterrupts();
        var report = Assert.Single(bench.System.Reports);
        Assert.Equal(Everyday.Buffer + 0x5000, report.Record.As<FTranslation>().InputAddr);
    }

    [Case(
        "cmderr.evtq-abort.stalls",
        Level.Architecture,
        "gerror.026",
        "stall.054",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0, 2)]
    public void An_access_whose_record_was_lost_does_not_wait_for_ever(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [Nic],
                CanStall = true,
            }
        );
        var domain = bench.Stage1Domain();
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, Everyday.Buffer, Everyday.Pages, page));
        bench.Must(bench.Attach(device, domain));
        if (!bench.Dma(device, Everyday.Buffer + page).Stalled)
            throw VerdictException.NotApplicable("the driver lets no access wait");
        bench.ServeInterrupts();
        var queue = bench.Structures.Of(0).EventQueue;
        bench.Machine.Memory.AbortRange(queue.ADDR, 32ul << queue.LOG2SIZE);
        bench.Dma(device, Everyday.Buffer + 2 * page);
        bench.Machine.Run();
        bench.Machine.Memory.ClearAborts();

        bench.ServeInterrupts();
        bench.Machine.Run();

        Assert.True(
            bench.Smmu.Stalled.Count == 0,
            "an access waits whose record was lost, and no CMD_STALL_TERM ends it"
        );
        bench.MustReach(device, Everyday.Buffer, Everyday.Pages);
    }

    [Case(
        "cmderr.msi-abort",
        Level.Architecture,
        "gerror.011",
        "gerror.025",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void An_aborted_message_is_acknowledged_and_later_events_still_arrive(Profile profile)
    {
        using var bench = TestBench.Start(profile, WithMessages());
        var (device, _) = bench.Attached(Nic);
        bench.Machine.Memory.AbortRange(Doorbell, 4);
        bench.Dma(device, Everyday.Buffer);
        bench.Machine.Run();
        bench.Machine.Memory.ClearAborts();
        Assert.NotEmpty(bench.Trace.Since<ErrorEntry>(0));

        bench.ServeInterrupts();

        Assert.Equal(bench.Smmu.Read32(GError.Offset), bench.Smmu.Read32(GErrorN.Offset));
        bench.Dma(device, Everyday.Buffer + 0x5000);
        bench.ServeInterrupts();
        Assert.Equal(2, bench.System.Reports.Count);
    }

    private static BenchOptions WithMessages() =>
        new()
        {
            Firmware = honest =>
                honest with
                {
                    MsiTarget = new(
                        Doorbell,
                        EventQueueData: 1,
                        GlobalErrorData: 2,
                        PriQueueData: 3
                    ),
                },
        };
}
