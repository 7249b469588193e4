using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Tags that come back: nothing of the former owner is left under them.</summary>
public sealed class AsidReuse
{
    private const int Lives = 40;

    [Case("asid.reuse", Level.Architecture, "vmid.008", "asid.007", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Each_owner_of_a_tag_sees_its_own_pages_only(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        scene.Map(0, 8);
        scene.Warm(0, 8);
        var owner = scene.Domain;

        for (var n = 0ul; n < Lives; n++)
        {
            bench.Must(bench.Detach(scene.Nic));
            bench.Must(bench.FreeDomain(owner));
            owner = scene.NewDomain();
            bench.Must(bench.Attach(scene.Nic, owner));
            scene.MustRefuse(0, 8);
            var physical = WarmScene.Elsewhere + n * scene.Page;
            bench.Must(bench.Map(owner, scene.At(n % 8), physical, scene.Page));
            scene.MustReach(scene.At(n % 8), physical);
        }
    }

    [Case(
        "asid.reuse.unconfirmed",
        Level.Architecture,
        "vmid.008",
        "contract.nth-failure",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_tag_whose_flush_was_lost_serves_nobody_before_another(Profile profile)
    {
        using var scene = new WarmScene(profile, Everyday.Lazy);
        var bench = scene.Bench;
        scene.Map(0, 4);
        scene.Warm(0, 4);
        bench.Machine.Run();
        // No TLBI arrives as what it was.
        bench.System.Relaxing = () =>
        {
            foreach (var slot in new CommandTraffic(bench).WaitingSlots())
                if (TlbiTraffic.IsTlbi(new Command(bench.Machine.Memory.Read64(slot), 0)))
                    bench.Machine.Memory.Write64(slot, 0xff);
        };
        bench.Detach(scene.Nic);
        bench.System.Relaxing = null;
        if (!bench.FreeDomain(scene.Domain).IsDone)
            throw VerdictException.NotApplicable("the driver keeps the domain");

        bench.Must(bench.Attach(scene.Nic, scene.NewDomain()));

        scene.MustRefuse(0, 4);
    }

    [Case(
        "asid.reuse.replaced",
        Level.Architecture,
        "asid.010",
        "asid.007",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_tag_given_up_by_a_live_device_is_clean_when_it_comes_back(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var gpu = bench.AddDevice(WarmScene.SecondStream);
        scene.Map(0, 8);
        scene.Warm(0, 8);
        bench.Must(bench.Attach(scene.Nic, scene.NewDomain()));
        bench.Must(bench.FreeDomain(scene.Domain));

        // The tag that has just become free is the one a driver may well take next.
        bench.Must(bench.Attach(gpu, scene.NewDomain()));

        for (var page = 0ul; page < 8; page++)
            scene.MustRefuse(scene.At(page), gpu);
        scene.MustRefuse(0, 8);
    }

    [Case("asid.reuse.flushed-first", Level.Architecture, "vmid.008", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_tag_that_comes_back_has_no_translation_left(Profile profile)
    {
        using var scene = new WarmScene(profile, Everyday.Slow);
        var bench = scene.Bench;
        var tag = bench.TagOf(scene.Nic);
        scene.Map(0, 40);
        scene.Warm(0, 40);
        bench.Must(bench.Detach(scene.Nic));
        bench.Must(bench.FreeDomain(scene.Domain));

        bench.Must(bench.Attach(scene.Nic, scene.NewDomain()));

        // Another tag says nothing: what the old one left may wait for its own next use.
        var left = bench.Smmu.Caches.Translations;
        Assert.True(
            bench.TagOf(scene.Nic) != tag || left == 0,
            $"ASID {tag} is in use again with {left} translations of its last owner"
        );
    }

    [Case(
        "asid.last-user",
        Level.Linux,
        "linux.tag.flush-on-last",
        Needs = WarmScene.Needs,
        AboutCaches = true
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void The_last_device_that_leaves_has_the_tag_flushed(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var gpu = bench.AddDevice(WarmScene.SecondStream);
        bench.Must(bench.Attach(gpu, scene.Domain));
        scene.Map(0, 8);
        scene.Warm(0, 8);
        bench.Must(bench.Detach(scene.Nic));
        bench
            .Smmu.Caches.Translations.Should()
            .Be(8, "one device is still attached, and what is cached of the domain is in use");

        bench.Must(bench.Detach(gpu));

        bench
            .Smmu.Caches.Translations.Should()
            .Be(0, "the last device has left, and the tag is to be flushed");
    }

    [Case("asid.away", Level.Architecture, "tlb.059", "asid.010", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_changed_while_no_device_was_attached_is_seen_on_return(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        scene.Map(0, 8);
        scene.Warm(0, 8);
        bench.Must(bench.Attach(scene.Nic, scene.NewDomain()));
        scene.Unmap(2, 4);
        bench.Must(bench.Map(scene.Domain, scene.At(2), WarmScene.Elsewhere, scene.Page));

        bench.Must(bench.Attach(scene.Nic, scene.Domain));

        scene.MustReach(0, 2);
        scene.MustReach(scene.At(2), WarmScene.Elsewhere);
        scene.MustRefuse(3, 3);
        scene.MustReach(6, 2);
    }

    [Case("asid.private", Level.Architecture, "tlb.010", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_translation_of_one_tag_never_serves_another(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var gpu = bench.AddDevice(WarmScene.SecondStream);
        bench.Must(bench.Attach(gpu, scene.NewDomain()));
        scene.Map(0, 8);

        scene.Warm(0, 8);

        for (var page = 0ul; page < 8; page++)
            scene.MustRefuse(scene.At(page), gpu);
    }

    [Case(
        "asid.returned",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 0)]
    public void Domains_that_fail_for_want_of_memory_use_up_no_ASID(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(AsidScene.StreamOf(0));
        var (domains, _) = bench.Exhaust();

        // One ASID is left: a single one that is lost is missed.
        bench.Must(bench.FreeDomain(domains[^1]));
        for (var n = 0; n < 8; n++)
        {
            // Wherever memory runs out, the domain fails; or it is made, and goes again.
            bench.Memory.FailAfter = n;
            var domain = bench.TryStage1Domain();
            if (domain.IsDone)
                bench.Attach(device, domain.Value);
            bench.Memory.FailAfter = null;
            bench.Must(bench.Detach(device));
            if (domain.IsDone)
                bench.Must(bench.FreeDomain(domain.Value));
        }

        var outcome = bench.TryStage1Domain();

        Assert.True(outcome.IsDone, $"the last ASID was lost: {outcome}");
        bench.Must(bench.Attach(device, outcome.Value));
    }

    [Case(
        "asid.returned.all",
        Level.Contract,
        "contract.capabilities-honest",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 0)]
    public void As_many_domains_can_be_made_a_second_time(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (domains, _) = bench.Exhaust();
        foreach (var domain in domains)
            bench.Must(bench.FreeDomain(domain));

        var (again, _) = bench.Exhaust();

        Assert.Equal(domains.Count, again.Count);
    }

    [Case("asid.free.silent", Level.Linux, "linux.tlbi.empty", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_that_was_never_attached_goes_without_a_command(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var unused = scene.NewDomain();
        scene.Bench.Must(scene.Bench.Map(unused, scene.At(0), WarmScene.Target, 8 * scene.Page));

        scene.Bench.Must(scene.Bench.FreeDomain(unused));

        Assert.Empty(scene.Bench.Commands);
    }
}
