using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Virtual SMMUs, their devices and the stage 2 below them, from beginning to end.</summary>
public sealed class GuestLives
{
    [Case(
        "vste.vmid",
        Level.Architecture,
        "vmid.003",
        "contract.nest-parent",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void Each_guest_has_a_VMID_that_nobody_else_has(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        var gpu = scene.AddDevice("gpu", 0x11);
        var plain = scene.AddDevice("plain", 0x12);
        var second = scene.Bench.Must(scene.Bench.CreateGuest(gpu, scene.Parent));
        scene.Bench.Must(scene.Bench.AddVirtualDevice(second, gpu, GuestScene.Number));
        var (word0, word1) = GuestScene.Translating(scene.Space);

        scene.Bench.Must(
            scene.Bench.Attach(
                gpu,
                scene.Bench.Must(scene.Bench.CreateNested(second, word0, word1))
            )
        );
        scene.Bench.Must(scene.Bench.Attach(plain, scene.Parent));

        var vmids = new StreamId[] { 0x10, 0x11, 0x12 }
            .Select(stream => scene.Bench.SteOf(stream).S2VMID)
            .ToArray();
        Assert.Equal(3, vmids.Distinct().Count());
        scene.MustReach(GuestScene.Here, scene.Data);
        scene.MustReach(GuestScene.Here, scene.Data, gpu);
        scene.MustReach(scene.Data.Value, scene.Data, plain);
    }

    [Case(
        "vste.vmid.exhausted",
        Level.Contract,
        "contract.nest-refusals",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.VMID16", 0)]
    public void Without_a_VMID_there_is_no_guest_until_one_goes(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var guests = new List<VirtualSmmuHandle>();
        var refusal = ErrorClass.None;
        while (guests.Count < 300 && refusal == ErrorClass.None)
        {
            var outcome = scene.Bench.CreateGuest(scene.Nic, scene.Parent);
            refusal = outcome.Error;
            if (outcome.IsDone)
                guests.Add(outcome.Value);
        }

        Assert.Equal(ErrorClass.NoSpace, refusal);
        scene.Bench.Must(scene.Bench.FreeGuest(guests[3]));
        scene.Bench.Must(scene.Bench.CreateGuest(scene.Nic, scene.Parent));
    }

    [Case(
        "vste.parent.unmap",
        Level.Architecture,
        "contract.unmap-strict",
        "nested.004",
        "nested.008",
        "tlb.071",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void What_the_host_takes_away_is_gone_for_its_guests(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var kept = scene.Memory.Allocate(scene.Page, scene.Page);
        scene.Space.Map(GuestScene.Here + scene.Page, kept);
        // A page of its own, so that it can go alone.
        Ipa apart = GuestMemory.Start.Value + 2 * GuestMemory.Bytes;
        scene.Bench.Must(
            scene.Bench.Map(scene.Parent, apart.Value, 0x6_0000_0000 + scene.Page, scene.Page)
        );
        scene.Space.Map(GuestScene.Here + 2 * scene.Page, apart);
        scene.AttachNested();
        scene.MustReach(GuestScene.Here + scene.Page, kept);
        scene.Bench.MustReach(
            scene.Nic,
            GuestScene.Here + 2 * scene.Page,
            0x6_0000_0000 + scene.Page
        );

        scene.Bench.Must(scene.Bench.Unmap(scene.Parent, apart.Value, scene.Page));

        scene.MustRefuse(GuestScene.Here + 2 * scene.Page);
        scene.MustReach(GuestScene.Here + scene.Page, kept);
    }

    [Case(
        "vste.parent.order",
        Level.Linux,
        "linux.invs.grouped",
        "nested.008",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void Stage_2_is_forgotten_before_what_was_made_of_it(Profile profile)
    {
        using var scene = new GuestScene(profile);
        Iova apart = GuestMemory.Start.Value + 2 * GuestMemory.Bytes;
        scene.Bench.Must(
            scene.Bench.Map(scene.Parent, apart, 0x6_0000_0000 + scene.Page, scene.Page)
        );
        scene.AttachNested();
        var vmid = scene.Bench.SteOf(GuestScene.Stream).S2VMID;

        scene.Bench.Must(scene.Bench.Unmap(scene.Parent, apart, scene.Page));

        scene.Bench.Saw(
            Step.Command<TlbiS2Ipa>(c => c.VMID == vmid),
            Step.Command<Sync>(),
            Step.Command<TlbiNhAll>(c => c.VMID == vmid),
            Step.Command<Sync>()
        );
    }

    [Case(
        "vste.parent.ats",
        Level.Architecture,
        "ats.011",
        Needs = GuestScene.Needs | Capabilities.Ats
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void What_the_host_takes_away_is_gone_from_the_device(Profile profile)
    {
        using var scene = new GuestScene(profile, ats: true);
        Ipa apart = GuestMemory.Start.Value + 2 * GuestMemory.Bytes;
        scene.Bench.Must(
            scene.Bench.Map(scene.Parent, apart.Value, 0x6_0000_0000 + scene.Page, scene.Page)
        );
        scene.Space.Map(GuestScene.Here + scene.Page, apart);
        scene.AttachNested(ats: true);
        if (!scene.Cache.IsEnabled)
            throw VerdictException.NotApplicable("the driver leaves ATS off with this domain");
        var at = GuestScene.Here + scene.Page;
        Assert.True(scene.Cache.Request(new AtsRequest { Address = at }).Grants);

        scene.Bench.Must(scene.Bench.Unmap(scene.Parent, apart.Value, scene.Page));

        Assert.False(scene.Cache.Holds(at), "the device still has it");
    }

    [Case(
        "vste.ats",
        Level.Contract,
        "contract.nest-translates",
        "linux.ste.eats",
        Needs = GuestScene.Needs | Capabilities.Ats
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void ATS_is_on_only_if_the_guest_wants_it(Profile profile)
    {
        using var scene = new GuestScene(profile, ats: true);

        scene.AttachNested(ats: false);

        Assert.Equal(Eats.Disabled, scene.Bench.SteOf(GuestScene.Stream).EATS);
        Assert.False(scene.Cache.IsEnabled, "the guest has not asked for ATS");
    }

    [Case("vste.in-use", Level.Contract, "contract.nest-parent", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void Nothing_is_taken_from_below_a_guest(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var domain = scene.AttachNested();

        Refusal.MustBe(ErrorClass.Busy, scene.Bench.FreeDomain(scene.Parent).Error);
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.FreeGuest(scene.Guest).Error);
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.FreeDomain(domain).Error);
        Refusal.MustBe(
            ErrorClass.Busy,
            scene.Bench.RemoveVirtualDevice(scene.Guest, scene.Nic).Error
        );
        scene.MustReach(GuestScene.Here, scene.Data);

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        scene.Bench.Must(scene.Bench.FreeDomain(domain));
        // A device alone keeps the guest, and so does an entry alone.
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.FreeGuest(scene.Guest).Error);
        scene.Bench.Must(scene.Bench.RemoveVirtualDevice(scene.Guest, scene.Nic));
        var bypass = scene.Bench.Must(scene.Bench.CreateNested(scene.Guest, 0b1001, 0));
        Refusal.MustBe(ErrorClass.Busy, scene.Bench.FreeGuest(scene.Guest).Error);
        scene.Bench.Must(scene.Bench.FreeDomain(bypass));
        scene.Bench.Must(scene.Bench.FreeGuest(scene.Guest));
        scene.Bench.Must(scene.Bench.FreeDomain(scene.Parent));
    }

    [Case("vste.removed", Level.Contract, "contract.master-removed", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_device_that_is_removed_leaves_its_guest(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var domain = scene.AttachNested();

        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));

        scene.Bench.Must(scene.Bench.FreeDomain(domain));
        scene.Bench.Must(scene.Bench.FreeGuest(scene.Guest));
        Assert.NotEqual(SteConfig.Nested, scene.Bench.SteOf(GuestScene.Stream).Config);
    }

    [Case("vste.flush-on-last", Level.Linux, "linux.tag.flush-on-last", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void The_last_device_of_a_guest_that_leaves_has_its_VMID_flushed(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.MustReach(GuestScene.Here, scene.Data);
        var vmid = scene.Bench.SteOf(GuestScene.Stream).S2VMID;

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        Assert.Contains(scene.Bench.CommandsOf<TlbiS12Vmall>(), c => c.VMID == vmid);
    }

    [Case(
        "vste.refused",
        Level.Contract,
        "contract.nest-refusals",
        "contract.refusal-changes-nothing",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void What_does_not_fit_together_is_refused(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var bench = scene.Bench;
        var plain = bench.PagingDomain(DomainStage.Stage2, [0]);
        var stranger = scene.AddDevice("stranger", 0x20);
        var twin = bench.AddDevice(
            new MasterDescription
            {
                Name = "twin",
                Streams = [0x21, 0x22],
                CanWriteBackNonSnooped = true,
            }
        );
        var translating = scene.Nested(scene.Space);
        var before = bench.Capture();

        Refusal.MustBe(ErrorClass.Invalid, bench.CreateGuest(scene.Nic, plain).Error);
        Refusal.MustBe(
            ErrorClass.AlreadyExists,
            bench.AddVirtualDevice(scene.Guest, scene.Nic, 0x1).Error
        );
        Refusal.MustBe(
            ErrorClass.AlreadyExists,
            bench.AddVirtualDevice(scene.Guest, stranger, GuestScene.Number).Error
        );
        Refusal.MustBe(
            ErrorClass.NotSupported,
            bench.AddVirtualDevice(scene.Guest, twin, 0x2).Error
        );
        Refusal.MustBe(ErrorClass.NotFound, bench.Attach(stranger, translating).Error);
        Refusal.MustBe(ErrorClass.NotFound, bench.RemoveVirtualDevice(scene.Guest, stranger).Error);
        Refusal.MustBe(ErrorClass.NotFound, bench.CreateNested(new(0x7f12_3456), 1, 0).Error);

        before.MustBeUnchanged();
    }

    [Case("vste.no-device", Level.Contract, "contract.nest-refusals", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void What_does_not_translate_needs_no_number(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var stranger = scene.AddDevice("stranger", 0x20);
        var bypass = scene.Bench.Must(scene.Bench.CreateNested(scene.Guest, 0b1001, 0));

        scene.Bench.Must(scene.Bench.Attach(stranger, bypass));

        scene.MustReach(scene.Data.Value, scene.Data, stranger);
    }

    [Case(
        "vste.pasids",
        Level.Contract,
        "contract.nest-refusals",
        Needs = GuestScene.Needs | PasidScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_device_with_PASIDs_in_use_goes_to_no_guest(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var device = scene.Bench.AddDevice(
            new MasterDescription
            {
                Name = "split",
                Streams = [0x20],
                SubstreamBits = 4,
                CanWriteBackNonSnooped = true,
            }
        );
        scene.Bench.Must(scene.Bench.AddVirtualDevice(scene.Guest, device, 0x3));
        scene.Bench.Must(scene.Bench.AttachPasid(device, 1, scene.Bench.Stage1Domain()));
        var nested = scene.Nested(scene.Space);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Attach(device, nested);

        Refusal.MustBe(ErrorClass.Busy, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case("vste.other-smmu", Level.Contract, "contract.nest-refusals", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_guest_has_no_devices_of_another_SMMU(Profile profile)
    {
        using var bench = TestBench.Create([profile, profile]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var description = new MasterDescription
        {
            Name = "device",
            Streams = [0x10],
            CanWriteBackNonSnooped = true,
        };
        var (left, right) = (bench.AddDevice(description, 0), bench.AddDevice(description, 1));
        var parent = bench.NestParent(0, 1);
        var guest = bench.Must(bench.CreateGuest(left, parent));
        var bypass = bench.Must(bench.CreateNested(guest, 0b1001, 0));

        Refusal.MustBe(ErrorClass.Invalid, bench.AddVirtualDevice(guest, right, 1).Error);
        Refusal.MustBe(ErrorClass.Invalid, bench.Attach(right, bypass).Error);
        Assert.Equal(SteConfig.Abort, bench.SteOf(0x10, 1).Config);
    }

    [Case(
        "vste.information",
        Level.Contract,
        "contract.hardware-information",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void A_guest_may_be_told_what_the_registers_say(Profile profile)
    {
        using var scene = new GuestScene(profile);

        var told = scene.Bench.Must(scene.Bench.Facet<INesting>().InformationOf(scene.Nic.Handle));

        Assert.Equal(
            Enumerable.Range(0, 6).Select(n => scene.Bench.Smmu.Read32(4 * (uint)n)),
            told.Idr
        );
        Assert.Equal(scene.Bench.Smmu.Read32(0x18), told.Iidr);
        Assert.Equal(scene.Bench.Smmu.Read32(0x1c), told.Aidr);
    }

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);

    private static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);
}
