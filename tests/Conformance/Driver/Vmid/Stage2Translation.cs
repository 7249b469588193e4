using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A stage 2 domain translates as it says, and forgets what is unmapped.</summary>
public sealed class Stage2Translation
{
    [Case(
        "vmid.geometry",
        Level.Contract,
        "contract.geometry-honest",
        "stage2.020",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Every_page_size_and_both_ends_of_the_addresses_translate(Profile profile) =>
        MustTranslate(profile);

    public static IEnumerable<bool> Forbidden => [true, false];

    [Case("vmid.no-execute", Level.Contract, "contract.map-translates", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [Rows(nameof(Forbidden))]
    public void A_page_is_fetched_unless_its_mapping_forbids_it(Profile profile, bool forbidden)
    {
        using var scene = new Stage2Scene(profile);
        var protection = Protection.Read | (forbidden ? Protection.NoExecute : 0);
        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, scene.At(1), Stage2Scene.Target, scene.Page, protection)
        );

        foreach (var privileged in new[] { false, true })
        {
            var fetch = scene.Bench.Dma(
                new Transaction
                {
                    Stream = Stage2Scene.Stream,
                    Address = scene.At(1),
                    Instruction = true,
                    Privileged = privileged,
                }
            );
            Assert.True(
                fetch.Passed != forbidden,
                $"a fetch {(privileged ? "with" : "without")} privilege of a page mapped {protection} met {WarmScene.Text(fetch)}"
            );
        }
    }

    /// <summary>Sizes of addresses and pages: both decide where a walk starts.</summary>
    public sealed record Walk(PhysicalSize Output, byte PageShift)
    {
        public Profile On(Profile profile) =>
            profile with
            {
                IDR5 = profile.IDR5 with
                {
                    OAS = Output,
                    GRAN4K = PageShift == 12,
                    GRAN16K = PageShift == 14,
                    GRAN64K = PageShift == 16,
                },
            };

        public override string ToString() => $"{Output.ToBits()}-{1 << (PageShift - 10)}k";
    }

    public static IEnumerable<Walk> Walks =>
        from output in new[]
        {
            PhysicalSize.Bits36,
            PhysicalSize.Bits40,
            PhysicalSize.Bits42,
            PhysicalSize.Bits44,
            PhysicalSize.Bits48,
        }
        from shift in new byte[] { 12, 14, 16 }
        select new Walk(output, shift);

    [Case(
        "vmid.geometry.starts",
        Level.Contract,
        "contract.geometry-honest",
        "ste.035",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [Rows(nameof(Walks))]
    public void So_they_do_wherever_the_walk_starts(Profile profile, Walk walk) =>
        MustTranslate(walk.On(profile));

    private static void MustTranslate(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        var bench = scene.Bench;
        var geometry = bench.Must(bench.Driver.Geometry(scene.Domain));
        var end = 1ul << geometry.InputBits;

        for (var shift = 12; shift < geometry.InputBits; shift++)
        {
            var size = 1ul << shift;
            if ((geometry.PageSizes & size) == 0 || size > end / 4)
                continue;
            bench.Must(bench.Map(scene.Domain, 0, 0, size));
            bench.Must(bench.Map(scene.Domain, end - size, 0, size));
            bench.MustReach(scene.Nic, size - 1, size - 1);
            bench.MustReach(scene.Nic, end - 1, size - 1);
            Assert.Equal(size, bench.Must(bench.Unmap(scene.Domain, 0, size)));
            Assert.Equal(size, bench.Must(bench.Unmap(scene.Domain, end - size, size)));
            bench.MustRefuse(scene.Nic, 0);
            bench.MustRefuse(scene.Nic, end - 1);
        }

        Refusal.MustBe(ErrorClass.OutOfRange, bench.Map(scene.Domain, end, 0, scene.Page).Error);
    }

    [Case(
        "vmid.walk.attributes",
        Level.Linux,
        "linux.cd.walk-attributes",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Tables_are_read_through_the_caches_exactly_if_that_is_coherent(Profile profile)
    {
        using var scene = new Stage2Scene(profile);

        var ste = scene.Bench.SteOf(Stage2Scene.Stream);

        var cached = Cacheability.WriteBackAllocate;
        var expected = profile.Coherent
            ? (cached, cached, Shareability.Inner)
            : (Cacheability.NonCacheable, Cacheability.NonCacheable, Shareability.Outer);
        Assert.Equal(expected, (ste.S2IR0, ste.S2OR0, ste.S2SH0));
    }

    /// <summary>What is allowed, and what the device then can do.</summary>
    public sealed record Right(string Name, Protection Protection, bool Reads, bool Writes)
    {
        public override string ToString() => Name;
    }

    public static Right[] Rights =>
        [
            new("read", Protection.Read, true, false),
            new("write", Protection.Write, false, true),
            new("both", Protection.Read | Protection.Write, true, true),
            new("cached", Protection.Read | Protection.Write | Protection.Cache, true, true),
            new("device", Protection.Read | Protection.Write | Protection.Device, true, true),
        ];

    [Case("vmid.protection", Level.Contract, "contract.map-translates", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [Rows(nameof(Rights))]
    public void A_device_can_do_what_the_mapping_allows(Profile profile, Right right)
    {
        using var scene = new Stage2Scene(profile);

        scene.Bench.Must(
            scene.Bench.Map(
                scene.Domain,
                scene.At(0),
                Stage2Scene.Target,
                scene.Page,
                right.Protection
            )
        );

        Assert.Equal(right.Writes, scene.Bench.Dma(scene.Nic, scene.At(0), write: true).Passed);
        // Whether what may be written may be read, too, is left to the stage.
        if (right.Reads || !scene.Bench.SteOf(Stage2Scene.Stream).Stage1)
            Assert.Equal(right.Reads, scene.Bench.Dma(scene.Nic, scene.At(0)).Passed);
    }

    [Case("vmid.unmap", Level.Contract, "contract.unmap-strict", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void What_is_unmapped_is_gone_and_its_neighbours_stay(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        scene.Map(0, 40);
        scene.MustReach(0, 40);

        foreach (var (first, pages) in new[] { (3ul, 1ul), (7ul, 9ul), (20ul, 17ul) })
        {
            scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(first), pages * scene.Page));
            scene.MustRefuse(first, pages);
        }

        scene.MustReach(0, 3);
        scene.MustReach(4, 3);
        scene.MustReach(16, 4);
        scene.MustReach(37, 3);
    }

    [Case(
        "vmid.unmap.table",
        Level.Contract,
        "contract.unmap-strict",
        "contract.memory-reachable",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void A_table_that_goes_is_forgotten_before_its_memory_comes_back(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        var perTable = scene.Page / 8;
        scene.Map(0, perTable + 1);
        scene.MustReach(perTable - 1, 2);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), perTable * scene.Page));

        scene.MustRefuse(0, 1);
        scene.MustRefuse(perTable - 1, 1);
        scene.MustReach(perTable, 1);
    }

    [Case("vmid.lazy", Level.Contract, "contract.flush-lazy", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void A_lazy_domain_is_forgotten_when_it_is_flushed(Profile profile)
    {
        using var scene = new Stage2Scene(profile, mode: FlushMode.Lazy);
        scene.Map(0, 4);
        scene.MustReach(0, 4);
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(1), scene.Page));

        scene.Bench.Must(scene.Bench.Flush(scene.Domain));

        scene.MustRefuse(1, 1);
        scene.MustReach(2, 2);
    }

    [Case(
        "vmid.fault",
        Level.Contract,
        "contract.report-owner",
        "faults.012",
        "stall.009",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void A_fault_of_stage_2_is_told_to_its_owner(Profile profile)
    {
        using var scene = new Stage2Scene(profile);

        scene.MustRefuse(0, 1);
        scene.Bench.ServeInterrupts();

        var report = Assert.Single(scene.Bench.System.Reports);
        Assert.Equal(scene.Nic.Handle, report.Master);
        Assert.Equal(FaultKind.Translation, report.Kind);
        var fault = report.Record.As<FTranslation>();
        Assert.True(fault.S2, $"{report.Record}");
        // What is answered is posted: hardware has its turn.
        scene.Bench.Machine.Run();
        Assert.Empty(scene.Bench.Smmu.Stalled);
    }

    [Case(
        "vmid.from-stage1",
        Level.Contract,
        "contract.attach-replaces",
        Needs = Stage2Scene.Needs | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void A_device_goes_from_stage_to_stage_and_back(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        scene.Map(0, 2);
        var first = scene.Bench.Stage1Domain();
        scene.Map(0, 2, first, Stage2Scene.Elsewhere);

        for (var round = 0; round < 2; round++)
        {
            scene.Bench.Must(scene.Bench.Attach(scene.Nic, first));
            scene.MustReach(0, 2, Stage2Scene.Elsewhere);
            scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Domain));
            scene.MustReach(0, 2);
        }
    }

    [Case(
        "vmid.golden",
        Level.Linux,
        "linux.ste.s2",
        "linux.ste.golden",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void The_entry_of_a_stage_2_domain_says_this_and_nothing_else(Profile profile)
    {
        using var scene = new Stage2Scene(profile);

        var entry = scene.Bench.SteOf(Stage2Scene.Stream);

        Assert.Equal(0xdul, entry.Word(0));
        var over = profile.IDR1.ATTR_TYPES_OVR ? 1ul << 44 : 0;
        Assert.Equal(over, entry.Word(1));
        var stalls = profile.IDR0.STALL_MODEL == StallModel.StallOnly;
        Assert.Equal(
            (true, true, true, stalls, false, false, false),
            (entry.S2AA64, entry.S2PTW, entry.S2R, entry.S2S, entry.S2HA, entry.S2HD, entry.S2AFFD)
        );
        Assert.Equal(
            [0ul, 0, 0, 0],
            new[] { entry.Word(4), entry.Word(5), entry.Word(6), entry.Word(7) }
        );
    }
}
