using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Hardware that a driver cannot use, and what it leaves behind when it says so.</summary>
public sealed class ProbeRefusals
{
    /// <summary>A change of the ID registers that takes away something.</summary>
    public sealed record Lack(string Name, Func<Profile, Profile> Of)
    {
        public override string ToString() => Name;
    }

    public static Lack[] Unusable =>
        [
            new("no-stage", p => p with { IDR0 = p.IDR0 with { S1P = false, S2P = false } }),
            new("ttf-reserved", p => p with { IDR0 = p.IDR0 with { TTF = 0 } }),
        ];

    public static Lack[] Doubtful =>
        [
            .. Unusable,
            new("lpae-only", p => p with { IDR0 = p.IDR0 with { TTF = TableFormats.Lpae } }),
            new("tables-preset", p => p with { IDR1 = p.IDR1 with { TABLES_PRESET = true } }),
            new("queues-preset", p => p with { IDR1 = p.IDR1 with { QUEUES_PRESET = true } }),
            new("big-endian", p => p with { IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Big } }),
            new("cmdq-of-one", p => p with { IDR1 = p.IDR1 with { CMDQS = 0 } }),
        ];

    public static int[] SmallQueues => [0, 1, 2, 5, 6];

    [Case("probe.unusable", Level.Contract, "contract.probe-unsupported-hardware", "probe.008")]
    [Rows(nameof(Unusable))]
    public void Hardware_without_a_stage_or_a_table_format_is_refused(Profile profile, Lack lack)
    {
        using var bench = TestBench.Create(lack.Of(profile));

        var outcome = bench.Probe();

        Refusal.MustBe(ErrorClass.UnsupportedHardware, outcome.Error);
    }

    [Case("probe.refused.nothing-left", Level.Contract, "contract.probe-refusal-leaves-nothing")]
    [Rows(nameof(Doubtful))]
    public void A_refused_probe_keeps_no_memory_and_enables_nothing(Profile profile, Lack lack)
    {
        using var bench = TestBench.Create(lack.Of(profile));

        var outcome = bench.Probe();

        if (outcome.IsDone)
            throw VerdictException.NotApplicable($"the driver takes hardware with {lack}");
        Assert.Equal(0, bench.Memory.Count);
        Assert.Equal(default, bench.Register<Cr0Ack>());
    }

    [Case("probe.ttf.no-aarch64", Level.Linux, "linux.probe.ttf", "probe.008")]
    public void A_driver_of_AArch64_tables_refuses_an_SMMU_without_them(Profile profile)
    {
        var lpae = profile with { IDR0 = profile.IDR0 with { TTF = TableFormats.Lpae } };
        using var bench = TestBench.Create(lpae);

        var outcome = bench.Probe();

        Refusal.MustBe(ErrorClass.UnsupportedHardware, outcome.Error);
    }

    [Case("probe.preset.not-overwritten", Level.Architecture, "probe.003", "registers.072")]
    [Rows(nameof(Preset))]
    public void What_is_preset_is_used_or_refused_but_never_written(Profile profile, Lack preset)
    {
        using var bench = TestBench.Create(preset.Of(profile));

        bench.Probe();

        var registers =
            preset.Name == "tables-preset"
                ? new[] { StrtabBase.Register, StrtabBaseCfg.Register }
                : [CmdqBase.Register, EventqBase.Register, PriqBase.Register];
        Assert.Empty(bench.Touches(0, registers));
    }

    public static Lack[] Preset =>
        [.. Doubtful.Where(lack => lack.Name.EndsWith("preset", StringComparison.Ordinal))];

    [Case(
        "probe.endian",
        Level.Architecture,
        "probe.009",
        "probe.043",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Endiannesses))]
    public void Tables_have_an_endianness_the_SMMU_walks(Profile profile, WalkEndianness offered)
    {
        var hardware = profile with { IDR0 = profile.IDR0 with { TTENDIAN = offered } };
        using var bench = TestBench.Create(hardware);

        var outcome = bench.Probe();

        if (!outcome.IsDone)
        {
            Assert.Equal(WalkEndianness.Big, offered);
            return;
        }
        var device = bench.AddDevice(1);
        bench.Must(bench.Attach(device, bench.Stage1Domain()));
        if (offered != WalkEndianness.Mixed)
            Assert.Equal(offered == WalkEndianness.Big, bench.CdOf(device.Stream).ENDI);
    }

    public static WalkEndianness[] Endiannesses =>
        [WalkEndianness.Little, WalkEndianness.Mixed, WalkEndianness.Big];

    [Case(
        "probe.cmdqs.small",
        Level.Architecture,
        "queues.021",
        "probe.068",
        Needs = Capabilities.Identity
    )]
    [Rows(nameof(SmallQueues))]
    public void A_small_command_queue_is_refused_or_kept_within_its_size(Profile profile, int bits)
    {
        var small = profile with { IDR1 = profile.IDR1 with { CMDQS = (byte)bits } };
        using var bench = TestBench.Create(small);

        if (!bench.Probe().IsDone)
            return;

        Assert.InRange(bench.Register<CmdqBase>().LOG2SIZE, 0, bits);
        bench.Must(bench.Attach(bench.AddDevice(1), bench.IdentityDomain()));
    }

    [Case("probe.cmdqs.too-small", Level.Linux, "linux.probe.cmdqs")]
    [Rows(nameof(SmallQueues))]
    public void A_command_queue_that_cannot_hold_a_batch_is_refused(Profile profile, int bits)
    {
        var small = profile with { IDR1 = profile.IDR1 with { CMDQS = (byte)bits } };
        using var bench = TestBench.Create(small);

        var outcome = bench.Probe();

        Refusal.MustBe(ErrorClass.UnsupportedHardware, outcome.Error);
    }

    [Case(
        "probe.twice",
        Level.Contract,
        "contract.probe-taken",
        "contract.refusal-changes-nothing"
    )]
    public void A_node_that_the_driver_has_already_is_busy(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var before = bench.Capture();
        var mark = bench.Trace.Mark;

        var outcome = bench.Probe();

        Refusal.MustBe(ErrorClass.Busy, outcome.Error);
        before.MustBeUnchanged();
        Assert.Empty(bench.Trace.Since<RegisterWriteEntry>(mark));
    }

    [Case("probe.region.too-small", Level.Contract, "contract.firmware-register-bytes")]
    public void A_node_of_one_page_is_refused_and_its_second_page_is_not_touched(Profile profile)
    {
        var options = new BenchOptions
        {
            Firmware = honest =>
                honest with
                {
                    Model = SmmuModel.Generic,
                    RegisterBytes = 0x1_0000,
                },
        };
        using var bench = TestBench.Create(profile, options);

        var outcome = bench.Probe();

        Assert.False(outcome.IsDone);
        Assert.DoesNotContain(bench.Trace.Since<RegisterWriteEntry>(0), e => e.Offset >= 0x1_0000);
        Assert.DoesNotContain(bench.Trace.Since<RegisterReadEntry>(0), e => e.Offset >= 0x1_0000);
    }

    [Case(
        "probe.alloc.nth",
        Level.Contract,
        "contract.probe-out-of-memory",
        "contract.probe-refusal-leaves-nothing"
    )]
    public void Whichever_allocation_fails_the_probe_ends_in_OutOfMemory_and_leaves_nothing(
        Profile profile
    )
    {
        for (var allowed = 0; ; allowed++)
        {
            using var bench = TestBench.Create(profile);
            bench.Memory.FailAfter = allowed;

            var outcome = bench.Probe();

            if (outcome.IsDone)
                break;
            Refusal.MustBe(ErrorClass.OutOfMemory, outcome.Error);
            Assert.Equal(0, bench.Memory.Count);
            Assert.Equal(default, bench.Register<Cr0Ack>());
        }
    }
}
