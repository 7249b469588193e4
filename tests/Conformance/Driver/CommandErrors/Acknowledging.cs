using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>SMMU_GERROR and SMMU_GERRORN: an error is acknowledged once it was seen, and no other is.</summary>
public sealed class Acknowledging
{
    /// <summary>An error of any SMMU, or of one with messages.</summary>
    public sealed record Fault(string Name, GError Bits)
    {
        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    public static IEnumerable<Fault> Any =>
        [
            new("evtq", new() { EVENTQ_ABT_ERR = true }),
            new("sfm", new() { SFM_ERR = true }),
            new("both", new() { EVENTQ_ABT_ERR = true, SFM_ERR = true }),
        ];

    public static IEnumerable<Fault> OfMessages =>
        [
            new("sync", new() { MSI_CMDQ_ABT_ERR = true }),
            new("evtq", new() { MSI_EVENTQ_ABT_ERR = true }),
            new("all", new() { MSI_CMDQ_ABT_ERR = true, MSI_EVENTQ_ABT_ERR = true }),
        ];

    [Case("cmderr.ack.only-active", Level.Architecture, "gerror.014", "gerror.025")]
    [Rows(nameof(Any))]
    public void Exactly_the_active_errors_are_acknowledged(Profile profile, Fault fault)
    {
        using var bench = TestBench.Start(profile);
        bench.Smmu.Fail(fault.Bits);

        bench.ServeInterrupts();

        // Acknowledging SFM_ERR changes nothing, so a driver may leave it. §6.3.19
        var acknowledged = new GErrorN(bench.Smmu.Read32(GErrorN.Offset));
        Assert.Equal(0u, acknowledged.Value & ~fault.Bits.Value);
        Assert.Equal(fault.Bits.EVENTQ_ABT_ERR, acknowledged.EVENTQ_ABT_ERR);
    }

    [Case("cmderr.ack.messages", Level.Architecture, "gerror.014", "gerror.025")]
    [Rows(nameof(OfMessages))]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void Aborted_messages_are_acknowledged_too(Profile profile, Fault fault)
    {
        using var bench = TestBench.Start(profile);
        bench.Smmu.Fail(fault.Bits);

        bench.ServeInterrupts();

        Assert.Equal(fault.Bits.Value, bench.Smmu.Read32(GErrorN.Offset));
    }

    [Case("cmderr.ack.twice", Level.Architecture, "gerror.006", "gerror.014")]
    public void An_error_that_comes_again_is_acknowledged_again(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.Smmu.Fail(new() { EVENTQ_ABT_ERR = true });
        bench.ServeInterrupts();
        bench.Smmu.Fail(new() { EVENTQ_ABT_ERR = true });

        bench.ServeInterrupts();

        Assert.Equal(0u, bench.Smmu.Read32(GError.Offset));
        Assert.Equal(0u, bench.Smmu.Read32(GErrorN.Offset));
    }

    [Case(
        "cmderr.ack.snapshot",
        Level.Architecture,
        "gerror.015",
        "gerror.025",
        "linux.gerror.ack"
    )]
    public void An_error_that_comes_after_the_look_is_not_acknowledged_unseen(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.Smmu.Fail(new() { EVENTQ_ABT_ERR = true });
        var interloper = new Interloper(bench);
        interloper.Read = (offset, _) =>
        {
            if (offset != GError.Offset)
                return;
            interloper.Read = null;
            bench.Smmu.Fail(new() { SFM_ERR = true });
        };

        while (bench.ServeInterrupts() > 0) { }

        var (seen, acknowledged) = (0u, 0u);
        foreach (var entry in bench.Trace.Since(0))
            if (entry is RegisterReadEntry { Offset: GError.Offset } read)
                seen = (uint)read.Value;
            else if (entry is RegisterWriteEntry { Offset: GErrorN.Offset } write)
            {
                var unseen = ((uint)write.Value ^ acknowledged) & ~(seen ^ acknowledged);
                Assert.True(unseen == 0, $"GERRORN = 0x{write.Value:x}, but GERROR was 0x{seen:x}");
                acknowledged = (uint)write.Value;
            }

        // Who acknowledges this one has dealt with it. §12.3
        var off = !new Cr0(bench.Smmu.Read32(Cr0.Offset)).SMMUEN;
        Assert.True(off || !new GErrorN(acknowledged).SFM_ERR, "SFM_ERR was lost");
    }

    [Case("cmderr.spurious", Level.Contract, "contract.interrupt-once", "gerror.014")]
    public void An_interrupt_without_an_error_changes_nothing(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var outcome = bench.Interrupt(InterruptSource.GlobalError);

        Assert.True(outcome.IsDone, $"{outcome}");
        Assert.DoesNotContain(
            bench.Trace.Since<RegisterWriteEntry>(bench.LastOperation),
            write => write.Offset != GErrorN.Offset || write.Value != 0
        );
    }

    [Case("cmderr.probe.left-over", Level.Architecture, "gerror.024")]
    public void An_error_from_before_the_probe_does_not_stop_the_new_queue(Profile profile)
    {
        using var bench = TestBench.Create(profile);
        bench.Smmu.Write64(
            CmdqBase.Offset,
            new CmdqBase { ADDR = 0x9000_0000, LOG2SIZE = 4 }.Word(0)
        );
        bench.Smmu.Write32(CmdqCons.Offset, 0);
        bench.Smmu.Write32(CmdqProd.Offset, 1);
        bench.Smmu.Write32(Cr0.Offset, new Cr0 { CMDQEN = true }.Value);
        // However long updates and commands take.
        for (var turn = 0; turn < 8; turn++)
            bench.Smmu.Run();
        bench.Smmu.Write32(Cr0.Offset, 0);
        for (var turn = 0; turn < 8; turn++)
            bench.Smmu.Run();
        Assert.True(new GError(bench.Smmu.Read32(GError.Offset)).CMDQ_ERR);

        var outcome = bench.Probe();

        Assert.True(outcome.IsDone, $"{outcome}");
        Assert.Contains(bench.Commands, command => command.Is<Sync>());
    }
}
