using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Accesses that a mapping does not allow.</summary>
public sealed class FaultPermissions
{
    private static readonly StreamId Nic = 0x10;

    [Case(
        "fault.permission.write",
        Level.Contract,
        "contract.map-translates",
        "faults.026",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_write_to_a_page_for_reading_is_a_permission_fault(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        MapFor(bench, Protection.Read);
        bench.Dma(Access(write: true));

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal((byte)EventId.FPermission, report.Record.Id);
        Assert.Equal(FaultKind.Translation, report.Kind);
        Assert.False(report.Record.As<FPermission>().RnW);
    }

    [Case(
        "fault.permission.unprivileged",
        Level.Contract,
        "contract.map-translates",
        "faults.026",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_ordinary_access_to_a_privileged_page_is_a_permission_fault(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        MapFor(bench, Protection.Read | Protection.Write | Protection.Privileged);
        bench.Dma(Access());

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal((byte)EventId.FPermission, report.Record.Id);
        Assert.False(report.Record.As<FPermission>().PnU);
        Assert.True(bench.Dma(Access(privileged: true)).Passed);
    }

    [Case(
        "fault.permission.fetch",
        Level.Contract,
        "contract.map-translates",
        "faults.026",
        Needs = Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_instruction_fetch_from_a_page_of_data_is_a_permission_fault(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        MapFor(bench, Protection.Read | Protection.NoExecute);
        bench.Dma(Access(instruction: true));

        bench.ServeInterrupts();

        var report = Assert.Single(bench.System.Reports);
        Assert.Equal((byte)EventId.FPermission, report.Record.Id);
        Assert.True(report.Record.As<FPermission>().InD);
        Assert.True(bench.Dma(Access()).Passed);
    }

    private static void MapFor(TestBench bench, Protection protection)
    {
        var (_, domain) = bench.Attached(Nic);
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, Everyday.Buffer, Everyday.Pages, page, protection));
    }

    private static Transaction Access(
        bool write = false,
        bool privileged = false,
        bool instruction = false
    ) =>
        new()
        {
            Stream = Nic,
            Address = Everyday.Buffer,
            Write = write,
            Privileged = privileged,
            Instruction = instruction,
        };
}
