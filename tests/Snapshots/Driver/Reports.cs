using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>An access that goes wrong, the event it leaves, and what the driver makes of that.</summary>
public sealed class Reports : ISnapshots
{
    private const ulong Page = 0x1000;

    /// <summary>One access of a device whose domain maps one page, read-only.</summary>
    public sealed record Row(string Name)
    {
        public Transaction Access { get; init; } = new() { Stream = 0x10u, Address = 0x10000 };

        public override string ToString() => Name;
    }

    private static readonly Row[] All =
    [
        new Row("nothing-mapped") { Access = Read(0x5000_0000) },
        new Row("not-writable") { Access = Read(0x10000) with { Write = true } },
        new Row("beyond-the-tables") { Access = Read(0x1_0000_0000_0000) },
        new Row("substream-without-substreams")
        {
            Access = Read(0x10000) with { SubstreamValid = true, Substream = 1u },
        },
        new Row("unattached-stream") { Access = Read(0x10000) with { Stream = 0x11u } },
        new Row("stream-beyond-the-table") { Access = Read(0x10000) with { Stream = 0x1_0000u } },
        new Row("stream-without-a-leaf") { Access = Read(0x10000) with { Stream = 0x200u } },
    ];

    public static TheoryData<Row> Rows => new(All);

    public static IEnumerable<string> Names => All.Select(NameOf);

    [SkippableTheory, MemberData(nameof(Rows))]
    public async Task Of(Row row)
    {
        var recording = Subject.Start(Profiles.Qemu10, Capabilities.Stage1);
        using var bench = recording.Bench;
        var device = bench.AddDevice(Subject.Nic);
        var domain = bench.Stage1Domain();
        bench.Must(bench.Attach(device, domain));
        bench.Must(bench.Map(domain, 0x10000, 0x9000_0000, Page, Protection.Read));

        var text = recording.Of(
            $"Qemu10, {row}",
            () =>
            {
                bench.Dma(row.Access);
                bench.ServeInterrupts();
            }
        );

        await Snapshot.Verify(bench.Description.Name, NameOf(row), text);
    }

    private static Transaction Read(ulong address) => new() { Stream = 0x10u, Address = address };

    private static string NameOf(Row row) => $"{nameof(Reports)}.{nameof(Of)}_{row}";
}
