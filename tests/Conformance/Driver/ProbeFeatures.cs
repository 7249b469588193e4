using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What the ID registers offer is what a driver uses, bit by bit.</summary>
public sealed class ProbeFeatures
{
    private const ulong Page64K = 0x1_0000;
    private static readonly Iova Buffer = 0x4000_0000;
    private static readonly PhysicalAddress Memory = 0xA000_0000;
    private static readonly StreamId Nic = 1;

    public static Granules[] OneGranule =>
        [
            new("4k", 4) { TG0 = Tg0.Size4K },
            new("16k", 16) { TG0 = Tg0.Size16K },
            new("64k", 64) { TG0 = Tg0.Size64K },
        ];

    public static PhysicalSize[] Sizes =>
        [.. Enumerable.Range(0, (int)PhysicalSize.Bits52 + 1).Select(size => (PhysicalSize)size)];

    /// <summary>One granule that the SMMU has, and no other.</summary>
    public sealed record Granules(string Name, int KiB)
    {
        public required Tg0 TG0 { get; init; }

        public override string ToString() => Name;

        public Idr5 Alone(Idr5 idr5) =>
            idr5 with
            {
                GRAN4K = KiB == 4,
                GRAN16K = KiB == 16,
                GRAN64K = KiB == 64,
            };
    }

    [Case("probe.granule", Level.Architecture, "probe.022", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(OneGranule))]
    public void Tables_have_a_granule_the_SMMU_walks(Profile profile, Granules granule)
    {
        var hardware = profile with
        {
            IDR0 = profile.IDR0 with { TTF = TableFormats.AArch64 },
            IDR5 = granule.Alone(profile.IDR5),
        };
        using var bench = TestBench.Start(hardware.IfPossible());
        var device = bench.AddDevice(Nic);
        var domain = bench.Stage1Domain();
        bench.Must(bench.Map(domain, Buffer, Memory, Page64K));

        bench.Must(bench.Attach(device, domain));

        Assert.Equal(granule.TG0, bench.CdOf(Nic).TG0);
        Assert.Equal(Memory, bench.Dma(device, Buffer).Address);
        var smallest =
            1ul
            << (
                63
                - (int)
                    ulong.LeadingZeroCount(
                        bench.Driver.Geometry(domain).Value.PageSizes
                            & unchecked(0 - bench.Driver.Geometry(domain).Value.PageSizes)
                    )
            );
        Assert.Equal(1024ul * (ulong)granule.KiB, smallest);
    }

