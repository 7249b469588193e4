using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Every operation, with each of its steps failing in turn: the error is told, nothing is lost, and a second try works.</summary>
public sealed class FailingNth
{
    // No operation of a driver takes more of any kind of step.
    private const int MostSteps = 64;

    public static string[] Names => [.. Operations.All.Select(operation => operation.Name)];

    [Case("err.alloc", Level.Contract, "contract.refusal-changes-nothing", "contract.nth-failure")]
    [AppliesIf(nameof(FewProfilesAreEnough))]
    [Rows(nameof(Names))]
    public void Memory_that_runs_out_at_any_step_changes_nothing(Profile profile, string operation)
    {
        using var ready = Named(operation).On(profile);
        for (var n = 0; n < MostSteps; n++)
        {
            var before = ready.Bench.Capture();
            ready.Bench.Memory.FailAfter = n;
            var outcome = ready.Act();
            ready.Bench.Memory.FailAfter = null;
            if (outcome.IsDone)
            {
                ready.MustWork();
                return;
            }

            Refusal.MustBe(ErrorClass.OutOfMemory, outcome.Error);
            before.MustBeUnchanged();
            ready.MustBeAsBefore();
        }

        Assert.Fail($"refused although {MostSteps} allocations succeed");
    }

    [Case("err.hang", Level.Contract, "contract.nth-failure", "contract.relax-in-polls")]
    [AppliesIf(nameof(FewProfilesAreEnough))]
    [Rows(nameof(Names))]
    public void Hardware_that_hangs_at_any_batch_is_given_up_and_a_second_try_works(
        Profile profile,
        string operation
    ) =>
        AtEachBatch(
            profile,
            operation,
            bench => bench.System.HardwareHangs = true,
            (bench, outcome, since) =>
            {
                Assert.True(
                    outcome.IsDone || outcome.Error == ErrorClass.TimedOut,
                    $"hardware hangs, and the answer is {outcome}"
                );
                Assert.InRange(bench.System.Microseconds - since, 0ul, 60_000_000ul);
                bench.System.HardwareHangs = false;
                bench.Machine.Run();
                bench.ServeInterrupts();
            }
        );

    [Case("err.command", Level.Contract, "contract.nth-failure", "commands.054")]
    [AppliesIf(nameof(FewProfilesAreEnough))]
    [Rows(nameof(Names))]
    public void A_command_that_is_lost_in_any_batch_is_made_good(Profile profile, string operation)
    {
        foreach (var last in new[] { false, true })
            AtEachBatch(
                profile,
                operation,
                bench => Spoil(bench, last),
                (bench, _, _) =>
                {
                    bench.Machine.Run();
                    bench.ServeInterrupts();
                    Assert.Equal(default, EarlierOwner.Errors(bench));
                    Assert.Empty(new CommandTraffic(bench).WaitingSlots());
                }
            );
    }

    [Case("err.command.again", Level.Contract, "contract.nth-failure", "commands.054")]
    [AppliesIf(nameof(FewProfilesAreEnough))]
    [Rows(nameof(Names))]
    public void A_command_that_is_lost_as_often_as_it_is_given_is_not_called_done(
        Profile profile,
        string operation
    ) =>
        AtEachBatch(
            profile,
            operation,
            bench => Spoil(bench, last: false),
            (bench, _, _) => bench.Machine.Run(),
            times: 2
        );

    // At the n-th write of SMMU_CMDQ_PROD something befalls the hardware; n goes up until nothing is left to befall.
    private static void AtEachBatch(
        Profile profile,
        string operation,
        Action<TestBench> befall,
        Action<TestBench, Outcome, ulong> afterwards,
        int times = 1
    )
    {
        for (var n = 1; n < MostSteps; n++)
        {
            using var ready = Named(operation).On(profile, Everyday.Lazy);
            var bench = ready.Bench;
            bench.Machine.Run();
            bench.System.MicrosecondsPerRelax = 1_000;
            var (mark, since, struck) = (bench.Trace.Mark, bench.System.Microseconds, 0);
            bench.System.Relaxing = () =>
            {
                if (struck == times || bench.Writes<CmdqProd>(mark).Count < n + struck)
                    return;
                struck++;
                befall(bench);
            };
            bench.Monitor.TranslationsMayLinger = true;

            var outcome = ready.Act();

            bench.System.Relaxing = null;
            afterwards(bench, outcome, since);
            bench.Monitor.TranslationsMayLinger = false;
            if (struck == 0)
            {
                bench.Must(outcome);
                return;
            }

            if (!outcome.IsDone)
            {
                var again = ready.Act();
                // What is gone is not there to be taken away again.
                Assert.True(
                    again.IsDone || again.Error == ErrorClass.NotFound,
                    $"batch {n}: the second try is {again}"
                );
            }

            ready.MustWork();
            ready.MustLetGo();
        }
    }

    // No command has it. §4.1.1
    private static void Spoil(TestBench bench, bool last)
    {
        var slots = new CommandTraffic(bench).WaitingSlots().ToList();
        if (slots.Count > 0)
            bench.Machine.Memory.Write64(last ? slots[^1] : slots[0], 0xff);
    }

    private static Operation Named(string name) =>
        Operations.All.Single(operation => operation.Name == name);

    private static string? FewProfilesAreEnough(Profile profile) =>
        profile == Profiles.Maximal
        || profile == Profiles.MsiSync
        || profile == Profiles.NonCoherent
        || profile == Profiles.EightBitIds
        || profile == Profiles.LinearTable
            ? null
            : "no field of an ID register matters, and the case is slow";
}
