using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What keeps a guest from accesses that get around the caches.</summary>
public sealed class GuestCoherency
{
    private static readonly MasterDescription s_plain = new() { Name = "plain", Streams = [0x20] };

    [Case("fwb.gate", Level.Linux, "linux.fwb.gate", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void Without_S2FWB_and_CANWBS_there_is_no_guest(Profile profile)
    {
        using var bench = TestBench.Start(Without(profile));
        var device = bench.AddDevice(s_plain);
        var parent = bench.NestParent(0);
        var before = bench.Capture();

        var outcome = bench.CreateGuest(device, parent);

        Refusal.MustBe(ErrorClass.NotSupported, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case("fwb.canwbs", Level.Linux, "linux.fwb.gate", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void CANWBS_is_enough(Profile profile)
    {
        using var scene = new GuestScene(Without(profile));

        scene.AttachNested();

        scene.MustReach(GuestScene.Here, scene.Data);
        Assert.False(scene.Bench.SteOf(GuestScene.Stream).S2FWB, "RES0 without SMMU_IDR3.FWB");
    }

    [Case("fwb.later", Level.Linux, "linux.fwb.gate", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_device_that_comes_later_must_be_as_coherent(Profile profile)
    {
        using var scene = new GuestScene(Without(profile));
        var device = scene.Bench.AddDevice(s_plain);

        var outcome = scene.Bench.AddVirtualDevice(scene.Guest, device, 0x5);

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
    }

    [Case("fwb.s2fwb", Level.Architecture, "s2fwb.007", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR3.FWB", 1)]
    public void With_S2FWB_any_device_will_do(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var device = scene.Bench.AddDevice(s_plain);
        var guest = scene.Bench.Must(scene.Bench.CreateGuest(device, scene.Parent));
        scene.Bench.Must(scene.Bench.AddVirtualDevice(guest, device, 0x5));
        var (word0, word1) = GuestScene.Translating(scene.Space);

        scene.Bench.Must(
            scene.Bench.Attach(
                device,
                scene.Bench.Must(scene.Bench.CreateNested(guest, word0, word1))
            )
        );

        Assert.True(scene.Bench.SteOf(0x20).S2FWB, "the guest chooses the memory type");
        scene.MustReach(GuestScene.Here, scene.Data, device);
    }

    [Case("fwb.attributes", Level.Contract, "contract.guest-untrusted", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR3.FWB", 1)]
    public void A_guest_that_wants_no_caches_gets_them_all_the_same(Profile profile)
    {
        using var scene = new GuestScene(profile);
        // Index 1 is Non-cacheable.
        scene.Space.Map(GuestScene.Here + scene.Page, scene.Data, attributes: 1);
        scene.AttachNested();

        var access = scene.Bench.Dma(scene.Nic, GuestScene.Here + scene.Page);

        Assert.True(access.Passed, WarmScene.Text(access));
        Assert.True(access.Attributes.IsWriteBack, $"the access goes out as {access.Attributes}");
    }

    [Case("fwb.parents-only", Level.Linux, "linux.ste.s2", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR3.FWB", 1)]
    public void Stage_2_without_guests_is_made_without(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var plain = scene.Bench.AddDevice(s_plain);

        scene.Bench.Must(
            scene.Bench.Attach(plain, scene.Bench.PagingDomain(DomainStage.Stage2, [0]))
        );

        Assert.False(scene.Bench.SteOf(0x20).S2FWB);
    }

    [Case(
        "fwb.shared",
        Level.Architecture,
        "s2fwb.007",
        "linux.multi.compatible",
        Needs = GuestScene.Needs | Capabilities.MultipleSmmus
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR3.FWB", 1)]
    public void A_table_made_for_S2FWB_goes_to_no_SMMU_without(Profile profile)
    {
        using var bench = TestBench.Create([profile, Without(profile)]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var right = bench.AddDevice(s_plain, 1);
        var parent = bench.NestParent(0);
        var before = bench.Capture();

        var outcome = bench.Attach(right, parent);

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case(
        "fwb.not-stage1",
        Level.Linux,
        "linux.errno.domain-kind",
        Needs = GuestScene.Needs | Capabilities.Stage1
    )]
    [AppliesIf(nameof(CannotNest))]
    public void Guests_stand_on_stage_2(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        var outcome = bench.CreateDomain(
            new()
            {
                Kind = DomainKind.Paging,
                Stage = DomainStage.Stage1,
                NestParent = true,
                Smmus = [bench.Handle],
            }
        );

        Refusal.MustBe(ErrorClass.NotSupported, outcome.Error);
    }

    [Case(
        "fwb.erratum",
        Level.Linux,
        "linux.probe.nesting",
        "linux.errata.mmu700-sync",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(HasNoErratum))]
    public void A_part_that_loses_nested_entries_has_no_guests(Profile profile)
    {
        using var bench = TestBench.Start(profile);

        Refusal.MustBe(ErrorClass.NotSupported, bench.TryNestParent(0).Error);
    }

    [Case(
        "fwb.enforce",
        Level.Contract,
        "contract.enforce-coherency",
        Needs = Capabilities.CoherencyEnforcement | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Once_enforced_only_coherent_devices_are_attached(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain();
        var coherent = bench.AddDevice(
            s_plain with
            {
                Name = "coherent",
                Streams = [0x10],
                CanWriteBackNonSnooped = true,
            }
        );
        var plain = bench.AddDevice(s_plain);
        bench.Must(bench.Attach(coherent, domain));

        var enforced = bench.Must(bench.Facet<ICoherencyEnforcement>().EnforceCoherency(domain));
        var before = bench.Capture();
        var outcome = bench.Attach(plain, domain);

        Assert.True(enforced);
        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case(
        "fwb.enforce.late",
        Level.Contract,
        "contract.enforce-coherency",
        Needs = Capabilities.CoherencyEnforcement | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void It_cannot_be_enforced_on_a_device_that_is_there(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain();
        var plain = bench.AddDevice(s_plain);
        bench.Must(bench.Attach(plain, domain));

        Assert.False(bench.Must(bench.Facet<ICoherencyEnforcement>().EnforceCoherency(domain)));

        bench.Must(bench.Detach(plain));
        bench.Must(bench.Attach(plain, domain));
    }

    private static Profile Without(Profile profile) =>
        profile with
        {
            IDR3 = profile.IDR3 with { FWB = false },
        };

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);

    private static string? HasNoErratum(Profile profile) =>
        profile.IDR0 is { S1P: true, S2P: true } && GuestScene.CannotNest(profile) is not null
            ? null
            : "SMMU_IIDR names no part with that erratum";
}
