using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// An SMMU whose power is back: its registers are as after a reset, its caches hold what they held. What was attached is
/// attached.
/// </summary>
public sealed class Resuming
{
    private const Capabilities Needs = PowerScene.Needs;

    [Case(
        "pm.resume.translates",
        Level.Contract,
        "contract.resume-restores",
        "reset.008",
        Needs = Needs | Capabilities.Identity | Capabilities.Blocked
    )]
    [Rows(nameof(Stages))]
    public void Every_device_has_what_it_had(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        var bench = scene.Bench;
        var passing = bench.AddDevice(0x11);
        var blocked = bench.AddDevice(0x12);
        var unattached = bench.AddDevice(0x13);
        bench.Must(bench.Attach(passing, bench.IdentityDomain()));
        bench.Must(bench.Attach(blocked, bench.BlockedDomain()));
        var asDeclared = bench.Dma(unattached, PowerScene.Window).Passed;

        bench.PowerCycle();

        scene.MustReach(0);
        scene.MustReach(7);
        scene.MustRefuse(8);
        bench.MustReach(passing, 0x9000, 0x9000);
        Assert.False(bench.Dma(blocked, 0x9000).Passed);
        Assert.Equal(asDeclared, bench.Dma(unattached, PowerScene.Window).Passed);
    }

    [Case("pm.resume.registers", Level.Architecture, "reset.008", "reset.013", Needs = Needs)]
    public void Every_register_is_written_again(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var before = Image(bench);

        bench.PowerCycle();

        Assert.Equal(before, Image(bench));
    }

    [Case("pm.resume.stale-cache", Level.Architecture, "reset.004", "reset.008", Needs = Needs)]
    [Rows(nameof(Stages))]
    public void What_caches_kept_over_the_loss_is_not_used(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        scene.MustReach(0);
        scene.Bench.Must(scene.Bench.Suspend());
        scene.Unmap(0, 1);

        scene.Bench.Must(scene.Bench.Resume());

        scene.MustRefuse(0);
        scene.MustReach(1);
    }

    [Case(
        "pm.resume.flushes-first",
        Level.Architecture,
        "reset.004",
        "commands.016",
        Needs = Needs
    )]
    public void Everything_is_forgotten_before_translation_is_on_again(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Slow);
        bench.Must(bench.Suspend());
        var mark = bench.Trace.Mark;

        bench.Must(bench.Resume());

