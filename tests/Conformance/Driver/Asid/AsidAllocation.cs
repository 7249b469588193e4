using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Which ASIDs domains get, and what happens when there is none left.</summary>
public sealed class AsidAllocation
{
    private const int Devices = 24;

    /// <summary>What both settings of a stage 1 translation context have in common when they share a tag (§5.4.1).</summary>
    private static (PhysicalAddress, byte, Tg0, PhysicalSize, uint, uint, bool, bool) Cached(
        Cd cd
    ) => (cd.TTB0, cd.T0SZ, cd.TG0, cd.IPS, cd.MAIR0, cd.MAIR1, cd.HA, cd.EPD0);

    [Case("asid.unique", Level.Architecture, "asid.017", "asid.002", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void No_two_live_domains_share_an_ASID(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var devices = Enumerable.Range(0, Devices).Select(n => bench.Tagged(n).Device).ToList();

        var tags = devices.ConvertAll(bench.TagOf);
        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Case("asid.unique.churn", Level.Architecture, "asid.017", "asid.002", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Domains_that_come_and_go_never_share_an_ASID(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var live = Enumerable.Range(0, Devices).Select(n => bench.Tagged(n)).ToList();

        for (var n = 0; n < 40; n++)
        {
            var (device, old) = live[n * 7 % Devices];
            var next = bench.Stage1Domain();
            bench.Must(bench.Attach(device, next));
            bench.Must(bench.FreeDomain(old));
            live[n * 7 % Devices] = (device, next);
        }

        var tags = live.ConvertAll(pair => bench.TagOf(pair.Device));
        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Case("asid.first", Level.Contract, "contract.policies-kept", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void No_ASID_is_below_the_first_that_is_declared(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var tags = Enumerable.Range(0, Devices).Select(n => bench.TagOf(bench.Tagged(n).Device));

        var first = bench.Description.Policies.FirstAsid;
        Assert.All(tags, tag => Assert.InRange(tag, first, ushort.MaxValue));
    }

    [Case("asid.scope", Level.Contract, "contract.policies-kept", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void ASIDs_are_unique_within_the_scope_declared(Profile profile)
    {
        using var bench = TestBench.Create([profile, profile]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));

        var tags = new List<(int Smmu, ushort Tag)>();
        for (var n = 0; n < 8; n++)
        {
            var smmu = n % 2;
            var device = bench.AddDevice(
                new MasterDescription { Name = $"device {n}", Streams = [AsidScene.StreamOf(n)] },
                smmu
            );
            bench.Must(bench.Attach(device, bench.Stage1Domain(smmu)));
            tags.Add((smmu, bench.CdOf(device.Stream, smmu: smmu).ASID.Value));
        }

        var unique =
            bench.Description.Policies.AsidScope == TagScope.Global
                ? tags.Select(pair => (int)pair.Tag).Distinct().Count()
                : tags.Distinct().Count();
        Assert.Equal(tags.Count, unique);
    }

    [Case("asid.width", Level.Architecture, "asid.017", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 0)]
    public void An_ASID_of_eight_bits_is_never_exceeded(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(AsidScene.StreamOf(0));

        for (var n = 0; n < 300; n++)
        {
            var domain = bench.TryStage1Domain();
            if (!domain.IsDone || !bench.Attach(device, domain.Value).IsDone)
                break;
            Assert.InRange(bench.TagOf(device), 0, 255);
        }
    }

    [Case(
        "asid.exhausted",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 0)]
    public void Without_a_free_ASID_a_domain_is_refused_and_nothing_is_lost(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (domains, _) = bench.Exhaust();
        var before = bench.Capture();

        var outcome = bench.TryStage1Domain();

        Assert.False(outcome.IsDone, $"domain {domains.Count + 1} has no ASID of its own");
        before.MustBeUnchanged();
    }

    [Case(
        "asid.exhausted.error",
        Level.Linux,
        "linux.errno.asid-exhausted",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 0)]
    public void All_ASIDs_but_those_reserved_are_given_out_and_then_the_answer_is_busy(
        Profile profile
    )
    {
        using var bench = TestBench.Start(profile);

        var (domains, refusal) = bench.Exhaust();

        Assert.Equal(ErrorClass.Busy, refusal);
        Assert.Equal(256 - bench.Description.Policies.FirstAsid, domains.Count);
    }

    [Case(
        "asid.exhausted.one-freed",
        Level.Contract,
        "contract.capabilities-honest",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR0.ASID16", 0)]
    public void A_domain_that_goes_makes_room_for_one(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (domains, _) = bench.Exhaust();
        bench.Must(bench.FreeDomain(domains[100]));

        var first = bench.TryStage1Domain();
        var second = bench.TryStage1Domain();

        Assert.True(first.IsDone, $"{first}");
        Assert.False(second.IsDone, "one ASID was free, and two domains were made");
    }

    [Case(
        "asid.same-tag",
        Level.Architecture,
        "asid.016",
        "asid.019",
        "tlb.057",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Streams_with_one_ASID_have_one_translation_configuration(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain();
        var plain = bench.AddDevice(0x10);
        var stalling = bench.AddDevice(
            new MasterDescription
            {
                Name = "stalling",
                Streams = [0x11, 0x12],
                CanStall = true,
            }
        );
        bench.Must(bench.Attach(plain, domain));

        bench.Must(bench.Attach(stalling, domain));

        var first = bench.CdOf(plain.Stream);
        foreach (var stream in stalling.Streams)
            if (bench.CdOf(stream) is var cd && cd.ASID == first.ASID)
                Assert.Equal(Cached(first), Cached(cd));
    }

    /// <summary>0 is what a CD that is not filled in has.</summary>
    [Case("asid.zero", Level.Linux, "linux.asid.range", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void ASID_0_is_nobodys(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var tags = Enumerable.Range(0, 3).Select(n => bench.TagOf(bench.Tagged(n).Device));

        Assert.All(tags, tag => Assert.NotEqual(0, tag));
    }

    [Case("asid.one-tag", Level.Linux, "linux.asid.range", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_has_one_ASID_for_all_its_devices(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var (first, domain) = bench.Tagged(0);
        var second = bench.AddDevice(AsidScene.StreamOf(1));

        bench.Must(bench.Attach(second, domain));

        Assert.Equal(bench.TagOf(first), bench.TagOf(second));
    }
}
