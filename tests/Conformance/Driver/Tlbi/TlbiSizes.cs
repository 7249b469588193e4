using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Pages and blocks of every size are forgotten when they are unmapped.</summary>
public sealed class TlbiSizes
{
    /// <summary>Which of the sizes a domain offers, from the smallest.</summary>
    public sealed record Size(int Index)
    {
        public override string ToString() => Index == 0 ? "page" : $"block{Index}";
    }

    public static Size[] Sizes => [new(0), new(1), new(2)];

    /// <summary>A border between tables: of this many levels the tables on both sides differ.</summary>
    public sealed record Border(int Tables)
    {
        public override string ToString() => $"tables-{Tables}";
    }

    public static Border[] Borders => [new(1), new(2)];

    [Case("tlbi.size", Level.Architecture, "tlb.059", "tlb.060", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Sizes))]
    public void A_leaf_is_forgotten_as_a_whole(Profile profile, Size size)
    {
        using var scene = new WarmScene(profile);
        var bytes = BytesOf(scene, size);
        scene.Bench.Must(scene.Bench.Map(scene.Domain, WarmScene.Window, WarmScene.Target, bytes));
        foreach (var offset in Probes(scene, bytes))
            scene.MustReach(WarmScene.Window + offset, WarmScene.Target + offset);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, WarmScene.Window, bytes));

        foreach (var offset in Probes(scene, bytes))
            scene.MustRefuse(WarmScene.Window + offset);
    }

    [Case("tlbi.size.middle", Level.Architecture, "tlb.059", "tlb.060", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Sizes))]
    public void A_leaf_between_others_goes_alone(Profile profile, Size size)
    {
        using var scene = new WarmScene(profile);
        var bytes = BytesOf(scene, size);
        for (var n = 0ul; n < 3; n++)
            scene.Bench.Must(
                scene.Bench.Map(
                    scene.Domain,
                    WarmScene.Window + n * bytes,
                    WarmScene.Target + n * bytes,
                    bytes
                )
            );
        foreach (var offset in Probes(scene, 3 * bytes))
            scene.MustReach(WarmScene.Window + offset, WarmScene.Target + offset);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, WarmScene.Window + bytes, bytes));

        foreach (var offset in Probes(scene, bytes))
        {
            scene.MustRefuse(WarmScene.Window + bytes + offset);
            scene.MustReach(WarmScene.Window + offset, WarmScene.Target + offset);
            scene.MustReach(
                WarmScene.Window + 2 * bytes + offset,
                WarmScene.Target + 2 * bytes + offset
            );
        }
    }

    [Case("tlbi.size.several", Level.Architecture, "tlb.060", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Sizes))]
    public void Several_leaves_of_one_size_are_forgotten_to_the_last(Profile profile, Size size)
    {
        using var scene = new WarmScene(profile);
        var bytes = BytesOf(scene, size);
        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, WarmScene.Window, WarmScene.Target, 3 * bytes)
        );
        foreach (var offset in Probes(scene, 3 * bytes))
            scene.MustReach(WarmScene.Window + offset, WarmScene.Target + offset);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, WarmScene.Window, 3 * bytes));

        foreach (var offset in Probes(scene, 3 * bytes))
            scene.MustRefuse(WarmScene.Window + offset);
    }

    [Case("tlbi.size.mixed", Level.Architecture, "tlb.060", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_range_of_pages_and_blocks_is_forgotten_from_end_to_end(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var block = scene.Block;
        var offsets = new[]
        {
            block - 3 * scene.Page,
            block - scene.Page,
            block,
            2 * block - scene.Page,
            2 * block,
            2 * block + scene.Page,
        };
        var (first, bytes) = (offsets[0], block + 5 * scene.Page);
        scene.Bench.Must(
            scene.Bench.Map(scene.Domain, WarmScene.Window + first, WarmScene.Target + first, bytes)
        );
        foreach (var offset in offsets)
            scene.MustReach(WarmScene.Window + offset, WarmScene.Target + offset);

        var gone = scene.Bench.Must(
            scene.Bench.Unmap(scene.Domain, WarmScene.Window + first, bytes)
        );

        Assert.Equal(bytes, gone);
        foreach (var offset in offsets)
            scene.MustRefuse(WarmScene.Window + offset);
    }

    [Case("tlbi.border", Level.Architecture, "tlb.060", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Borders))]
    public void A_range_over_a_border_of_tables_is_forgotten_on_both_sides(
        Profile profile,
        Border border
    )
    {
        using var scene = new WarmScene(profile);
        var last = border.Tables == 1 ? scene.PerTable : scene.Far;
        scene.Map(last - 3, 6);
        scene.Warm(last - 3, 6);

        scene.Unmap(last - 2, 4);

        scene.MustRefuse(last - 2, 4);
        scene.MustReach(last - 3, 1);
        scene.MustReach(last + 2, 1);
    }

    [Case("tlbi.top", Level.Architecture, "tlb.060", "tlb.041", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_last_pages_of_the_address_space_are_forgotten(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var geometry = scene.Bench.Must(scene.Bench.Driver.Geometry(scene.Domain));
        Iova first = (1ul << geometry.InputBits) - 2 * scene.Page;
        scene.Bench.Must(scene.Bench.Map(scene.Domain, first, WarmScene.Target, 2 * scene.Page));
        scene.MustReach(first, WarmScene.Target);
        scene.MustReach(first + scene.Page, WarmScene.Target + scene.Page);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, first, 2 * scene.Page));

        scene.MustRefuse(first);
        scene.MustRefuse(first + scene.Page);
    }

    [Case("tlbi.everything", Level.Architecture, "tlb.059", "tlb.061", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Unmapping_the_whole_address_space_forgets_what_was_in_it(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var geometry = scene.Bench.Must(scene.Bench.Driver.Geometry(scene.Domain));
        var far = scene.Far;
        scene.Map(0, 3);
        scene.Map(far, 2);
        scene.Warm(0, 3);
        scene.Warm(far, 2);

        var bytes = scene.Bench.Must(scene.Bench.Unmap(scene.Domain, 0, 1ul << geometry.InputBits));

        Assert.Equal(5 * scene.Page, bytes);
        scene.MustRefuse(0, 3);
        scene.MustRefuse(far, 2);
    }

    private static ulong BytesOf(WarmScene scene, Size size) =>
        size.Index < scene.Sizes.Count
            ? scene.Sizes[size.Index]
            : throw VerdictException.NotApplicable($"the domain has {scene.Sizes.Count} sizes");

    private static IEnumerable<ulong> Probes(WarmScene scene, ulong bytes) =>
        new[] { 0ul, bytes / 2 & ~(scene.Page - 1), bytes - scene.Page }.Distinct();
}
