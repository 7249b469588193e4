using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>What mapping a range stores, and the page table it leaves.</summary>
public sealed class Mapping : ISnapshots
{
    private const ulong Page = 0x1000;
    private const ulong Block = 0x20_0000;
    private const Protection ReadWrite = Protection.Read | Protection.Write | Protection.Cache;

    /// <summary>One range mapped into an empty table.</summary>
    public sealed record Row(string Name)
    {
        public Profile Profile { get; init; } = Profiles.Qemu10;

        public Iova Address { get; init; } = 0x10000;

        public PhysicalAddress Output { get; init; } = 0x9000_0000;

        public required ulong Bytes { get; init; }

        public Protection Protection { get; init; } = ReadWrite;

        public override string ToString() => $"{Name}-{Profile.Name}";
    }

    private static readonly Row[] All =
    [
        new Row("one-page") { Bytes = Page },
        new Row("one-page") { Bytes = Page, Profile = Profiles.NonCoherent },
        new Row("one-page") { Bytes = 4 * Page, Profile = Subject.Only16K },
        new Row("one-page") { Bytes = 16 * Page, Profile = Subject.Only64K },
        new Row("two-tables") { Address = 0x1f_f000, Bytes = 3 * Page },
        new Row("one-block") { Address = Block, Bytes = Block },
        new Row("block-that-output-forbids")
        {
            Address = Block,
            Output = 0x9010_0000,
            Bytes = 2 * Page,
        },
        new Row("one-gigabyte")
        {
            Address = 0x4000_0000,
            Output = 0x1_4000_0000,
            Bytes = 0x4000_0000,
        },
        new Row("block-and-page") { Address = Block, Bytes = Block + Page },
        new Row("read-only") { Bytes = Page, Protection = Protection.Read | Protection.Cache },
        new Row("not-cached") { Bytes = Page, Protection = Protection.Read | Protection.Write },
        new Row("device")
        {
            Bytes = Page,
            Protection = Protection.Read | Protection.Write | Protection.Device,
        },
        new Row("privileged-no-execute")
        {
            Bytes = Page,
            Protection = ReadWrite | Protection.Privileged | Protection.NoExecute,
        },
    ];

    public static TheoryData<Row> Rows => new(All);

    public static IEnumerable<string> Names => All.Select(NameOf);

    [SkippableTheory, MemberData(nameof(Rows))]
    public async Task Of(Row row)
    {
        var recording = Subject.Start(row.Profile, Capabilities.Stage1);
        using var bench = recording.Bench;
        var device = bench.AddDevice(Subject.Nic);
        var domain = bench.Stage1Domain();
        bench.Must(bench.Attach(device, domain));

        var text = recording.Of(
            $"{row.Profile}, {row.Name}",
            () => bench.Must(bench.Map(domain, row.Address, row.Output, row.Bytes, row.Protection))
        );

        await Snapshot.Verify(
            bench.Description.Name,
            NameOf(row),
            text + PageTableText.Of(bench, device.Stream)
        );
    }

    private static string NameOf(Row row) => $"{nameof(Mapping)}.{nameof(Of)}_{row}";
}