        var on = bench.Writes<Cr0>(mark).First(write => write.Value.SMMUEN).Number;
        var commands = bench
            .Trace.Since<CommandEntry>(mark)
            .Where(entry => entry.Number < on)
            .Select(entry => entry.Command)
            .ToList();
        Assert.Contains(commands, c => c.Is<CfgiSteRange>() && c.As<CfgiSteRange>().IsAll);
        Assert.Contains(commands, c => c.Is<TlbiNsnhAll>());
        if (profile.IDR0.Hyp)
            Assert.Contains(commands, c => c.Is<TlbiEl2All>());
        Assert.True(commands[^1].Is<Sync>(), "the last invalidation must be waited for");
    }

    [Case(
        "pm.resume.events",
        Level.Contract,
        "contract.resume-restores",
        "contract.report-owner",
        Needs = Needs
    )]
    [Rows(nameof(Stages))]
    public void Faults_are_told_again(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        // The consumer is somewhere within its ring.
        for (var n = 0; n < 3; n++)
        {
            scene.MustRefuse(100);
            scene.Bench.ServeInterrupts();
        }

        scene.Bench.PowerCycle();
        scene.MustRefuse(101);

        Assert.NotEqual(0, scene.Bench.ServeInterrupts());
        Assert.Equal(4, scene.Bench.System.Reports.Count);
        Assert.Equal(scene.Nic.Handle, scene.Bench.System.Reports[^1].Master);
    }

    [Case("pm.resume.commands", Level.Contract, "contract.resume-restores", Needs = Needs)]
    [Rows(nameof(Stages))]
    public void Commands_are_carried_out_again_from_wherever_the_queue_was(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new PowerScene(profile, stage, Everyday.Slow);
        for (var page = 0ul; page < 7; page++)
        {
            scene.MustReach(page);
            scene.Unmap(page, 1);
        }

        scene.Bench.PowerCycle();
        scene.MustReach(7);
        scene.Unmap(7, 1);

        scene.MustRefuse(7);
        Assert.Equal(default, EarlierOwner.Errors(scene.Bench));
    }

    [Case(
        "pm.resume.ats",
        Level.Architecture,
        "ats.068",
        "ats.077",
        Needs = Needs | Capabilities.Ats
    )]
    [Rows(nameof(Stages))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void Devices_may_ask_again_once_they_are_set_up_anew(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        scene.Map(0, 2);
        scene.Warm(0, 2);
        scene.Bench.Must(scene.Bench.Suspend());
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));
        var mark = scene.Bench.Trace.Mark;

        scene.Bench.Must(scene.Bench.Resume());

        var translating = scene.Bench.Writes<Cr0>(mark).First(write => write.Value.SMMUEN);
        var asking = scene
            .Bench.Trace.Since<SwitchEntry>(mark)
            .First(change => change.After.HasFlag(DeviceEnables.Ats));
        scene.Bench.MustPrecede(translating.Number, asking.Number, "SMMUEN before ATS");
        scene.MustHaveForgotten(0);
        scene.Warm(1, 1);
    }

    [Case(
        "pm.resume.pasids",
        Level.Contract,
        "contract.resume-restores",
        Needs = Needs | PasidScene.Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void Address_spaces_under_PASIDs_are_there_again(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var main = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main.Domain));
        var one = scene.Attach(1);

        scene.Bench.PowerCycle();
        var two = scene.Attach(2);

        scene.MustReach(main, null);
        scene.MustReach(one, 1);
        scene.MustReach(two, 2);
        scene.MustRefuse(3);
    }

    [Case(
        "pm.resume.guest",
        Level.Contract,
        "contract.resume-restores",
        Needs = Needs | GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void A_guest_does_not_notice(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.MustReach(GuestScene.Here, scene.Data);
        var information = scene.Bench.Must(
            scene.Bench.Facet<INesting>().InformationOf(scene.Nic.Handle)
        );
        scene.Bench.Must(scene.Bench.Suspend());

        Assert.Equal(
            information.Idr.AsEnumerable(),
            scene.Bench.Must(scene.Bench.Facet<INesting>().InformationOf(scene.Nic.Handle)).Idr
        );
        var flushed = scene.Bench.Invalidate(scene.Guest, Command.From(new TlbiNhAll()));
        Assert.Equal((1, true), (flushed.Handled, flushed.Outcome.IsDone));
        scene.Bench.Must(scene.Bench.Resume());

        scene.MustReach(GuestScene.Here, scene.Data);
    }

    [Case(
        "pm.resume.timeout",
        Level.Contract,
        "contract.suspend-refusals",
        "contract.relax-in-polls",
        Needs = Needs
    )]
    [Rows(nameof(Stages))]
    public void Hardware_that_hangs_stays_suspended_and_is_tried_again(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new PowerScene(profile, stage);
        scene.Bench.System.MicrosecondsPerRelax = 1_000;

        for (var nth = 1; ; nth++)
        {
            scene.Bench.Must(scene.Bench.Suspend());
            scene.Bench.Smmu.Acknowledges.Arm(nth);
            var outcome = scene.Bench.Resume();
            if (!scene.Bench.Smmu.Acknowledges.Struck)
            {
                scene.Bench.Must(outcome);
                break;
            }

            Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
            scene.Bench.Smmu.PowerOff();
            scene.Bench.Smmu.Acknowledges.Arm(0);
            scene.Map(32, 1);
            scene.Unmap(32, 1);
            scene.Bench.Must(scene.Bench.Resume());
            scene.MustReach(0);
        }
    }

    [Case(
        "pm.cycle",
        Level.Contract,
        "contract.resume-restores",
        "contract.remove-returns-memory",
        Needs = Needs
    )]
    [Rows(nameof(Stages))]
    public void Power_may_come_and_go_as_often_as_it_likes(Profile profile, DomainStage stage)
    {
        using var scene = new PowerScene(profile, stage);
        var blocks = scene.Bench.Memory.Count;

        for (var n = 0; n < 20; n++)
        {
            scene.Bench.PowerCycle();
            scene.MustReach((ulong)n % 8);
        }

        Assert.Equal(blocks, scene.Bench.Memory.Count);
        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));
        scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain));
        scene.Bench.Must(scene.Bench.Remove());
        Assert.Equal(0, scene.Bench.Memory.Count);
    }

    public static DomainStage[] Stages => PagingStages.Both;

    private static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);

    private static string Image(TestBench bench) =>
        string.Join(
            '\n',
            bench.Register<Cr0Ack>(),
            bench.Register<Cr1>(),
            bench.Register<Cr2>(),
            bench.Register<StrtabBase>(),
            bench.Register<StrtabBaseCfg>(),
            bench.Register<CmdqBase>(),
            bench.Register<EventqBase>(),
            bench.Register<IrqCtrlAck>()
        );
}
