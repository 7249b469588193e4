using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What has to be over before an SMMU may lose its power.</summary>
public sealed class Suspending
{
    private const Capabilities Needs = PowerScene.Needs;

    [Case("pm.suspend.off", Level.Contract, "contract.suspend-off", "registers.019", Needs = Needs)]
    public void Everything_is_off_and_acknowledged(Profile profile)
    {
        using var bench = TestBench.Start(profile, Slow);
        var mark = bench.Trace.Mark;

        bench.Must(bench.Suspend());

        Assert.Equal(0u, LastRead<Cr0Ack>(bench, mark).Value);
        Assert.Equal(0u, bench.Writes<Cr0>(mark)[^1].Value.Value);
        Assert.Equal(0u, LastRead<IrqCtrlAck>(bench, mark).Value);
    }

    [Case(
        "pm.suspend.commands",
        Level.Architecture,
        "reset.007",
        "contract.suspend-off",
        Needs = Needs
    )]
    [Rows(nameof(Stages))]
    public void Commands_that_were_given_are_consumed_before_they_are_off(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new PowerScene(profile, stage, Slow);
        scene.MustReach(0);
        scene.Unmap(0, 4);
        var mark = scene.Bench.Trace.Mark;

        scene.Bench.Must(scene.Bench.Suspend());

        var off = scene.Bench.Writes<Cr0>(mark).First(write => !write.Value.CMDQEN);
        var given = scene.Bench.Writes<CmdqProd>().Last(write => write.Number < off.Number).Value;
        var taken = scene
            .Bench.Trace.Since<RegisterReadEntry>(0)
            .Last(read => read.Offset == CmdqCons.Offset && read.Number < off.Number);
        Assert.Equal(given.WR, new CmdqCons((uint)taken.Value).RD);
    }

    [Case(
        "pm.suspend.stalled",
        Level.Architecture,
        "reset.007",
        "contract.suspend-off",
        "stall.044",
        Needs = Needs | Capabilities.Stage1 | Capabilities.PageFaults
    )]
    [AppliesIf(nameof(CannotStall))]
    public void An_access_that_waits_is_ended_and_its_answer_finds_nothing(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [PowerScene.Stream],
                CanStall = true,
            }
        );
        bench.Must(bench.Attach(device, bench.Stage1Domain()));
        bench.Must(bench.EnableFaults(device));
        Assert.True(bench.Dma(device, PowerScene.Window).Stalled);
        bench.ServeInterrupts();
        var stalled = Assert.Single(bench.Smmu.Stalled);
        var group = Assert.Single(bench.System.Asked).Group;

        bench.Must(bench.Suspend());

        Assert.False(stalled.Answer!.Value.Passed);
        Refusal.MustBe(ErrorClass.NotFound, bench.Answer(group, PageFaultAnswer.Resolved).Error);
    }

    [Case(
        "pm.suspend.ats",
        Level.Architecture,
        "ats.006",
        "ats.067",
        Needs = Needs | Capabilities.Ats
    )]
    [Rows(nameof(Stages))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void Devices_stop_asking_and_forget_before_translation_ends(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Map(0, 2);
        scene.Warm(0, 2);

        scene.Bench.Must(scene.Bench.Suspend());

        Assert.False(scene.Cache.IsEnabled);
        Assert.False(scene.Cache.Holds(scene.At(0)), "the device still holds a translation");
    }

    [Case("pm.suspend.events", Level.Contract, "contract.interrupt-once", Needs = Needs)]
    [Rows(nameof(Stages))]
    public void What_was_recorded_before_is_still_reported_once(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        scene.MustRefuse(100);
        if (scene.Bench.Machine.Options.DelayEvents)
            scene.Bench.Machine.Run();

        scene.Bench.Must(scene.Bench.Suspend());
        scene.Bench.Must(scene.Bench.Resume());

        scene.Bench.ServeInterrupts();
        Assert.Single(scene.Bench.System.Reports, r => r.Master == scene.Nic.Handle);
    }

    [Case("pm.suspend.no-gap", Level.Contract, "contract.suspend-off", "reset.016", Needs = Needs)]
    [Rows(nameof(Stages))]
    public void An_access_on_the_way_is_translated_or_refused(Profile profile, DomainStage stage)
    {
        var open = profile with { GBPA = profile.GBPA with { ABORT = false } };
        using var scene = new PowerScene(open, stage, Slow);
        var bench = scene.Bench;
        if (bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass)
            throw VerdictException.NotApplicable("the driver passes what nobody owns");
        using var traffic = new Traffic(bench, scene.At(0), cached: true, PowerScene.Stream);

        bench.Must(bench.Suspend());

        traffic.MustAll(
            access => !access.Passed || access.Address == scene.PlaceOf(0),
            "an access is translated or refused"
        );
    }

    [Case("pm.suspend.refused", Level.Contract, "contract.suspend-refusals", Needs = Needs)]
    public void It_is_suspended_once_and_resumed_once(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        Refusal.MustBe(ErrorClass.Invalid, bench.Resume().Error);
        bench.Must(bench.Suspend());
        var mark = bench.Trace.Mark;
        Refusal.MustBe(ErrorClass.Invalid, bench.Suspend().Error);
        Assert.Equal(0, PowerScene.Touches(bench, mark));
        bench.Must(bench.Resume());
        Refusal.MustBe(ErrorClass.Invalid, bench.Resume().Error);
        var power = bench.Facet<IPower>();
        Refusal.MustBe(ErrorClass.NotFound, power.Suspend(new SmmuHandle(-7)).Error);
        Refusal.MustBe(ErrorClass.NotFound, power.Resume(new SmmuHandle(-7)).Error);
        bench.Must(bench.Shutdown());
        Refusal.MustBe(ErrorClass.Invalid, bench.Suspend().Error);
    }

    [Case(
        "pm.suspend.timeout",
        Level.Contract,
        "contract.suspend-refusals",
        "contract.relax-in-polls",
        Needs = Needs
    )]
    public void Hardware_that_hangs_is_not_called_ready(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.System.MicrosecondsPerRelax = 1_000;
        var before = bench.System.Microseconds;
        bench.Smmu.Acknowledges.Arm(1);

        var outcome = bench.Suspend();

        Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
        Assert.InRange(bench.System.Microseconds - before, 1ul, 60_000_000ul);
    }

    public static DomainStage[] Stages => PagingStages.Both;

    private static string? CannotStall(Profile profile) => StallingFaults.CannotStall(profile);

    private static BenchOptions Slow => Everyday.Slow;

    private static T LastRead<T>(TestBench bench, int mark)
        where T : struct, IRegister<T> =>
        T.FromWords([
            bench
                .Trace.Since<RegisterReadEntry>(mark)
                .Last(read => read.Offset == T.Register.Offset)
                .Value,
        ]);
}
