using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Starting over an SMMU that somebody has used and not cleaned up.</summary>
public sealed class InitWarmStart
{
    [Case("init.warm.disable-first", Level.Architecture, "reset.015", "registers.036")]
    public void A_live_SMMU_is_disabled_and_that_is_acknowledged_before_a_table_is_moved(
        Profile profile
    )
    {
        using var bench = TestBench.Create(profile, Slow);
        EarlierOwner.LeavesOn(bench, SteConfig.Bypass);
        var mark = bench.Trace.Mark;

        bench.Must(bench.Probe());

        var moved = bench.Touches(mark, StrtabBase.Register, StrtabBaseCfg.Register, Cr2.Register)[
            0
        ];
        var off = bench
            .Trace.Since<RegisterReadEntry>(mark)
            .First(read => read.Offset == Cr0Ack.Offset && !new Cr0Ack((uint)read.Value).SMMUEN);
        bench.MustPrecede(
            off.Number,
            moved,
            "SMMUEN acknowledged as clear before the table registers"
        );
    }

    [Case("init.warm.gbpa-abort", Level.Linux, "linux.reset.gbpa-abort", "reset.016")]
    public void Devices_are_refused_while_a_live_SMMU_is_off(Profile profile)
    {
        using var bench = TestBench.Create(profile);
        EarlierOwner.LeavesOn(bench, SteConfig.Bypass);
        var mark = bench.Trace.Mark;

        bench.Must(bench.Probe());

        var abort = bench.Writes<Gbpa>(mark).FirstOrDefault(write => write.Value.ABORT);
        Assert.True(
            abort != default,
            "SMMU_GBPA.ABORT is never set: while SMMUEN is clear, devices that are at work bypass"
        );
        var off = bench.Writes<Cr0>(mark).First(write => !write.Value.SMMUEN);
        bench.MustPrecede(abort.Number, off.Number, "SMMU_GBPA.ABORT before SMMUEN is cleared");
    }

    [Case("init.warm.stale-entries", Level.Architecture, "reset.009", "reset.004", "reset.010")]
    public void Entries_of_an_earlier_owner_are_not_used_again(Profile profile)
    {
        using var bench = TestBench.Create(profile);
        var abort = bench.Description.Policies.UnattachedStreams == UnattachedStreams.Abort;
        EarlierOwner.LeavesOn(bench, abort ? SteConfig.Bypass : SteConfig.Abort);

        bench.Must(bench.Probe());

        var access = bench.Smmu.Access(EarlierOwner.Read(EarlierOwner.Stream, 0x1000));
        Assert.Equal(!abort, access.Passed);
    }

    [Case("init.warm.queues", Level.Architecture, "reset.015", "registers.052", "registers.053")]
    public void Queues_that_were_running_are_stopped_before_they_are_moved(Profile profile)
    {
        using var bench = TestBench.Create(profile, Slow);
        EarlierOwner.LeavesQueuesOn(bench);
        var mark = bench.Trace.Mark;

        bench.Must(bench.Probe());

        var moved = bench.Touches(mark, CmdqBase.Register, CmdqCons.Register, EventqBase.Register)[
            0
        ];
        var off = bench
            .Trace.Since<RegisterReadEntry>(mark)
            .First(read => read.Offset == Cr0Ack.Offset && (uint)read.Value == 0);
        bench.MustPrecede(off.Number, moved, "queues acknowledged as off before their registers");
    }

    [Case("init.warm.interrupts", Level.Architecture, "msi.027", "msi.021")]
    public void Interrupts_that_were_on_are_turned_off_before_they_are_configured(Profile profile)
    {
        using var bench = TestBench.Create(profile, Slow);
        EarlierOwner.LeavesInterruptsOn(bench);
        var mark = bench.Trace.Mark;

        bench.Must(bench.Probe());

        var configured = bench.Touches(mark, GErrorIrqCfg0.Register, EventqIrqCfg0.Register);
        if (configured.Count == 0)
            throw VerdictException.NotApplicable("the driver configures no interrupt");
        var off = bench
            .Trace.Since<RegisterReadEntry>(mark)
            .First(read => read.Offset == IrqCtrlAck.Offset && (uint)read.Value == 0);
        bench.MustPrecede(
            off.Number,
            configured[0],
            "interrupts acknowledged as off before their registers"
        );
    }

    [Case("init.warm.command-error", Level.Architecture, "gerror.024")]
    public void A_command_error_of_an_earlier_owner_is_acknowledged(Profile profile)
    {
        using var bench = TestBench.Create(profile);
        EarlierOwner.LeavesACommandError(bench);

        bench.Must(bench.Probe());

        Assert.Equal(default, EarlierOwner.Errors(bench));
    }

    private static BenchOptions Slow =>
        new()
        {
            Machine = new() { Smmus = [], AckDelay = 5 },
        };
}
