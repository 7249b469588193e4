using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>The order in which an SMMU comes up: what must be there before an enable is set, and what must be waited for.</summary>
public sealed class InitOrder
{
    /// <summary>An enable of SMMU_CR0, and the registers it relies on.</summary>
    public sealed record Enable(string Name, Func<Cr0, bool> Of, params RegisterInfo[] Needs)
    {
        public override string ToString() => Name;
    }

    public static Enable[] Enables =>
        [
            new("smmuen", cr0 => cr0.SMMUEN, StrtabBase.Register, StrtabBaseCfg.Register),
            new(
                "cmdqen",
                cr0 => cr0.CMDQEN,
                CmdqBase.Register,
                CmdqProd.Register,
                CmdqCons.Register
            ),
            new(
                "eventqen",
                cr0 => cr0.EVENTQEN,
                EventqBase.Register,
                EventqProd.Register,
                EventqCons.Register
            ),
        ];

    [Case(
        "init.order.base-before-enable",
        Level.Architecture,
        "reset.002",
        "queues.006",
        "registers.051"
    )]
    [Rows(nameof(Enables))]
    public void Tables_and_queues_are_in_place_before_they_are_enabled(
        Profile profile,
        Enable enable
    )
    {
        using var bench = TestBench.Start(profile);

        var enabled = bench.FirstSetting(enable.Of);

        foreach (var register in enable.Needs)
        {
            var writes = bench.Touches(0, register);
            Assert.True(writes.Count > 0, $"{register.Name} was never written");
            bench.MustPrecede(writes[0], enabled, $"{register.Name} before {enable.Name}");
        }
    }

    [Case(
        "init.order.no-move-while-enabled",
        Level.Architecture,
        "registers.012",
        "registers.051",
        "registers.052",
        "registers.053"
    )]
    [Rows(nameof(Enables))]
    public void No_base_and_no_hardware_index_is_written_once_its_enable_is_set(
        Profile profile,
        Enable enable
    )
    {
        using var bench = TestBench.Start(profile);

        var enabled = bench.FirstSetting(enable.Of);

        // Software's own indices move while the queue runs; that is what they are for.
        var guarded = enable.Needs.Where(r =>
            r.Offset != CmdqProd.Offset && r.Offset != EventqCons.Offset
        );
        Assert.Empty(bench.Touches(enabled, [.. guarded]));
    }

    [Case("init.cr1.before-enable", Level.Architecture, "registers.041", "reset.002")]
    public void Access_attributes_are_set_before_anything_is_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var written = Assert.Single(bench.Touches(0, Cr1.Register));

