using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Faults of a device's own accesses, from the transaction to the report.</summary>
public sealed class FaultRouting
{
    private static readonly StreamId Nic = 0x10;
    private static readonly StreamId NicSecond = 0x11;
    private static readonly StreamId Gpu = 0x20;

    /// <summary>What a device says of its access.</summary>
    public sealed record Kind(
        string Name,
        bool Write = false,
        bool Privileged = false,
        bool Instruction = false
    )
    {
        /// <inheritdoc/>
        public override string ToString() => Name;
    }

    public static IEnumerable<Kind> Kinds =>
        [
            new("read"),
            new("write", Write: true),
            new("privileged-read", Privileged: true),
            new("privileged-write", Write: true, Privileged: true),
            new("fetch", Instruction: true),
            new("privileged-fetch", Privileged: true, Instruction: true),
        ];

    [Case(
        "fault.ind-pnu-rnw",
        Level.Architecture,
        "events.050",
        "events.085",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Kinds))]
    public void The_report_says_what_kind_of_access_it_was(Profile profile, Kind kind)
    {
        using var bench = TestBench.Start(profile);
        bench.Attached(Nic);
        bench.Dma(Access(Nic, Everyday.Buffer + 0x123, kind));

        bench.ServeInterrupts();

        var record = Assert.Single(bench.System.Reports).Record.As<FTranslation>();
        Assert.Equal((byte)EventId.FTranslation, bench.System.Reports[0].Record.Id);
        Assert.Equal(!kind.Write, record.RnW);
        Assert.Equal(kind.Privileged, record.PnU);
        Assert.Equal(kind.Instruction && !kind.Write, record.InD);
        Assert.Equal(Everyday.Buffer + 0x123, record.InputAddr);
    }

    [Case(
        "fault.route.owner",
        Level.Contract,
        "contract.report-owner",
        "contract.master-aliases",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Each_fault_goes_to_the_owner_of_its_stream(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (nic, domain) = bench.Attached(Nic, NicSecond);
        var gpu = bench.AddDevice(Gpu);
        bench.Must(bench.Attach(gpu, domain));
        bench.Dma(gpu, Everyday.Buffer);
        bench.Dma(nic, Everyday.Buffer, stream: NicSecond);
        bench.Dma(nic, Everyday.Buffer);

        bench.ServeInterrupts();

        Assert.Equal(
            [(gpu.Handle, Gpu), (nic.Handle, NicSecond), (nic.Handle, Nic)],
            bench.System.Reports.Select(r => (r.Master!.Value, r.Record.StreamID))
        );
        Assert.All(bench.System.Reports, report => Assert.Equal(bench.Handle, report.Smmu));
    }

    [Case(
        "fault.address.all-bits",
        Level.Architecture,
        "events.051",
        "events.001",
        "events.102",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_reported_address_has_all_its_bits(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (device, _) = bench.Attached(Nic);
        bench.Dma(device, 0xfedc_ba98_7654_3210);

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal(0xfedc_ba98_7654_3210, report.Record.As<FTranslation>().InputAddr.Value);
    }

    [Case(
        "fault.after-map",
        Level.Contract,
        "contract.map-translates",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Once_the_page_is_mapped_traffic_flows_and_nothing_more_is_reported(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (device, domain) = bench.Attached(Nic);
        bench.Dma(device, Everyday.Buffer);
        bench.ServeInterrupts();

        bench.Must(bench.Map(domain, Everyday.Buffer, Everyday.Pages, bench.PageOf(domain)));

        var translation = bench.Dma(device, Everyday.Buffer + 8);
        Assert.Equal(0, bench.ServeInterrupts());
        Assert.Equal(Everyday.Pages + 8, translation.Address);
        Assert.Single(bench.System.Reports);
    }

    [Case(
        "fault.after-unmap",
        Level.Contract,
        "contract.unmap-strict",
        "contract.report-owner",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_access_after_the_unmap_is_reported_and_its_neighbours_are_not(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (device, domain, page) = bench.Mapped(pages: 3, Nic);
        for (var i = 0ul; i < 3; i++)
            bench.Dma(device, Everyday.Buffer + i * page);
        bench.Must(bench.Unmap(domain, Everyday.Buffer + page, page));
        for (var i = 0ul; i < 3; i++)
            bench.Dma(device, Everyday.Buffer + i * page);

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal(Everyday.Buffer + page, report.Record.As<FTranslation>().InputAddr);
    }

    [Case(
        "fault.owner-gone",
        Level.Contract,
        "contract.report-owner",
        "contract.handles-not-confused",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_fault_of_a_device_that_is_gone_names_no_one(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (device, _) = bench.Attached(Nic);
        bench.Dma(device, Everyday.Buffer);
        bench.Must(bench.RemoveDevice(device));
        var other = bench.AddDevice(Gpu);

        bench.ServeInterrupts();

        Assert.All(bench.System.Reports, report => Assert.Null(report.Master));
        Assert.NotEqual(Nic, other.Stream);
    }

    private static Transaction Access(StreamId stream, Iova address, Kind kind) =>
        new()
        {
            Stream = stream,
            Address = address,
            Write = kind.Write,
            Privileged = kind.Privileged,
            Instruction = kind.Instruction,
        };
}
