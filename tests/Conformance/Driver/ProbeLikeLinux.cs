using System.Numerics;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>With which errors Linux refuses hardware, and what it takes from ID registers that say little.</summary>
public sealed class ProbeLikeLinux
{
    /// <summary>Hardware that Linux does not take, and what it says.</summary>
    public sealed record Refused(string Name, ErrorClass Error, Func<Profile, Profile> Of)
    {
        public override string ToString() => Name;
    }

    public static Refused[] Presets =>
        [
            new(
                "tables",
                ErrorClass.UnsupportedHardware,
                p => p with { IDR1 = p.IDR1 with { TABLES_PRESET = true } }
            ),
            new(
                "queues",
                ErrorClass.UnsupportedHardware,
                p => p with { IDR1 = p.IDR1 with { QUEUES_PRESET = true } }
            ),
            new(
                "relative",
                ErrorClass.UnsupportedHardware,
                p => p with { IDR1 = p.IDR1 with { REL = true } }
            ),
        ];

    // Big alone Linux refuses; a driver that writes such tables does more, which nobody forbids.
    public static WalkEndianness[] Endiannesses => [WalkEndianness.Mixed, WalkEndianness.Little];

    [Case("probe.stages.error", Level.Linux, "linux.probe.stages")]
    public void Without_a_stage_the_hardware_is_unsupported(Profile profile)
    {
        using var bench = TestBench.Create(
            profile with
            {
                IDR0 = profile.IDR0 with { S1P = false, S2P = false },
            }
        );

        Refusal.MustBe(ErrorClass.UnsupportedHardware, bench.Probe().Error);
    }

    [Case("probe.preset.error", Level.Linux, "linux.probe.preset")]
    [Rows(nameof(Presets))]
    public void What_is_preset_is_unsupported(Profile profile, Refused preset)
    {
        using var bench = TestBench.Create(preset.Of(profile));

        Assert.Equal(preset.Error, bench.Probe().Error);
    }

    [Case("probe.endian.same", Level.Linux, "linux.probe.endian")]
    [Rows(nameof(Endiannesses))]
    public void Tables_of_the_endianness_of_the_PE_are_taken(
        Profile profile,
        WalkEndianness offered
    )
    {
        using var bench = TestBench.Create(
            profile with
            {
                IDR0 = profile.IDR0 with { TTENDIAN = offered },
            }
        );

        bench.Must(bench.Probe());
    }

    [Case("probe.region.error", Level.Linux, "linux.probe.region")]
    public void Fewer_registers_than_there_must_be_are_an_invalid_argument(Profile profile)
    {
        using var bench = TestBench.Create(
            profile,
            new BenchOptions
            {
                Firmware = honest =>
                    honest with
                    {
                        Model = SmmuModel.Generic,
                        RegisterBytes = 0x1_fff8,
                    },
            }
        );

        Refusal.MustBe(ErrorClass.Invalid, bench.Probe().Error);
    }

    [Case("probe.oas.reserved", Level.Linux, "linux.probe.oas", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_reserved_output_size_is_taken_for_48_bits(Profile profile)
    {
        using var bench = TestBench.Create(
            profile with
            {
                IDR5 = profile.IDR5 with { OAS = PhysicalSize.Bits56 },
            }
        );
        bench.Must(bench.Probe());
        var device = bench.AddDevice(1);

        bench.Must(bench.Attach(device, bench.Stage1Domain()));

        Assert.Equal(PhysicalSize.Bits48, bench.CdOf(device.Stream).IPS);
    }

    [Case("probe.page-sizes", Level.Linux, "linux.probe.page-sizes", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_has_the_pages_and_blocks_of_its_granule(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var sizes = bench.Must(bench.Driver.Geometry(bench.Stage1Domain())).PageSizes;

        var smallest = 1ul << BitOperations.TrailingZeroCount(sizes);
        ulong expected = smallest switch
        {
            0x1000 => 0x1000 | 0x20_0000 | 0x4000_0000,
            0x4000 => 0x4000 | 0x200_0000,
            _ => 0x1_0000 | 0x2000_0000,
        };
        Assert.True(
            (sizes & expected) == expected,
            $"sizes 0x{sizes:x} lack some of 0x{expected:x}"
        );
        Assert.True(
            smallest switch
            {
                0x1000 => profile.IDR5.GRAN4K,
                0x4000 => profile.IDR5.GRAN16K,
                0x1_0000 => profile.IDR5.GRAN64K,
                _ => false,
            },
            $"SMMU_IDR5 does not offer pages of 0x{smallest:x} bytes"
        );
    }

    [Case("probe.stalls", Level.Linux, "linux.probe.stalls", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Devices_stall_if_hardware_must_and_if_hardware_and_device_can(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var able = bench.AddDevice(
            new MasterDescription
            {
                Name = "able",
                Streams = [1],
                CanStall = true,
            }
        );
        var other = bench.AddDevice(2);
        bench.Must(bench.Attach(able, bench.Stage1Domain()));
        bench.Must(bench.Attach(other, bench.Stage1Domain()));

        var model = profile.IDR0.STALL_MODEL;

        Assert.Equal(model != StallModel.TerminateOnly, bench.CdOf(able.Stream).S);
        Assert.Equal(model == StallModel.StallOnly, bench.CdOf(other.Stream).S);
    }
}
