using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>The order in which Linux brings an SMMU up, and how it takes it down.</summary>
public sealed class InitLikeLinux
{
    [Case("init.linux.order", Level.Linux, "linux.reset.order")]
    public void Each_step_of_the_reset_comes_before_the_next(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var steps = new (string Name, int? At)[]
        {
            ("CR0 = 0", FirstWrite(bench, Cr0.Register)),
            ("CR1", FirstWrite(bench, Cr1.Register)),
            ("CR2", FirstWrite(bench, Cr2.Register)),
            ("STRTAB_BASE", FirstWrite(bench, StrtabBase.Register)),
            ("CMDQ_BASE", FirstWrite(bench, CmdqBase.Register)),
            ("CMDQEN", bench.FirstSetting(cr0 => cr0.CMDQEN)),
            ("CMD_CFGI_ALL", FirstCommand(bench, CommandOpcode.CfgiSteRange)),
            ("CMD_TLBI_EL2_ALL", FirstCommand(bench, CommandOpcode.TlbiEl2All)),
            ("CMD_TLBI_NSNH_ALL", FirstCommand(bench, CommandOpcode.TlbiNsnhAll)),
            ("EVENTQ_BASE", FirstWrite(bench, EventqBase.Register)),
            ("PRIQ_BASE", FirstWrite(bench, PriqBase.Register)),
            ("ATSCHK", FirstEnable(bench, cr0 => cr0.ATSCHK)),
            ("interrupts", LastWrite(bench, IrqCtrl.Register)),
            ("SMMUEN", bench.FirstSetting(cr0 => cr0.SMMUEN)),
        };

        // What the hardware does not have is left out.
        var there = steps.Where(step => step.At is not null).ToArray();
        foreach (var (earlier, later) in there.Zip(there.Skip(1)))
            bench.MustPrecede(
                earlier.At!.Value,
                later.At!.Value,
                $"{earlier.Name} before {later.Name}"
            );
        Assert.Equal(profile.IDR0.Hyp, steps[7].At is not null);
        Assert.Equal(profile.IDR0.PRI, steps[10].At is not null);
        Assert.Equal(profile.IDR0.ATS, steps[11].At is not null);
    }

    [Case("init.linux.cr0", Level.Linux, "linux.reset.cr0-exact")]
    public void Each_change_of_CR0_is_acknowledged_as_it_was_written(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Slow);

        uint? awaited = null;
        foreach (var entry in bench.Trace.Entries)
            switch (entry)
            {
                case RegisterWriteEntry { Smmu: 0 } write:
                    Assert.True(
                        awaited is null,
                        $"{TraceText.RegisterName(write.Offset)} is written while CR0ACK was not read as 0x{awaited:x}\n{TraceText.Of(bench.Trace.Entries, write.Number)}"
                    );
                    if (write.Offset == Cr0.Offset)
                        awaited = (uint)write.Value;
                    break;
                case RegisterReadEntry { Smmu: 0, Offset: Cr0Ack.Offset } read
                    when read.Value == awaited:
                    awaited = null;
                    break;
            }
        Assert.Null(awaited);
    }

    [Case("init.linux.irq", Level.Linux, "linux.reset.irq-order")]
    public void Interrupts_are_off_while_messages_are_set_up(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var control = bench.Writes<IrqCtrl>();

        Assert.True(control.Count >= 2, "SMMU_IRQ_CTRL is written once only");
        Assert.Equal(default, control[0].Value);
        foreach (
            var touched in bench.Touches(
                0,
                GErrorIrqCfg0.Register,
                EventqIrqCfg0.Register,
                PriqIrqCfg0.Register
            )
        )
        {
            bench.MustPrecede(control[0].Number, touched, "off before a doorbell is named");
            bench.MustPrecede(touched, control[^1].Number, "a doorbell is named before on");
        }
    }

    [Case("init.linux.shutdown", Level.Linux, "linux.shutdown")]
    public void A_shutdown_clears_CR0_and_leaves_the_global_bypass_alone(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var mark = bench.Trace.Mark;

        bench.Must(bench.Shutdown());

        Assert.Equal(default, bench.Writes<Cr0>(mark)[^1].Value);
        Assert.Empty(bench.Touches(mark, Gbpa.Register));
    }

    private static int? FirstWrite(TestBench bench, RegisterInfo register) =>
        bench.Touches(0, register) is [var first, ..] ? first : null;

    private static int? LastWrite(TestBench bench, RegisterInfo register) =>
        bench.Touches(0, register) is [.., var last] ? last : null;

    private static int? FirstEnable(TestBench bench, Func<Cr0, bool> enable) =>
        bench
            .Writes<Cr0>()
            .Where(write => enable(write.Value))
            .Select(write => (int?)write.Number)
            .FirstOrDefault();

    private static int? FirstCommand(TestBench bench, CommandOpcode opcode) =>
        bench
            .Trace.Since<CommandEntry>(0)
            .Where(entry => entry.Command.Opcode == (byte)opcode)
            .Select(entry => (int?)entry.Number)
            .FirstOrDefault();
}
