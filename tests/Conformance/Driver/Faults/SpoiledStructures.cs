using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Structures that memory has lost or mangled behind the driver's back, seen by the next access.</summary>
public sealed class SpoiledStructures
{
    private static readonly StreamId Nic = 0x10;

    /// <summary>What is done to memory, and which event the next access brings.</summary>
    public sealed record Damage(EventId Event, Action<TestBench> Spoil)
    {
        /// <inheritdoc/>
        public override string ToString() =>
            LayoutCatalogue.Event((byte)Event)!.Name.ToLowerInvariant().Replace('_', '-');
    }

    public static IEnumerable<Damage> OfConfiguration =>
        [
            new(EventId.CBadSte, bench => Clear(bench, SteAt(bench), bit: 0)),
            new(EventId.FSteFetch, bench => bench.Machine.Memory.AbortRange(SteAt(bench), 64)),
            new(EventId.CBadCd, bench => Clear(bench, CdAt(bench), bit: 31)),
            new(EventId.FCdFetch, bench => bench.Machine.Memory.AbortRange(CdAt(bench), 64)),
        ];

    public static IEnumerable<Damage> OfTables =>
        [
            new(EventId.FTranslation, bench => Clear(bench, LeafAt(bench), InTable(bench, bit: 0))),
            new(EventId.FAccess, bench => Clear(bench, LeafAt(bench), InTable(bench, bit: 10))),
            // One bit of the output address beyond any size of the profiles with 4 KB pages.
            new(EventId.FAddrSize, bench => Set(bench, LeafAt(bench), InTable(bench, bit: 47))),
        ];

    [Case(
        "fault.route.config",
        Level.Contract,
        "contract.report-owner",
        "faults.014",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(OfConfiguration))]
    public void A_spoiled_entry_is_reported_as_an_error_of_configuration(
        Profile profile,
        Damage damage
    )
    {
        using var bench = TestBench.Start(profile, Everyday.Uncached);
        var (device, _, _) = bench.Mapped(pages: 1, Nic);
        damage.Spoil(bench);
        bench.Dma(device, Everyday.Buffer);
        bench.Machine.Memory.ClearAborts();

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal((byte)damage.Event, report.Record.Id);
        Assert.Equal(FaultKind.Configuration, report.Kind);
        Assert.Equal(device.Handle, report.Master);
    }

    [Case(
        "fault.route.translation",
        Level.Contract,
        "contract.report-owner",
        "faults.004",
        "linux.fault.route",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(OfTables))]
    [AppliesWhere("SMMU_IDR5.OAS", 0, 1, 2, 3, 4)]
    public void A_spoiled_leaf_is_reported_as_a_fault_of_its_page(Profile profile, Damage damage)
    {
        using var bench = TestBench.Start(profile, Everyday.Uncached);
        var (device, _, _) = bench.Mapped(pages: 1, Nic);
        damage.Spoil(bench);
        bench.Dma(device, Everyday.Buffer + 0x40);

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal((byte)damage.Event, report.Record.Id);
        Assert.Equal(FaultKind.Translation, report.Kind);
        Assert.Equal(Everyday.Buffer + 0x40, report.Record.As<FTranslation>().InputAddr);
    }

    [Case(
        "fault.walk-abort",
        Level.Contract,
        "contract.interrupt-once",
        "events.078",
        "events.079",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_walk_that_aborts_is_not_a_page_fault_and_not_answered(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Uncached);
        var (device, _, _) = bench.Mapped(pages: 1, Nic);
        bench.Machine.Memory.AbortRange(LeafAt(bench), 8);
        bench.Dma(device, Everyday.Buffer);
        bench.Machine.Memory.ClearAborts();

        bench.ServeInterrupts();

        Assert.Equal((byte)EventId.FWalkEabt, bench.EventsSince(0)[^1].Id);
        Assert.DoesNotContain(bench.System.Reports, report => report.Kind == FaultKind.Translation);
        Assert.DoesNotContain(bench.CommandsSince(bench.LastOperation), c => c.Is<Resume>());
    }

    [Case(
        "fault.substream",
        Level.Contract,
        "contract.report-owner",
        "faults.014",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_substream_that_nobody_set_up_is_an_error_of_configuration(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (device, _, _) = bench.Mapped(pages: 1, Nic);
        var translation = bench.Dma(
            new Transaction
            {
                Stream = Nic,
                SubstreamValid = true,
                Substream = 3,
                Address = Everyday.Buffer,
            }
        );

        bench.ServeInterrupts();

        Assert.False(translation.Passed);
        var report = Assert.Single(bench.System.Reports);
        Assert.Equal((FaultKind.Configuration, device.Handle), (report.Kind, report.Master!.Value));
    }

    [Case(
        "fault.config.repaired",
        Level.Contract,
        "contract.attach-replaces",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_works_again_once_its_entry_is_whole(Profile profile)
    {
        using var bench = TestBench.Start(profile, Everyday.Uncached);
        var (device, _, _) = bench.Mapped(pages: 1, Nic);
        bench.Machine.Memory.AbortRange(SteAt(bench), 64);
        bench.Dma(device, Everyday.Buffer);
        bench.Machine.Memory.ClearAborts();

        bench.ServeInterrupts();

        Assert.True(bench.Dma(device, Everyday.Buffer).Passed);
    }

    private static PhysicalAddress SteAt(TestBench bench) =>
        bench.Structures.Of(0).EntryOf(Nic)!.Value;

    private static PhysicalAddress CdAt(TestBench bench) => bench.SteOf(Nic).S1ContextPtr;

    private static PhysicalAddress LeafAt(TestBench bench) =>
        bench.Smmu.Truth(new() { Stream = Nic, Address = Everyday.Buffer }).Leaf;

    // The bytes of a big-endian descriptor stand the other way round.
    private static int InTable(TestBench bench, int bit) =>
        bench.CdOf(Nic).ENDI ? bit ^ 0b111_000 : bit;

    private static void Clear(TestBench bench, PhysicalAddress word, int bit) =>
        bench.Machine.Memory.Write64(word, bench.Machine.Memory.Read64(word) & ~(1ul << bit));

    private static void Set(TestBench bench, PhysicalAddress word, int bit) =>
        bench.Machine.Memory.Write64(word, bench.Machine.Memory.Read64(word) | (1ul << bit));
}
