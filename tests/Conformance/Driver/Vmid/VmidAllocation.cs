using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Which VMIDs stage 2 domains get, and what happens when there is none left.</summary>
public sealed class VmidAllocation
{
    private const int Domains = 24;

    // More than eight bits can tell apart.
    private const int Many = 300;

    [Case("vmid.unique", Level.Architecture, "asid.019", "vmid.005", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void No_two_live_domains_share_a_VMID(Profile profile)
    {
        using var scene = new Stage2Scene(profile);

        var devices = Enumerable.Range(0, Domains).Select(n => scene.Another(n).Device).ToList();

        var tags = devices.ConvertAll(scene.VmidOf);
        tags.Add(scene.VmidOf(scene.Nic));
        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Case("vmid.unique.churn", Level.Architecture, "asid.019", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Domains_that_come_and_go_never_share_a_VMID(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        var live = Enumerable.Range(0, Domains).Select(scene.Another).ToList();

        for (var n = 0; n < 40; n++)
        {
            var (device, old) = live[n * 7 % Domains];
            var next = scene.NewDomain();
            scene.Bench.Must(scene.Bench.Attach(device, next));
            scene.Bench.Must(scene.Bench.FreeDomain(old));
            live[n * 7 % Domains] = (device, next);
        }

        // One that has come back does not bring others that are in use.
        live.AddRange(Enumerable.Range(Domains, 4).Select(scene.Another));
        var tags = live.ConvertAll(pair => scene.VmidOf(pair.Device));
        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Case(
        "vmid.not-of-stage1",
        Level.Architecture,
        "vmid.003",
        "vmid.016",
        Needs = Stage2Scene.Needs | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Stage_1_alone_has_a_VMID_that_no_stage_2_has(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        var first = scene.Bench.AddDevice(0x11);

        scene.Bench.Must(scene.Bench.Attach(first, scene.Bench.Stage1Domain()));

        Assert.NotEqual(scene.VmidOf(scene.Nic), scene.VmidOf(first));
    }

    [Case("vmid.zero", Level.Linux, "linux.vmid.zero", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void VMID_0_is_left_to_stage_1(Profile profile)
    {
        using var scene = new Stage2Scene(profile);

        var tags = Enumerable.Range(0, Domains).Select(n => scene.VmidOf(scene.Another(n).Device));

        Assert.All(tags, tag => Assert.NotEqual(0, tag));
    }

    [Case("vmid.scope", Level.Contract, "contract.policies-kept", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void VMIDs_are_unique_within_the_scope_declared(Profile profile)
    {
        using var bench = TestBench.Create([profile, profile]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));

        var tags = new List<(int Smmu, ushort Tag)>();
        for (var n = 0; n < 8; n++)
        {
            var smmu = n % 2;
            var device = bench.AddDevice(
                new MasterDescription { Name = $"device {n}", Streams = [(uint)(1 + n)] },
                smmu
            );
            bench.Must(bench.Attach(device, bench.PagingDomain(DomainStage.Stage2, [smmu])));
            tags.Add((smmu, bench.SteOf(device.Stream, smmu).S2VMID.Value));
        }

        if (bench.Description.Policies.VmidScope == TagScope.Global)
            Assert.Equal(tags.Count, tags.Select(t => t.Tag).Distinct().Count());
        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Case("vmid.width", Level.Architecture, "asid.004", "vmid.016", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.VMID16", 0)]
    public void No_VMID_has_more_bits_than_the_SMMU(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        var (domains, _) = Exhaust(scene);

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, domains[^1]));

        Assert.InRange(scene.VmidOf(scene.Nic), 1, 255);
    }

    [Case(
        "vmid.exhausted",
        Level.Contract,
        "contract.refusal-changes-nothing",
        "linux.errno.asid-exhausted",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.VMID16", 0)]
    public void Without_a_VMID_a_domain_is_refused_until_one_comes_back(Profile profile)
    {
        using var scene = new Stage2Scene(profile);
        var (domains, refusal) = Exhaust(scene);
        var before = scene.Bench.Capture();

        var again = scene.Bench.TryPagingDomain(DomainStage.Stage2, [0]);

        Assert.Equal(ErrorClass.NoSpace, refusal);
        Refusal.MustBe(ErrorClass.NoSpace, again.Error);
        before.MustBeUnchanged();
        scene.Bench.Must(scene.Bench.FreeDomain(domains[7]));
        scene.NewDomain();
    }

    [Case(
        "vmid.no-memory",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = Stage2Scene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.VMID16", 0)]
    public void A_domain_that_lacks_memory_keeps_no_VMID(Profile profile)
    {
        using var scene = new Stage2Scene(profile);

        for (var n = 0; n < Many; n++)
        {
            scene.Bench.Memory.FailAfter = 0;
            var outcome = scene.Bench.TryPagingDomain(DomainStage.Stage2, [0]);
            scene.Bench.Memory.FailAfter = null;
            Refusal.MustBe(ErrorClass.OutOfMemory, outcome.Error);
        }

        scene.NewDomain();
    }

    [Case("vmid.returned", Level.Contract, "contract.domain-in-use", Needs = Stage2Scene.Needs)]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    [AppliesWhere("SMMU_IDR0.VMID16", 0)]
    public void A_domain_that_is_freed_gives_its_VMID_back(Profile profile)
    {
        using var scene = new Stage2Scene(profile);

        for (var n = 0; n < Many; n++)
        {
            var domain = scene.NewDomain();
            scene.Bench.Must(scene.Bench.Attach(scene.Nic, domain));
            scene.Bench.Must(scene.Bench.Detach(scene.Nic));
            scene.Bench.Must(scene.Bench.FreeDomain(domain));
        }

        scene.NewDomain();
    }

    private static (List<DomainHandle> Domains, ErrorClass Refusal) Exhaust(Stage2Scene scene) =>
        AsidScene.Exhaust(
            () => scene.Bench.TryPagingDomain(DomainStage.Stage2, [0]),
            "VMIDs",
            Many
        );
}
