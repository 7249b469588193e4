using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Each change of an enable in turn that hardware never acknowledges.</summary>
public sealed class FailingAcknowledges
{
    // No operation changes enables more often.
    private const int MostChanges = 32;

    [Case(
        "err.acknowledge.probe",
        Level.Contract,
        "contract.probe-timeout",
        "contract.nth-failure"
    )]
    public void A_probe_is_given_up_and_can_be_repeated_after_a_reset(Profile profile)
    {
        for (var n = 1; n < MostChanges; n++)
        {
            // What a driver writes while an update never ends is not judged.
            using var bench = TestBench.Create(profile, new() { Monitored = false });
            bench.System.MicrosecondsPerRelax = 1_000;
            bench.Smmu.Acknowledges.Arm(n);

            var outcome = bench.Probe();

            if (!bench.Smmu.Acknowledges.Struck)
            {
                bench.Must(outcome);
                return;
            }

            Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
            Assert.InRange(bench.System.Microseconds, 1ul, 60_000_000ul);
            // While anything is on, or may still be, hardware uses what it was told of.
            if (bench.Register<Cr0>() != default || bench.Register<Cr0Ack>() != default)
                Assert.Empty(bench.Trace.Since<FreeEntry>(bench.LastOperation));
            // What it was told of and not told to leave alone it may use.
            if (bench.Register<Cr0>() is { CMDQEN: true })
                Assert.True(
                    bench.Memory.BlockAt(bench.Register<CmdqBase>().ADDR.Value) is not null,
                    $"change {n}: the command queue is on and has no memory"
                );
            bench.Smmu.PowerOff();
            bench.Smmu.Acknowledges.Arm(0);
            bench.Smmu.PowerOn();
            bench.Must(bench.Probe());
            Assert.True(bench.Register<Cr0Ack>().SMMUEN);
        }

        Assert.Fail($"more than {MostChanges} changes");
    }

    [Case(
        "err.acknowledge.remove",
        Level.Contract,
        "contract.memory-reachable",
        "contract.remove-returns-memory",
        "contract.nth-failure"
    )]
    public void A_removal_gives_nothing_back_before_hardware_is_off(Profile profile)
    {
        for (var n = 1; n < MostChanges; n++)
        {
            using var bench = TestBench.Start(profile, new() { Monitored = false });
            bench.System.MicrosecondsPerRelax = 1_000;
            bench.Smmu.Acknowledges.Arm(n);

            var outcome = bench.Remove();

            if (!bench.Smmu.Acknowledges.Struck)
            {
                bench.Must(outcome);
                return;
            }

            Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
            Assert.Empty(bench.Trace.Since<FreeEntry>(bench.LastOperation));
            bench.Smmu.Acknowledges.Arm(0);
            bench.Must(bench.Remove());
            Assert.Equal(0, bench.Memory.Count);
        }

        Assert.Fail($"more than {MostChanges} changes");
    }

    [Case(
        "err.acknowledge.suspend",
        Level.Contract,
        "contract.suspend-refusals",
        "contract.nth-failure",
        Needs = Capabilities.Power
    )]
    public void Hardware_that_does_not_go_off_is_not_called_suspended(Profile profile)
    {
        for (var n = 1; n < MostChanges; n++)
        {
            using var bench = TestBench.Start(profile, new() { Monitored = false });
            bench.System.MicrosecondsPerRelax = 1_000;
            bench.Smmu.Acknowledges.Arm(n);

            var outcome = bench.Suspend();

            if (!bench.Smmu.Acknowledges.Struck)
            {
                bench.Must(outcome);
                return;
            }

            Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
            bench.Smmu.Acknowledges.Arm(0);
            bench.Must(bench.Shutdown());
            bench.Must(bench.Remove());
            Assert.Equal(0, bench.Memory.Count);
        }

        Assert.Fail($"more than {MostChanges} changes");
    }
}