    [Case(
        "probe.oas",
        Level.Architecture,
        "probe.023",
        "cd.022",
        "stage2.027",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Sizes))]
    public void Output_addresses_stay_within_what_the_SMMU_can_emit(
        Profile profile,
        PhysicalSize size
    )
    {
        using var bench = TestBench.Start(WithOas(profile, size).IfPossible());
        var device = bench.AddDevice(Nic);
        var domain = bench.Stage1Domain();

        bench.Must(bench.Attach(device, domain));

        Assert.InRange(bench.Driver.Geometry(domain).Value.OutputBits, 1, size.ToBits());
        Assert.InRange((int)bench.CdOf(Nic).IPS, 0, (int)size);
    }

    [Case(
        "probe.oas.beyond",
        Level.Contract,
        "contract.map-range",
        "probe.023",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_physical_address_beyond_the_output_size_is_refused(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain();
        var beyond = new PhysicalAddress(1ul << profile.IDR5.OAS.ToBits());
        var before = bench.Capture();

        var outcome = bench.Map(domain, Buffer, beyond, Page64K);

        Refusal.MustBe(ErrorClass.OutOfRange, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case("probe.oas.unknown", Level.Architecture, "probe.082", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_output_size_the_driver_does_not_know_is_refused_or_taken_as_one_it_does(
        Profile profile
    )
    {
        // 0b111 is Reserved in SMMUv3.3. §6.3.6
        var unknown = profile with
        {
            IDR5 = profile.IDR5 with { OAS = PhysicalSize.Bits56 },
        };
        using var bench = TestBench.Create(unknown);

        if (!bench.Probe().IsDone)
            return;

        var device = bench.AddDevice(Nic);
        bench.Must(bench.Attach(device, bench.Stage1Domain()));
        Assert.InRange((int)bench.CdOf(Nic).IPS, 0, (int)PhysicalSize.Bits52);
    }

    [Case("probe.ril.absent", Level.Architecture, "tlb.027", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 0)]
    public void Without_range_invalidation_its_fields_stay_zero(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain();
        bench.Must(bench.Attach(bench.AddDevice(Nic), domain));
        bench.Must(bench.Map(domain, Buffer, Memory, 16 * Page64K));

        bench.Must(bench.Unmap(domain, Buffer, 16 * Page64K));

        var range =
            from command in bench.CommandsSince(0)
            from field in LayoutCatalogue.Command(command.Opcode)!.Fields
            where field.Name is "NUM" or "SCALE" or "TG" or "TTL" or "TTL128"
            where field.RawIn(field.Word == 0 ? command.Word0 : command.Word1) != 0
            select $"{field.Name} in {command}";
        Assert.Empty(range);
    }

    [Case("probe.cd2l.absent", Level.Architecture, "probe.041", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Without_two_level_context_tables_the_table_is_linear(Profile profile)
    {
        // More substreams than one leaf holds.
        var linear = profile with
        {
            IDR0 = profile.IDR0 with { CD2L = false },
            IDR1 = profile.IDR1 with { SSIDSIZE = 12 },
        };
        using var bench = TestBench.Start(linear.IfPossible());
        var device = bench.AddDevice(ManySubstreams);

        bench.Must(bench.Attach(device, bench.Stage1Domain()));

        var ste = bench.SteOf(Nic);
        Assert.True(ste.S1CDMax == 0 || ste.S1Fmt == S1Fmt.Linear, ste.ToString());
    }

    [Case(
        "probe.ssidsize",
        Level.Architecture,
        "substream.022",
        "substream.010",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_of_many_substreams_gets_no_more_than_the_SMMU_has(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(ManySubstreams);

        bench.Must(bench.Attach(device, bench.Stage1Domain()));

        Assert.InRange(bench.SteOf(Nic).S1CDMax, 0, profile.IDR1.SSIDSIZE);
    }

    [Case(
        "probe.aidr.features-by-bit",
        Level.Architecture,
        "probe.081",
        "probe.001",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_version_number_alone_changes_no_word_and_no_command(Profile profile)
    {
        var versions = Enumerable
            .Range(0, 5)
            .Select(minor => profile with { AIDR = new() { ArchMinorRev = (byte)minor } })
            .Where(hardware => !IdentificationRules.BrokenBy(hardware).Any())
            .ToArray();
        if (versions.Length < 2)
            throw VerdictException.NotApplicable("these features exist in one version only");

        var words = versions.Select(WordsAndCommands).ToArray();

        Assert.All(words, text => Assert.Equal(words[0], text));
    }

    [Case("probe.aidr.unknown-minor", Level.Architecture, "probe.026")]
    public void A_later_minor_version_is_taken_as_one_that_can_do_more(Profile profile)
    {
        var later = profile with { AIDR = new() { ArchMinorRev = 15 } };
        using var bench = TestBench.Create(later);

        var outcome = bench.Probe();

        bench.Must(outcome);
    }

    [Case(
        "probe.coherency.firmware-noncoherent",
        Level.Contract,
        "contract.firmware-coherent",
        "ordering.005",
        Needs = Capabilities.Stage1,
        Observes = Observation.EveryStore
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.COHACC", 1)]
    public void An_SMMU_that_firmware_calls_non_coherent_reads_only_what_was_cleaned(
        Profile profile
    )
    {
        var options = new BenchOptions { Firmware = honest => honest with { Coherent = false } };
        using var bench = TestBench.Start(profile, options);
        var domain = bench.Stage1Domain();

        bench.Must(bench.Attach(bench.AddDevice(Nic), domain));
        bench.Must(bench.Map(domain, Buffer, Memory, Page64K));

        var dirty = bench
            .Trace.Since<StoreEntry>(0)
            .Where(store => store.Place.IsStructure && !CleanedLater(bench, store));
        Assert.Empty(dirty.Select(TraceText.Line));
    }

    [Case("probe.coherency.mismatch-logged", Level.Linux, "linux.probe.cohacc")]
    public void A_disagreement_between_firmware_and_COHACC_is_logged(Profile profile)
    {
        var options = new BenchOptions
        {
            Firmware = honest => honest with { Coherent = !profile.IDR0.COHACC },
        };

        using var bench = TestBench.Start(profile, options);

        Assert.Contains(bench.Trace.Since<LogEntry>(0), log => log.Level == LogLevel.Warning);
    }

    private static MasterDescription ManySubstreams =>
        new()
        {
            Name = "accelerator",
            Streams = [Nic],
            SubstreamBits = 20,
        };

    private static Profile WithOas(Profile profile, PhysicalSize size) =>
        profile with
        {
            IDR0 = profile.IDR0 with { TTF = TableFormats.AArch64 },
            IDR5 = profile.IDR5 with
            {
                OAS = size,
                GRAN64K = profile.IDR5.GRAN64K || size == PhysicalSize.Bits52,
            },
        };

    private static string WordsAndCommands(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain();
        bench.Must(bench.Attach(bench.AddDevice(Nic), domain));
        bench.Must(bench.Map(domain, Buffer, Memory, 4 * Page64K));
        bench.Must(bench.Unmap(domain, Buffer, 4 * Page64K));
        return $"{bench.SteOf(Nic)}\n{bench.CdOf(Nic)}\n{string.Join('\n', bench.CommandsSince(0))}";
    }

    private static bool CleanedLater(TestBench bench, StoreEntry store) =>
        bench
            .Trace.Since<CleanEntry>(store.Number)
            .Any(clean =>
                clean.Address.Value <= store.Address.Value
                && store.Address.Value + 8 <= clean.Address.Value + clean.Bytes
            );
}
