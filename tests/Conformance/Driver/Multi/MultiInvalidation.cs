using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a shared domain forgets is forgotten by every SMMU that may hold it, and no other is asked.</summary>
public sealed class MultiInvalidation
{
    [Case("multi.unmap.all", Level.Contract, "contract.unmap-strict", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_page_that_goes_is_forgotten_by_every_SMMU(Profile profile)
    {
        using var scene = new MultiScene(profile);
        scene.AttachBoth();
        scene.MustReach(scene.Left, 2);
        scene.MustReach(scene.Right, 2);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(2), scene.Page));

        scene.MustRefuse(scene.Left, 2);
        scene.MustRefuse(scene.Right, 2);
        scene.MustReach(scene.Left, 3);
        scene.MustReach(scene.Right, 3);
    }

    [Case("multi.unmap.waits", Level.Linux, "linux.multi.sweep", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void It_has_waited_for_all_of_them_when_it_returns(Profile profile)
    {
        using var scene = new MultiScene(profile, Everyday.Slow);
        scene.AttachBoth();

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        for (var smmu = 0; smmu < 2; smmu++)
        {
            var registers = scene.Bench.Machine.Smmus[smmu];
            Assert.Equal(
                new CmdqProd(registers.Read32(CmdqProd.Offset)).WR,
                new CmdqCons(registers.Read32(CmdqCons.Offset)).RD
            );
            Assert.Contains(scene.CommandsOf(smmu), TlbiTraffic.IsTlbi);
            Assert.True(scene.CommandsOf(smmu)[^1].Is<Sync>(), $"SMMU {smmu} was not waited for");
        }
    }

    [Case("multi.unmap.no-other", Level.Linux, "linux.multi.sweep", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void An_SMMU_without_a_device_of_the_domain_is_left_alone(Profile profile)
    {
        using var scene = new MultiScene(profile);
        scene.Bench.Must(scene.Bench.Attach(scene.Left, scene.Domain));

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        Assert.Contains(scene.CommandsOf(0), TlbiTraffic.IsTlbi);
        Assert.Empty(scene.CommandsOf(1));
    }

    [Case("multi.detach.last", Level.Linux, "linux.tag.flush-on-last", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_last_device_of_an_SMMU_that_leaves_has_the_tag_flushed_there_and_only_there(
        Profile profile
    )
    {
        using var scene = new MultiScene(profile);
        scene.AttachBoth();
        scene.MustReach(scene.Left, 0);
        scene.MustReach(scene.Right, 0);

        scene.Bench.Must(scene.Bench.Detach(scene.Right));

        Assert.Contains(scene.CommandsOf(1), TlbiTraffic.IsTlbi);
        Assert.Empty(scene.CommandsOf(0));
        scene.MustReach(scene.Left, 0);
        scene.MustRefuse(scene.Right, 0);
    }

    [Case(
        "multi.detach.not-last",
        Level.Linux,
        "linux.tag.flush-on-last",
        Needs = MultiScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_device_that_leaves_others_there_takes_nothing_from_them(Profile profile)
    {
        using var scene = new MultiScene(profile);
        var second = scene.Bench.AddDevice(new() { Name = "second", Streams = [0x11] }, smmu: 1);
        scene.AttachBoth();
        scene.Bench.Must(scene.Bench.Attach(second, scene.Domain));

        scene.Bench.Must(scene.Bench.Detach(second));

        scene.MustRefuse(second, 0);
        scene.MustReach(scene.Right, 0);
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));
        scene.MustRefuse(scene.Right, 0);
    }

    [Case("multi.return", Level.Architecture, "asid.017", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_changed_while_an_SMMU_had_no_device_is_seen_there_on_return(Profile profile)
    {
        using var scene = new MultiScene(profile);
        scene.AttachBoth();
        scene.MustReach(scene.Right, 4);
        scene.Bench.Must(scene.Bench.Detach(scene.Right));
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(4), scene.Page));

        scene.Bench.Must(scene.Bench.Attach(scene.Right, scene.Domain));

        scene.MustRefuse(scene.Right, 4);
        scene.MustReach(scene.Right, 5);
    }

    [Case("multi.tag", Level.Architecture, "asid.017", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_tag_names_one_address_space_on_every_SMMU(Profile profile)
    {
        using var scene = new MultiScene(profile);
        var third = scene.Bench.AddDevice(new() { Name = "third", Streams = [0x12] }, smmu: 1);
        var other = scene.NewDomain([0, 1]);
        scene.AttachBoth();

        scene.Bench.Must(scene.Bench.Attach(third, other));

        var (left, right, apart) = (
            scene.Bench.CdOf(MultiScene.Stream, smmu: 0),
            scene.Bench.CdOf(MultiScene.Stream, smmu: 1),
            scene.Bench.CdOf(0x12, smmu: 1)
        );
        Assert.Equal(left.TTB0, right.TTB0);
        Assert.NotEqual(right.ASID, apart.ASID);
        if (scene.Bench.Description.Policies.AsidScope == TagScope.Global)
            Assert.Equal(left.ASID, right.ASID);
    }

    [Case("multi.tag.width", Level.Architecture, "asid.017", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 1)]
    public void A_tag_for_both_fits_the_narrower(Profile profile)
    {
        var narrow = profile with { IDR0 = profile.IDR0 with { ASID16 = false } };
        using var scene = new MultiScene(profile, narrow);

        scene.AttachBoth();

        Assert.InRange(scene.Bench.CdOf(MultiScene.Stream, smmu: 1).ASID.Value, 1, 255);
        scene.MustReach(scene.Right, 0);
    }

    [Case(
        "multi.tag.too-wide",
        Level.Architecture,
        "asid.017",
        "stage1.016",
        Needs = MultiScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 1)]
    public void A_tag_that_an_SMMU_cannot_hold_does_not_get_there(Profile profile)
    {
        var narrow = profile with { IDR0 = profile.IDR0 with { ASID16 = false } };
        using var scene = new MultiScene(profile, narrow, madeForLeft: true);
        // More domains than eight bits can tell apart.
        var last = scene.Domain;
        for (var more = 0; more < 256; more++)
            last = scene.NewDomain([0]);
        scene.Bench.Must(scene.Bench.Map(last, scene.At(0), MultiScene.Target, scene.Page));
        scene.Bench.Must(scene.Bench.Attach(scene.Left, last));
        Assert.True(scene.Bench.Dma(scene.Left, scene.At(0)).Passed);

        var outcome = scene.Bench.Attach(scene.Right, last);

        // Refused, or with another tag there: the driver's choice.
        if (outcome.IsDone)
            Assert.InRange(scene.Bench.CdOf(MultiScene.Stream, smmu: 1).ASID.Value, 1, 255);
        else
            Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
    }

    [Case("multi.lazy", Level.Contract, "contract.flush-lazy", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_flush_of_a_lazy_domain_reaches_every_SMMU(Profile profile)
    {
        using var scene = new MultiScene(profile);
        var lazy = AttachLazy(scene);
        scene.MustReach(scene.Left, 1);
        scene.MustReach(scene.Right, 1);
        scene.Bench.Must(scene.Bench.Unmap(lazy, scene.At(1), scene.Page));

        scene.Bench.Must(scene.Bench.Flush(lazy));

        scene.MustRefuse(scene.Left, 1);
        scene.MustRefuse(scene.Right, 1);
    }

    [Case("multi.lazy.last", Level.Contract, "contract.flush-lazy", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void One_SMMU_that_leaves_does_not_make_a_flush_of_the_other_needless(Profile profile)
    {
        using var scene = new MultiScene(profile);
        var lazy = AttachLazy(scene);
        scene.MustReach(scene.Left, 1);
        scene.Bench.Must(scene.Bench.Unmap(lazy, scene.At(1), scene.Page));
        scene.Bench.Must(scene.Bench.Detach(scene.Right));

        scene.Bench.Must(scene.Bench.Flush(lazy));

        scene.MustRefuse(scene.Left, 1);
    }

    // A lazy domain with four pages, attached to both devices.
    private static DomainHandle AttachLazy(MultiScene scene)
    {
        var lazy = scene.NewDomain([0, 1], FlushMode.Lazy);
        scene.Bench.Must(
            scene.Bench.Map(lazy, scene.At(0), MultiScene.Target + scene.Page, 4 * scene.Page)
        );
        scene.Bench.Must(scene.Bench.Attach(scene.Left, lazy));
        scene.Bench.Must(scene.Bench.Attach(scene.Right, lazy));
        return lazy;
    }
}