        bench.MustPrecede(
            written,
            bench.FirstSetting(cr0 => cr0.CMDQEN || cr0.EVENTQEN || cr0.SMMUEN),
            "SMMU_CR1 before the first enable"
        );
    }

    [Case("init.cr2.before-enable", Level.Architecture, "registers.045", "reset.013")]
    public void SMMU_CR2_is_written_in_full_before_translation_is_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var written = bench.Touches(0, Cr2.Register);

        Assert.NotEmpty(written);
        bench.MustPrecede(
            written[^1],
            bench.FirstSetting(cr0 => cr0.SMMUEN),
            "SMMU_CR2 before SMMUEN"
        );
    }

    [Case("init.flush.configuration", Level.Architecture, "reset.004", "reset.003")]
    public void Configuration_is_forgotten_before_translation_is_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var flush = bench.FirstCommand(
            "CMD_CFGI_ALL",
            command => command.Is<CfgiSteRange>() && command.As<CfgiSteRange>().IsAll
        );

        bench.MustPrecede(
            flush,
            bench.FirstSetting(cr0 => cr0.SMMUEN),
            "CMD_CFGI_ALL before SMMUEN"
        );
    }

    [Case("init.flush.translations", Level.Architecture, "reset.004", "tlb.005")]
    public void Translations_are_forgotten_before_translation_is_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var flush = bench.FirstCommand("CMD_TLBI_NSNH_ALL", command => command.Is<TlbiNsnhAll>());

        bench.MustPrecede(
            flush,
            bench.FirstSetting(cr0 => cr0.SMMUEN),
            "CMD_TLBI_NSNH_ALL before SMMUEN"
        );
    }

    [Case("init.flush.hypervisor", Level.Architecture, "reset.004", "tlb.005")]
    [AppliesWhere("SMMU_IDR0.Hyp", 1)]
    public void Translations_of_EL2_are_forgotten_before_translation_is_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var flush = bench.FirstCommand("CMD_TLBI_EL2_ALL", command => command.Is<TlbiEl2All>());

        bench.MustPrecede(
            flush,
            bench.FirstSetting(cr0 => cr0.SMMUEN),
            "CMD_TLBI_EL2_ALL before SMMUEN"
        );
    }

    [Case("init.flush.no-hypervisor", Level.Architecture, "tlb.039")]
    [AppliesWhere("SMMU_IDR0.Hyp", 0)]
    public void No_command_of_EL2_is_issued_where_there_is_none(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var commands = bench.Trace.Since<CommandEntry>(0);

        Assert.DoesNotContain(commands, entry => entry.Command.Is<TlbiEl2All>());
    }

    [Case("init.flush.waited-for", Level.Architecture, "reset.004", "commands.016")]
    public void The_last_invalidation_is_waited_for_before_translation_is_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var enabled = bench.FirstSetting(cr0 => cr0.SMMUEN);

        var invalidations = bench
            .Trace.Since<CommandEntry>(0)
            .Where(entry => entry.Number < enabled && !entry.Command.Is<Sync>())
            .ToList();

        var sync = bench.FirstCommand(
            "CMD_SYNC",
            c => c.Is<Sync>(),
            after: invalidations[^1].Number
        );
        bench.MustPrecede(sync, enabled, "CMD_SYNC before SMMUEN");
    }

    [Case("init.smmuen.last", Level.Linux, "linux.reset.smmuen-last")]
    public void Translation_is_the_last_to_be_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var enabled = bench.FirstSetting(cr0 => cr0.SMMUEN);

        Assert.Empty(bench.Touches(enabled, Cr0.Register, IrqCtrl.Register));
    }

    [Case(
        "init.cr0.ack-polled",
        Level.Architecture,
        "registers.019",
        "registers.031",
        "registers.020"
    )]
    public void Every_change_of_SMMU_CR0_is_acknowledged_before_the_next_register_write(
        Profile profile
    )
    {
        using var bench = TestBench.Start(profile, Slow);

        foreach (var write in bench.Writes<Cr0>())
            MustBeAcknowledged(bench, write.Number, Cr0Ack.Offset, write.Value.Value);
    }

    [Case("init.irq.ack-polled", Level.Architecture, "msi.015")]
    public void Every_change_of_SMMU_IRQ_CTRL_is_acknowledged_before_the_next_register_write(
        Profile profile
    )
    {
        using var bench = TestBench.Start(profile, Slow);

        foreach (var write in bench.Writes<IrqCtrl>())
            MustBeAcknowledged(bench, write.Number, IrqCtrlAck.Offset, write.Value.Value);
    }

    [Case("init.irq.configured-while-off", Level.Architecture, "msi.021", "msi.015")]
    public void Interrupts_are_configured_before_they_are_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var enables = bench.Writes<IrqCtrl>().Where(write => write.Value.Value != 0).ToList();
        if (enables.Count == 0)
            throw VerdictException.NotApplicable("the driver enables no interrupt");

        var configured = bench.Touches(
            enables[0].Number,
            GErrorIrqCfg0.Register,
            GErrorIrqCfg1.Register,
            GErrorIrqCfg2.Register,
            EventqIrqCfg0.Register,
            EventqIrqCfg1.Register,
            EventqIrqCfg2.Register
        );

        Assert.Empty(configured);
    }

    [Case("init.irq.wired-clears-msi", Level.Architecture, "msi.008", "msi.020")]
    [AppliesWhere("SMMU_IDR0.MSI", 1)]
    public void With_wires_no_message_address_is_left_over(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var enables = bench.Register<IrqCtrl>();

        if (enables.GERROR_IRQEN)
            Assert.Equal(0ul, bench.Register<GErrorIrqCfg0>().ADDR.Value);
        if (enables.EVENTQ_IRQEN)
            Assert.Equal(0ul, bench.Register<EventqIrqCfg0>().ADDR.Value);
    }

    [Case(
        "init.gbpa.handshake",
        Level.Architecture,
        "bypass.013",
        "bypass.014",
        "bypass.015",
        "linux.gbpa.handshake"
    )]
    public void The_global_bypass_is_changed_by_its_handshake(Profile profile)
    {
        using var bench = TestBench.Create(profile, Slow);
        EarlierOwner.LeavesOn(bench, SteConfig.Bypass);
        var mark = bench.Trace.Mark;

        bench.Must(bench.Probe());

        var writes = bench.Writes<Gbpa>(mark);
        if (writes.Count == 0)
            throw VerdictException.NotApplicable("the driver does not write SMMU_GBPA");
        foreach (var write in writes)
        {
            Assert.True(write.Value.Update, "SMMU_GBPA was written without Update");
            Assert.False(
                LastRead(bench, write.Number).Update,
                "SMMU_GBPA was written during an Update"
            );
            Assert.False(NextRead(bench, write.Number).Update, "the Update was not waited for");
        }
    }

    [Case(
        "init.reset-values",
        Level.Architecture,
        "registers.074",
        "registers.041",
        "reset.013",
        "queues.006"
    )]
    public void Nothing_depends_on_what_reset_leaves_in_the_registers(Profile profile)
    {
        var images = Enumerable
            .Range(1, 4)
            .Select(seed =>
            {
                using var bench = TestBench.Start(
                    profile,
                    new()
                    {
                        Machine = new() { Smmus = [], Seed = (ulong)seed },
                    }
                );
                return (
                    bench.Register<Cr1>(),
                    bench.Register<Cr2>(),
                    bench.Register<StrtabBaseCfg>(),
                    bench.Register<CmdqProd>(),
                    bench.Register<CmdqCons>().RD,
                    bench.Register<EventqCons>(),
                    bench.Register<IrqCtrl>()
                );
            })
            .ToArray();

        Assert.All(images, image => Assert.Equal(images[0], image));
    }

    private static BenchOptions Slow =>
        new()
        {
            Machine = new() { Smmus = [], AckDelay = 5 },
        };

    private static Gbpa LastRead(TestBench bench, int before) =>
        new(
            (uint)
                bench
                    .Trace.Since<RegisterReadEntry>(0)
                    .Last(read => read.Offset == Gbpa.Offset && read.Number < before)
                    .Value
        );

    // The last of the reads that follow: equal reads in a row are one entry, so a poll ends with the one that differs.
    private static Gbpa NextRead(TestBench bench, int after)
    {
        var reads = bench
            .Trace.Since(after)
            .TakeWhile(entry => entry is not RegisterWriteEntry)
            .OfType<RegisterReadEntry>()
            .Where(read => read.Offset == Gbpa.Offset)
            .ToList();
        Assert.True(
            reads.Count > 0,
            "SMMU_GBPA is not read after it was written: its Update is not waited for"
        );
        return new((uint)reads[^1].Value);
    }

    private static void MustBeAcknowledged(TestBench bench, int write, uint acknowledge, uint value)
    {
        var seen = bench
            .Trace.Since(write)
            .TakeWhile(entry => entry is not RegisterWriteEntry)
            .OfType<RegisterReadEntry>()
            .Any(read => read.Offset == acknowledge && (uint)read.Value == value);
        Assert.True(
            seen,
            $"0x{value:x} was not seen acknowledged before the next write\n{TraceText.Of(bench.Trace.Entries, write)}"
        );
    }
}
