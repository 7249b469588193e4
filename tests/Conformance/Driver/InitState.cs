using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What stands after a probe, a removal, and a probe that hardware does not answer.</summary>
public sealed class InitState
{
    /// <summary>A base register, and the alignment its size asks for.</summary>
    public sealed record Base(string Name, Func<TestBench, (ulong Address, ulong Bytes)> Of)
    {
        public override string ToString() => Name;
    }

    public static Base[] Bases =>
        [
            new(
                "cmdq",
                bench =>
                    bench.Register<CmdqBase>() is var q
                        ? (q.ADDR.Value, 16ul << q.LOG2SIZE)
                        : default
            ),
            new(
                "evtq",
                bench =>
                    bench.Register<EventqBase>() is var q
                        ? (q.ADDR.Value, 32ul << q.LOG2SIZE)
                        : default
            ),
            new(
                "strtab",
                bench => (bench.Register<StrtabBase>().ADDR.Value, StreamTableBytes(bench))
            ),
        ];

    public static bool[] AbortAtReset => [false, true];

    [Case("init.enabled", Level.Contract, "contract.probe-enables")]
    public void After_a_probe_translation_and_its_queues_are_on(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var acknowledged = bench.Register<Cr0Ack>();

        Assert.True(
            acknowledged is { SMMUEN: true, CMDQEN: true, EVENTQEN: true },
            acknowledged.ToString()
        );
    }

    [Case(
        "init.default.streams",
        Level.Contract,
        "contract.default-policy",
        "contract.policies-kept",
        "reset.001"
    )]
    [Rows(nameof(AbortAtReset))]
    public void Streams_that_nobody_owns_have_the_declared_default(
        Profile profile,
        bool abortAtReset
    )
    {
        var hardware = profile with { GBPA = profile.GBPA with { ABORT = abortAtReset } };
        using var bench = TestBench.Start(hardware);
        var last = (uint)((1ul << profile.IDR1.SIDSIZE) - 1);

        var accesses = new[] { 0u, 1u, last }.Select(stream =>
            bench.Dma(EarlierOwner.Read(stream, 0x1000)).Passed
        );

        var bypass = bench.Description.Policies.UnattachedStreams == UnattachedStreams.Bypass;
        Assert.All(accesses, passed => Assert.Equal(bypass, passed));
    }

    [Case("init.queues.empty", Level.Architecture, "queues.006", "commands.062")]
    public void Queues_start_empty(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var enabled = bench.FirstSetting(cr0 => cr0.CMDQEN);

        var prod = bench.Writes<CmdqProd>().Last(write => write.Number < enabled).Value;
        var cons = bench.Writes<CmdqCons>().Last(write => write.Number < enabled).Value;
        Assert.Equal(prod.WR, cons.RD);
        Assert.Equal(bench.Register<EventqProd>().WR, bench.Register<EventqCons>().RD);
    }

    [Case("init.align", Level.Architecture, "queues.027", "stream-table.025", "stream-table.026")]
    [Rows(nameof(Bases))]
    public void A_base_is_aligned_to_the_size_of_what_it_points_to(Profile profile, Base table)
    {
        using var bench = TestBench.Start(profile);

        var (address, bytes) = table.Of(bench);

        Assert.Equal(0ul, address % ulong.Max(bytes, 32));
        Assert.InRange(address + bytes, 1ul, 1ul << profile.IDR5.OAS.ToBits());
    }

    [Case("init.backed", Level.Architecture, "stream-table.011", "queues.022")]
    [Rows(nameof(Bases))]
    public void What_a_base_points_to_is_memory_of_the_driver_to_its_end(
        Profile profile,
        Base table
    )
    {
        using var bench = TestBench.Start(profile);

        var (address, bytes) = table.Of(bench);

        var block = bench.Memory.BlockAt(address);
        Assert.NotNull(block);
        Assert.InRange(address + bytes, 0ul, block.Value.Address.Value + block.Value.Bytes);
    }

    [Case("init.gerror.clean", Level.Architecture, "gerror.024", "gerror.014")]
    public void No_error_is_active_after_a_probe(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var active = EarlierOwner.Errors(bench);

        Assert.Equal(default, active);
    }

    [Case("init.atschk", Level.Linux, "linux.reset.atschk")]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void Translated_transactions_are_checked(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var acknowledged = bench.Register<Cr0Ack>();

        Assert.True(acknowledged.ATSCHK, acknowledged.ToString());
    }

    [Case("init.atschk.absent", Level.Architecture, "registers.030", "probe.037")]
    [AppliesWhere("SMMU_IDR0.ATS", 0)]
    public void Without_ATS_its_check_is_not_enabled(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var writes = bench.Writes<Cr0>();

        Assert.DoesNotContain(writes, write => write.Value.ATSCHK);
    }

    [Case("init.priq.absent", Level.Architecture, "probe.040", "registers.030")]
    [AppliesWhere("SMMU_IDR0.PRI", 0)]
    public void Without_PRI_its_queue_is_left_alone(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var touched = bench.Touches(0, PriqBase.Register, PriqProd.Register, PriqCons.Register);

        Assert.Empty(touched);
        Assert.DoesNotContain(bench.Writes<Cr0>(), write => write.Value.PRIQEN);
        Assert.DoesNotContain(bench.Writes<IrqCtrl>(), write => write.Value.PRIQ_IRQEN);
    }

