using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Range and level fields of invalidations by address, over ranges of every kind.</summary>
public sealed class TlbiRangeFields
{
    [Case(
        "tlbi.range.absent",
        Level.Architecture,
        "tlb.027",
        "commands.018",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 0)]
    public void Without_range_invalidation_its_fields_are_zero(Profile profile)
    {
        using var scene = new WarmScene(profile);

        var commands = TlbiTraffic.ByAddress(scene);

        Assert.All(
            commands,
            c =>
                Assert.True(
                    c is { NUM: 0, SCALE: 0, TTL: 0, TTL128: false, TG: TlbiTg.Any },
                    $"RES0 fields are set:\n{c}"
                )
        );
    }

    [Case(
        "tlbi.range.no-granule",
        Level.Architecture,
        "tlb.028",
        "commands.018",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    public void Without_a_granule_there_is_neither_range_nor_level(Profile profile)
    {
        using var scene = new WarmScene(profile);

        var commands = TlbiTraffic.ByAddress(scene);

        Assert.All(
            commands.Where(c => c.TG == TlbiTg.Any),
            c =>
                Assert.True(
                    c is { NUM: 0, SCALE: 0, TTL: 0, TTL128: false },
                    $"RES0 fields are set:\n{c}"
                )
        );
    }

    [Case(
        "tlbi.range.reserved",
        Level.Architecture,
        "tlb.031",
        "tlb.032",
        "linux.tlbi.nonleaf-one-page",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    public void No_reserved_combination_is_used(Profile profile)
    {
        using var scene = new WarmScene(profile);

        var commands = TlbiTraffic.ByAddress(scene);

        foreach (var c in commands.Where(c => c.TG != TlbiTg.Any))
        {
            Assert.False(c is { NUM: 0, SCALE: 0, TTL: 0 }, $"a lone page without a level:\n{c}");
            Assert.False(
                c is { TG: TlbiTg.Size16K, TTL: 1 } && !profile.IDR5.DS,
                $"16 KB tables have no leaf at level 1:\n{c}"
            );
        }
    }

    [Case(
        "tlbi.range.scale",
        Level.Architecture,
        "tlb.027",
        "commands.018",
        "linux.tlbi.scale",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    [AppliesWhere("SMMU_IDR5.DS", 0)]
    public void SCALE_has_five_bits_without_52_bit_tables(Profile profile)
    {
        using var scene = new WarmScene(profile);

        var commands = TlbiTraffic.ByAddress(scene);

        Assert.All(commands, c => Assert.InRange(c.SCALE, 0, 31));
    }

    [Case("tlbi.range.aligned", Level.Architecture, "tlb.033", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    public void The_address_is_aligned_to_a_leaf_of_the_level(Profile profile)
    {
        using var scene = new WarmScene(profile);

        var commands = TlbiTraffic.ByAddress(scene);

        foreach (var c in commands)
            if (c.TG.ToGranule() is { } granule)
            {
                var leaf = granule.LeafSize(c.TTL == 0 ? 3 : c.TTL);
                Assert.True(
                    c.Address.Value % leaf == 0,
                    $"not a multiple of 0x{leaf:x}, the range is UNPREDICTABLE:\n{c}"
                );
            }
    }

    [Case("tlbi.range.granule", Level.Architecture, "tlb.060", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    public void The_granule_is_that_of_the_tables(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var granule = scene.Bench.CdOf(WarmScene.Stream).TG0.ToGranule();

        var commands = TlbiTraffic.ByAddress(scene);

        Assert.All(
            commands.Where(c => c.TG != TlbiTg.Any),
            c => Assert.Equal(granule, c.TG.ToGranule())
        );
    }

    [Case("tlbi.range.top", Level.Architecture, "tlb.061", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR3.RIL", 1)]
    public void No_range_runs_past_the_64_bits_of_an_address(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var geometry = scene.Bench.Must(scene.Bench.Driver.Geometry(scene.Domain));
        Iova first = (1ul << geometry.InputBits) - 5 * scene.Page;
        scene.Bench.Must(scene.Bench.Map(scene.Domain, first, WarmScene.Target, 5 * scene.Page));

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, first, 5 * scene.Page));

        foreach (var command in scene.Bench.Commands.Where(TlbiTraffic.IsByAddress))
        {
            var c = command.As<TlbiNhVa>();
            var bytes = c.TG.ToGranule() is { } granule
                ? (UInt128)(c.NUM + 1u) << (c.SCALE + granule.PageShift)
                : scene.Page;
            Assert.True(c.Address.Value + bytes <= ulong.MaxValue, $"{c}");
        }
    }
}
