using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Tags of one pool, and of one for each SMMU.</summary>
public sealed class TagPoolsTests
{
    private static SmmuDevice Device() =>
        SmmuDevice
            .Start(new(1), new InstantHardware(new PlainMemory(), Profiles.NonCoherent))
            .Value;

    [Fact]
    public void One_pool_gives_a_domain_one_tag_and_two_domains_two()
    {
        var (left, right) = (Device(), Device());
        var pools = new TagPools(TagScope.Global, first: 1);
        var (one, two) = (new Tags(pools), new Tags(pools));

        Assert.True(
            one.TryTake(left, 8, 8) && one.TryTake(right, 8, 8) && two.TryTake(right, 8, 8)
        );

        Assert.Equal((1, 1, 2), (one.On(left), one.On(right), two.On(right)));
    }

    [Fact]
    public void A_pool_for_each_gives_each_its_own()
    {
        var (left, right) = (Device(), Device());
        var pools = new TagPools(TagScope.PerSmmu, first: 1);
        var (one, two) = (new Tags(pools), new Tags(pools));

        Assert.True(
            one.TryTake(left, 8, 8) && two.TryTake(right, 8, 8) && one.TryTake(right, 8, 8)
        );

        Assert.Equal((1, 1, 2), (one.On(left), two.On(right), one.On(right)));
        two.Return();
        var three = new Tags(pools);
        Assert.True(three.TryTake(right, 8, 8));
        Assert.Equal(1, three.On(right));
    }

    [Fact]
    public void A_tag_that_is_wanted_is_had_if_it_is_free_and_fits()
    {
        var smmu = Device();
        var pools = new TagPools(TagScope.Global, first: 1);
        var (one, two, three, four) = (
            new Tags(pools),
            new Tags(pools),
            new Tags(pools),
            new Tags(pools)
        );

        Assert.True(one.TryTake(smmu, 8, 8, wanted: 5));
        Assert.True(two.TryTake(smmu, 8, 8, wanted: 5));
        Assert.True(three.TryTake(smmu, 8, 8, wanted: 300));
        Assert.True(four.TryTake(smmu, 8, 8, wanted: 0));

        Assert.Equal(
            [5, 1, 2, 3],
            new int[] { one.On(smmu), two.On(smmu), three.On(smmu), four.On(smmu) }
        );
    }
}
