using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Ranges that a domain takes, ranges that it refuses, and what it says of them.</summary>
public sealed class AttachMapping
{
    /// <summary>Pages that overlap pages 4 to 7, which are mapped.</summary>
    public sealed record Overlap(string Name, ulong First, ulong Pages)
    {
        public override string ToString() => Name;
    }

    /// <summary>A range that does not fit, in pages from the end of what the domain can map or reach.</summary>
    public sealed record Beyond(
        string Name,
        Func<DomainGeometry, ulong, (Iova, PhysicalAddress, ulong)> Range
    )
    {
        public override string ToString() => Name;
    }

    /// <summary>A request that is not in pages.</summary>
    public sealed record Crooked(string Name, ulong Address, ulong Physical, ulong Bytes)
    {
        public override string ToString() => Name;
    }

    public static Overlap[] Overlaps =>
        [
            new("same", 4, 4),
            new("first-page", 2, 3),
            new("last-page", 7, 3),
            new("inside", 5, 1),
            new("around", 2, 9),
        ];

    public static Beyond[] Beyonds =>
        [
            new("address", (g, page) => (1ul << g.InputBits, WarmScene.Target, page)),
            new("end", (g, page) => ((1ul << g.InputBits) - page, WarmScene.Target, 2 * page)),
            new("far", (_, page) => (0x8000_0000_0000_0000, WarmScene.Target, page)),
            new("wrap", (_, page) => (unchecked(0 - page), WarmScene.Target, 2 * page)),
            new("physical", (g, page) => (page, 1ul << g.OutputBits, page)),
            new("physical-end", (g, page) => (page, (1ul << g.OutputBits) - page, 2 * page)),
        ];

    public static Crooked[] Crookeds =>
        [new("address", 0x200, 0, 0), new("physical", 0, 0x200, 0), new("size", 0, 0, 0x200)];

