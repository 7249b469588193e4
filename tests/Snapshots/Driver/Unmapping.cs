using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Snapshots;

/// <summary>What unmapping a range stores, and what it makes the hardware forget.</summary>
public sealed class Unmapping : ISnapshots
{
    private const ulong Page = 0x1000;
    private const ulong Block = 0x20_0000;
    private const ulong Gigabyte = 0x4000_0000;

    /// <summary>A range is mapped in one piece, and all or part of it is unmapped.</summary>
    public sealed record Row(string Name)
    {
        public Profile Profile { get; init; } = Profiles.Qemu10;

        /// <summary>First address of both ranges.</summary>
        public Iova Address { get; init; } = 0x10000;

        /// <summary>Output address of the first.</summary>
        public PhysicalAddress Output { get; init; } = 0x1_0000_0000;

        /// <summary>Size of what is unmapped.</summary>
        public required ulong Bytes { get; init; }

        /// <summary>Size of what is mapped; 0: the same.</summary>
        public ulong Mapped { get; init; }

        public FlushMode Mode { get; init; } = FlushMode.Strict;

        public override string ToString() => $"{Name}-{Profile.Name}";
    }

    private static readonly Row[] All =
    [
        new Row("one-page") { Bytes = Page },
        new Row("three-pages") { Bytes = 3 * Page },
        new Row("thirty-three-pages") { Bytes = 33 * Page },
        new Row("one-block") { Address = Block, Bytes = Block },
        new Row("one-gigabyte")
        {
            Address = Gigabyte,
            Output = 0x1_4000_0000,
            Bytes = Gigabyte,
        },
        // A page and a block: two leaf sizes, so two commands.
        new Row("block-and-page") { Address = Block, Bytes = Block + Page },
        // Five hundred and twelve pages: the table that resolved them goes too, so nothing of the walk may stay.
        new Row("whole-table")
        {
            Address = Block,
            Output = 0x1_0000_1000,
            Bytes = Block,
            Mapped = Block + Page,
        },
        new Row("whole-table")
        {
            Address = Block,
            Output = 0x1_0000_1000,
            Bytes = Block,
            Mapped = Block + Page,
            Profile = Profiles.NoRangeInvalidation,
        },
        // Blocks are not split.
        new Row("part-of-a-block")
        {
            Address = Block,
            Bytes = Page,
            Mapped = Block,
        },
        new Row("lazy") { Bytes = 3 * Page, Mode = FlushMode.Lazy },
        new Row("one-page") { Bytes = Page, Profile = Profiles.NonCoherent },
        new Row("one-page") { Bytes = 4 * Page, Profile = Subject.Only16K },
        new Row("one-page") { Bytes = 16 * Page, Profile = Subject.Only64K },
        new Row("one-page") { Bytes = Page, Profile = Profiles.NoRangeInvalidation },
        new Row("three-pages") { Bytes = 3 * Page, Profile = Profiles.NoRangeInvalidation },
        new Row("one-block")
        {
            Address = Block,
            Bytes = Block,
            Profile = Profiles.NoRangeInvalidation,
        },
        // More commands than it is worth: the whole tag is forgotten.
        new Row("too-many-pages") { Bytes = Block, Profile = Profiles.NoRangeInvalidation },
    ];

    public static TheoryData<Row> Rows => new(All);

    public static IEnumerable<string> Names =>
        [.. All.Select(NameOf), Flushed, NameOf(nameof(Without_a_device_nothing_is_forgotten))];

    private static string Flushed => NameOf(nameof(A_flush_makes_up_for_lazy_unmaps));

    [SkippableTheory, MemberData(nameof(Rows))]
    public async Task Of(Row row)
    {
        var recording = Subject.Start(row.Profile, Capabilities.Stage1);
        using var bench = recording.Bench;
        var device = bench.AddDevice(Subject.Nic);
        var domain = bench.Must(bench.CreateDomain(Request(bench.Handle, row.Mode)));
        bench.Must(bench.Attach(device, domain));
        var mapped = row.Mapped == 0 ? row.Bytes : row.Mapped;
        bench.Must(bench.Map(domain, row.Address, row.Output, mapped));

        var unmapped = 0ul;
        var text = recording.Of(
            $"{row.Profile}, {row.Name}",
            () => unmapped = bench.Must(bench.Unmap(domain, row.Address, row.Bytes))
        );

        await Snapshot.Verify(
            bench.Description.Name,
            NameOf(row),
            $"{text}unmapped 0x{unmapped:x} bytes\n"
        );
    }

    [SkippableFact]
    public async Task A_flush_makes_up_for_lazy_unmaps()
    {
        var recording = Subject.Start(Profiles.Qemu10, Capabilities.Stage1);
        using var bench = recording.Bench;
        var device = bench.AddDevice(Subject.Nic);
        var domain = bench.Must(bench.CreateDomain(Request(bench.Handle, FlushMode.Lazy)));
        bench.Must(bench.Attach(device, domain));
        bench.Must(bench.Map(domain, 0x10000, 0x9000_0000, 3 * Page));
        bench.Must(bench.Unmap(domain, 0x10000, 3 * Page));

        var text = recording.Of(
            "Qemu10, flush after a lazy unmap, then again",
            () =>
            {
                bench.Must(bench.Flush(domain));
                bench.Must(bench.Flush(domain));
            }
        );

        await Snapshot.Verify(bench.Description.Name, Flushed, text);
    }

    [SkippableFact]
    public async Task Without_a_device_nothing_is_forgotten()
    {
        var recording = Subject.Start(Profiles.Qemu10, Capabilities.Stage1);
        using var bench = recording.Bench;
        var domain = bench.Stage1Domain();
        bench.Must(bench.Map(domain, 0x10000, 0x9000_0000, Page));

        var text = recording.Of(
            "Qemu10, unmap in a domain that no device is attached to",
            () => bench.Must(bench.Unmap(domain, 0x10000, Page))
        );

        await Snapshot.Verify(
            bench.Description.Name,
            NameOf(nameof(Without_a_device_nothing_is_forgotten)),
            text
        );
    }

    private static DomainRequest Request(SmmuHandle smmu, FlushMode mode) =>
        new()
        {
            Kind = DomainKind.Paging,
            Stage = DomainStage.Stage1,
            Smmus = [smmu],
            FlushMode = mode,
        };

    private static string NameOf(Row row) => $"{NameOf(nameof(Of))}_{row}";

    private static string NameOf(string method) => $"{nameof(Unmapping)}.{method}";
}
