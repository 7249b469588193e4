using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A VMID tags nothing of its last owner when it gets another; and a shared domain is one tag.</summary>
public sealed class VmidReuse
{
    [Case("vmid.reuse", Level.Architecture, "asid.019", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void The_next_owner_of_a_VMID_meets_nothing_of_the_last(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        scene.Map(0, 8);
        scene.MustReach(0, 8);
        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain));
        var next = scene.NewDomain();
        scene.Map(0, 2, next, Stage2Scene.Elsewhere);

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, next));

        scene.MustReach(0, 2, Stage2Scene.Elsewhere);
        scene.MustRefuse(2, 6);
    }

    [Case("vmid.flush-on-last", Level.Linux, "linux.tag.flush-on-last", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void The_last_device_that_leaves_has_the_VMID_flushed(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        var second = scene.Bench.AddDevice(0x11);
        scene.Bench.Must(scene.Bench.Attach(second, scene.Domain));
        var vmid = scene.VmidOf(second);

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        var withOneLeft = scene.Bench.CommandsOf<TlbiS12Vmall>().Count;
        scene.Bench.Must(scene.Bench.Detach(second));

        Assert.Equal(0, withOneLeft);
        Assert.Contains(scene.Bench.CommandsOf<TlbiS12Vmall>(), c => c.VMID.Value == vmid);
    }

    [Case("vmid.return", Level.Architecture, "asid.019", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void What_changed_while_nothing_was_attached_is_seen_on_return(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        scene.Map(0, 4);
        scene.MustReach(0, 4);
        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), 2 * scene.Page));

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Domain));

        scene.MustRefuse(0, 2);
        scene.MustReach(2, 2);
    }

    [Case(
        "vmid.same-table",
        Level.Architecture,
        "asid.019",
        "s2fwb.007",
        "vmid.012",
        "tlb.055",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void All_entries_with_a_VMID_say_the_same_of_stage_2(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        var second = scene.Bench.AddDevice(0x11);

        scene.Bench.Must(scene.Bench.Attach(second, scene.Domain));

        var (a, b) = (scene.Bench.SteOf(Stage2Scene.Stream), scene.Bench.SteOf(0x11));
        Assert.Equal(a.S2VMID, b.S2VMID);
        Assert.Equal(a.Word(3), b.Word(3));
        Assert.Equal((a.S2T0SZ, a.S2SL0, a.S2TG, a.S2PS), (b.S2T0SZ, b.S2SL0, b.S2TG, b.S2PS));
        Assert.Equal(a.S2FWB, b.S2FWB);
    }

    [Case(
        "vmid.shared",
        Level.Architecture,
        "asid.019",
        Needs = Stage2Scene.Needs | Capabilities.MultipleSmmus
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void A_domain_behind_two_SMMUs_is_forgotten_by_both(Profile profile)
    {
        using var bench = TestBench.Create([profile, profile]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var left = bench.AddDevice(new MasterDescription { Name = "left", Streams = [1u] }, 0);
        var right = bench.AddDevice(new MasterDescription { Name = "right", Streams = [1u] }, 1);
        var domain = bench.PagingDomain(DomainStage.Stage2, [0, 1]);
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, Stage2Scene.Window, Stage2Scene.Target + page, 2 * page));
        bench.Must(bench.Attach(left, domain));
        bench.Must(bench.Attach(right, domain));
        bench.MustReach(left, Stage2Scene.Window, Stage2Scene.Target + page);
        bench.MustReach(right, Stage2Scene.Window, Stage2Scene.Target + page);

        bench.Must(bench.Unmap(domain, Stage2Scene.Window, page));

        bench.MustRefuse(left, Stage2Scene.Window);
        bench.MustRefuse(right, Stage2Scene.Window);
        var tags = (bench.SteOf(1, 0).S2VMID, bench.SteOf(1, 1).S2VMID);
        if (bench.Description.Policies.VmidScope == TagScope.Global)
            Assert.Equal(tags.Item1, tags.Item2);
    }

    [Case(
        "vmid.shared.width",
        Level.Architecture,
        "asid.004",
        Needs = Stage2Scene.Needs | Capabilities.MultipleSmmus
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.VMID16", 1)]
    public void A_VMID_that_an_SMMU_cannot_hold_does_not_get_there(Profile profile)
    {
        var narrow = profile with { IDR0 = profile.IDR0 with { VMID16 = false } };
        using var bench = TestBench.Create([profile, narrow]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var right = bench.AddDevice(new MasterDescription { Name = "right", Streams = [1u] }, 1);
        var last = default(DomainHandle);
        for (var n = 0; n < 257; n++)
            last = bench.PagingDomain(DomainStage.Stage2, [0]);

        var outcome = bench.Attach(right, last);

        // Refused, or with another tag there: the driver's choice.
        if (outcome.IsDone)
            Assert.InRange(bench.SteOf(1, 1).S2VMID.Value, 1, 255);
        else
            Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
    }
}