    [Case(
        "attach.map.exists",
        Level.Contract,
        "contract.map-exists",
        "contract.refusal-changes-nothing",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Overlaps))]
    public void A_range_that_is_partly_mapped_is_refused_as_a_whole(Profile profile, Overlap row)
    {
        using var scene = new WarmScene(profile);
        scene.Map(4, 4);
        scene.Warm(4, 4);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Map(
            scene.Domain,
            scene.At(row.First),
            WarmScene.Elsewhere,
            row.Pages * scene.Page
        );

        Refusal.MustBe(ErrorClass.AlreadyExists, outcome.Error);
        before.MustBeUnchanged();
        scene.MustReach(4, 4);
        scene.MustRefuse(2, 2);
    }

    [Case(
        "attach.map.exists.block",
        Level.Contract,
        "contract.map-exists",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_page_within_a_block_is_mapped_and_so_is_a_block_around_a_page(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var (bench, block) = (scene.Bench, scene.Block);
        bench.Must(bench.Map(scene.Domain, WarmScene.Window, WarmScene.Target, block));
        bench.Must(
            bench.Map(
                scene.Domain,
                WarmScene.Window + block + 3 * scene.Page,
                WarmScene.Target + scene.Page,
                scene.Page
            )
        );
        var before = bench.Capture();

        var page = bench.Map(scene.Domain, scene.At(3), WarmScene.Elsewhere, scene.Page);
        var around = bench.Map(scene.Domain, WarmScene.Window + block, WarmScene.Elsewhere, block);

        Refusal.MustBe(ErrorClass.AlreadyExists, page.Error);
        Refusal.MustBe(ErrorClass.AlreadyExists, around.Error);
        before.MustBeUnchanged();
        scene.MustReach(scene.At(3), WarmScene.Target + 3 * scene.Page);
    }

    [Case(
        "attach.map.beyond",
        Level.Contract,
        "contract.map-range",
        "contract.refusal-changes-nothing",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Beyonds))]
    public void A_range_beyond_the_geometry_is_refused(Profile profile, Beyond row)
    {
        using var scene = new WarmScene(profile);
        var geometry = scene.Bench.Must(scene.Bench.Driver.Geometry(scene.Domain));
        var (address, physical, bytes) = row.Range(geometry, scene.Page);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Map(scene.Domain, address, physical, bytes);

        Refusal.MustBe(ErrorClass.OutOfRange, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case("attach.map.crooked", Level.Linux, "linux.errno.map", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Crookeds))]
    public void A_range_that_is_not_in_pages_is_refused(Profile profile, Crooked row)
    {
        using var scene = new WarmScene(profile);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Map(
            scene.Domain,
            WarmScene.Window + row.Address,
            WarmScene.Target + row.Physical,
            2 * scene.Page + row.Bytes
        );

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case("attach.map.no-access", Level.Linux, "linux.errno.map", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_mapping_that_allows_nothing_is_refused(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Map(
            scene.Domain,
            WarmScene.Window,
            WarmScene.Target,
            scene.Page,
            Protection.None
        );

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case("attach.map.edges", Level.Contract, "contract.geometry-honest", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_first_and_the_last_address_declared_translate(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var geometry = scene.Bench.Must(scene.Bench.Driver.Geometry(scene.Domain));
        PhysicalAddress highest = (1ul << geometry.OutputBits) - scene.Page;
        Iova last = (1ul << geometry.InputBits) - scene.Page;

        scene.Bench.Must(scene.Bench.Map(scene.Domain, 0, highest, scene.Page));
        scene.Bench.Must(scene.Bench.Map(scene.Domain, last, 0, scene.Page));

        var inside = scene.Page - 1;
        scene.MustReach(inside, highest + inside);
        scene.MustReach(last + inside, inside);
    }

    [Case("attach.unmap.bytes", Level.Contract, "contract.unmap-bytes", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_unmap_says_how_much_was_mapped(Profile profile)
    {
        using var scene = new WarmScene(profile);
        scene.Map(2, 3);
        scene.Map(9, 4);
        scene.Warm(9, 4);

        var both = scene.Bench.Unmap(scene.Domain, scene.At(0), 11 * scene.Page);
        var again = scene.Bench.Unmap(scene.Domain, scene.At(0), 11 * scene.Page);
        var rest = scene.Bench.Unmap(scene.Domain, scene.At(0), 100 * scene.Page);

        Assert.Equal(
            [5 * scene.Page, 0, 2 * scene.Page],
            new[] { both, again, rest }.Select(scene.Bench.Must)
        );
    }

    [Case(
        "attach.unmap.bytes.block",
        Level.Contract,
        "contract.unmap-bytes",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_block_that_is_unmapped_counts_whole(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var (bench, block) = (scene.Bench, scene.Block);
        bench.Must(bench.Map(scene.Domain, WarmScene.Window, WarmScene.Target, 3 * block));
        // All that a table covers, where the window is aligned to it and addresses are wide enough: the table goes.
        var rest = scene.Page == Granule.Size4K.PageSize ? scene.PerTable * block : 3 * block;

        var alone = bench.Must(bench.Unmap(scene.Domain, WarmScene.Window, block));
        var all = bench.Must(bench.Unmap(scene.Domain, WarmScene.Window, rest));

        Assert.True(alone == block, $"a block of 0x{block:x} bytes counts as 0x{alone:x}");
        Assert.True(
            all == 2 * block,
            $"two blocks of 0x{block:x} bytes below one table count as 0x{all:x}"
        );
    }

    [Case("attach.unmap.block-part", Level.Linux, "linux.unmap.block", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_part_of_a_block_is_not_unmapped(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var (bench, block) = (scene.Bench, scene.Block);
        bench.Must(bench.Map(scene.Domain, WarmScene.Window, WarmScene.Target, block));
        scene.MustReach(WarmScene.Window, WarmScene.Target);
        var before = bench.Capture();

        var outcome = bench.Unmap(scene.Domain, WarmScene.Window, scene.Page);

        Assert.True(!outcome.IsDone || outcome.Value == 0, $"{outcome}");
        before.MustBeUnchanged();
        scene.MustReach(WarmScene.Window, WarmScene.Target);
    }
}