    [Case("init.cr2.value", Level.Linux, "linux.reset.cr2")]
    public void Invalid_streams_are_recorded_and_EL2_with_VHE_is_not_used(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var cr2 = bench.Register<Cr2>();

        Assert.True(cr2.RECINVSID, cr2.ToString());
        // A driver that declares to hear broadcasts has a case of its own: sva.btm.mask.
        if (!bench.Description.Policies.HearsBroadcasts)
            Assert.Equal(profile.IDR0.BTM, cr2.PTM);
    }

    [Case("init.cr1.value", Level.Linux, "linux.reset.cr1")]
    public void Tables_and_queues_are_accessed_write_back_inner_shareable(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var cr1 = bench.Register<Cr1>();

        cr1.Value.Should()
            .Be(0xd75, $"tables and queues are Inner Shareable Write-Back, and this is {cr1}");
    }

    [Case("init.registers.page1", Level.Architecture, "registers.007", "registers.056")]
    public void Indices_of_the_event_queue_are_used_in_page_1_only(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.Dma(EarlierOwner.Read(0, 0x1000));
        bench.ServeInterrupts();

        uint[] reserved = [0xa8, 0xac, 0xc8, 0xcc];

        Assert.DoesNotContain(
            bench.Trace.Since<RegisterReadEntry>(0),
            e => reserved.Contains(e.Offset)
        );
        Assert.DoesNotContain(
            bench.Trace.Since<RegisterWriteEntry>(0),
            e => reserved.Contains(e.Offset)
        );
    }

    [Case("init.registers.non-secure", Level.Architecture, "reset.006", "registers.008")]
    public void No_register_of_Secure_state_is_accessed(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        static bool Secure(uint offset) => offset is >= 0x8000 and < 0x1_0000;

        Assert.DoesNotContain(bench.Trace.Since<RegisterReadEntry>(0), e => Secure(e.Offset));
        Assert.DoesNotContain(bench.Trace.Since<RegisterWriteEntry>(0), e => Secure(e.Offset));
    }

    [Case("init.remove", Level.Contract, "contract.remove-returns-memory")]
    public void A_removed_SMMU_is_off_and_all_its_memory_is_back(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.Must(bench.RemoveDevice(bench.AddDevice(1)));

        bench.Must(bench.Remove());

        Assert.Equal(default, bench.Register<Cr0Ack>());
        Assert.Equal(0, bench.Memory.Count);
    }

    [Case(
        "init.remove.again",
        Level.Contract,
        "contract.remove-returns-memory",
        "contract.probe-enables"
    )]
    public void An_SMMU_that_was_removed_can_be_probed_again(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.Must(bench.Remove());

        bench.Must(bench.Probe());

        Assert.True(bench.Register<Cr0Ack>().SMMUEN);
    }

    [Case("init.shutdown", Level.Contract, "contract.shutdown-stops-dma")]
    public void After_a_shutdown_translation_is_off(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        bench.Must(bench.Shutdown());

        Assert.False(bench.Register<Cr0Ack>().SMMUEN);
    }

    [Case(
        "init.shutdown.attached",
        Level.Contract,
        "contract.remove-returns-memory",
        "contract.shutdown-stops-dma",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_was_attached_at_a_shutdown_can_be_freed_once_the_SMMU_is_removed(
        Profile profile
    )
    {
        using var bench = TestBench.Start(profile);
        var (_, domain, _) = bench.Mapped(pages: 4, 1);
        bench.Must(bench.Shutdown());

        bench.Must(bench.Remove());

        bench.Must(bench.FreeDomain(domain));
        Assert.Equal(0, bench.Memory.Count);
    }

    [Case("init.timeout", Level.Contract, "contract.probe-timeout", "contract.relax-in-polls")]
    [AppliesIf(nameof(OneProfileIsEnough))]
    public void Hardware_that_never_answers_ends_in_TimedOut_and_is_never_enabled(Profile profile)
    {
        // What a driver writes while an update never ends is not judged.
        var options = new BenchOptions
        {
            Machine = new() { Smmus = [], AckDelay = int.MaxValue },
            Monitored = false,
        };
        using var bench = TestBench.Create(profile, options);

        var outcome = bench.Probe();

        Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
        Assert.DoesNotContain(bench.Writes<Cr0>(), write => write.Value.SMMUEN);
        Assert.InRange(bench.System.Microseconds, 1ul, 60_000_000ul);
    }

    // A second of virtual time is a million turns of the hardware, and no field of an ID register matters here.
    private static string? OneProfileIsEnough(Profile profile) =>
        profile == Profiles.Minimal ? null : "the case looks at no feature, and is slow";

    private static ulong StreamTableBytes(TestBench bench)
    {
        var table = bench.Register<StrtabBaseCfg>();
        return table.FMT == StreamTableFormat.Linear
            ? 64ul << table.LOG2SIZE
            : ulong.Max(64, 8ul << Math.Max(0, table.LOG2SIZE - table.SPLIT));
    }
}
