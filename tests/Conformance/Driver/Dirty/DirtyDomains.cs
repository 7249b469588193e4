using System.Collections.Immutable;
using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Where a domain that tracks may be made and attached, what it is made of, and what is refused.</summary>
public sealed class DirtyDomains
{
    private const Capabilities Needs = DirtyScene.Needs;

    [Case("dirty.cap.absent", Level.Contract, "contract.dirty-offered", Needs = Needs)]
    [AppliesIf(nameof(HasDirtyState))]
    public void Without_dirty_state_no_domain_tracks(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var memory = bench.Memory.Count;

        var outcome = bench.TryTrackedDomain(0);

        Refusal.MustBe(ErrorClass.NotSupported, outcome.Error);
        Assert.Equal(memory, bench.Memory.Count);
    }

    [Case("dirty.cap.firmware", Level.Contract, "contract.dirty-offered", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void Firmware_that_says_there_is_none_is_believed(Profile profile)
    {
        using var bench = TestBench.Start(
            profile,
            new() { Firmware = f => f with { HardwareUpdate = HardwareUpdate.AccessFlag } }
        );

        var outcome = bench.TryTrackedDomain(0);

        Refusal.MustBe(ErrorClass.NotSupported, outcome.Error);
    }

    [Case(
        "dirty.cap.attach",
        Level.Contract,
        "contract.dirty-offered",
        Needs = Needs | Capabilities.MultipleSmmus
    )]
    [AppliesIf(nameof(NoDirtyState))]
    public void It_is_not_attached_where_nothing_would_be_noted(Profile profile)
    {
        var without = profile with
        {
            IDR0 = profile.IDR0 with { HTTU = HardwareUpdate.AccessFlag },
        };
        using var bench = TestBench.Create([profile, without]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var domain = bench.Must(bench.TryTrackedDomain(0));
        var device = bench.AddDevice(
            new MasterDescription { Name = "nic", Streams = [DirtyScene.Stream] },
            smmu: 1
        );
        var before = bench.SteOf(DirtyScene.Stream, smmu: 1);

        var outcome = bench.Attach(device, domain);

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        Assert.Equal(before, bench.SteOf(DirtyScene.Stream, smmu: 1));
    }

    [Case(
        "dirty.nest-parent",
        Level.Contract,
        "contract.dirty-offered",
        "contract.nest-parent",
        Needs = Needs | GuestScene.Needs
    )]
    [AppliesIf(nameof(NoDirtyState))]
    [AppliesIf(nameof(CannotNest))]
    public void What_is_to_track_and_to_bear_guests_does_both_or_is_refused(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [DirtyScene.Stream],
                CanWriteBackNonSnooped = true,
            }
        );

        var domain = bench.CreateDomain(
            new()
            {
                Kind = DomainKind.Paging,
                NestParent = true,
                DirtyTracking = true,
                Smmus = [bench.Handle],
            }
        );

        if (!domain.IsDone)
        {
            Refusal.MustBe(ErrorClass.NotSupported, domain.Error);
            return;
        }

        bench.Must(bench.CreateGuest(device, domain.Value));
        bench.Must(bench.StartTracking(domain.Value));
    }

    [Case("dirty.cd", Level.Architecture, "httu.021", "httu.004", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void Dirty_state_is_on_with_the_Access_flag_wherever_the_tables_are_used(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        var other = scene.Bench.AddDevice(0x11);
        scene.Bench.Must(scene.Bench.Attach(other, scene.Domain));

        var contexts = new[] { DirtyScene.Stream, (StreamId)0x11 }
            .Select(stream => scene.Bench.CdOf(stream))
            .ToList();

        if (!contexts[0].V)
            throw VerdictException.NotApplicable("the driver tracks at stage 2");
        Assert.All(contexts, cd => Assert.Equal((true, true), (cd.HA, cd.HD)));
        Assert.All(contexts, cd => Assert.True(cd.IR0 == Cacheability.WriteBackAllocate));
    }

    [Case("dirty.cd.off", Level.Linux, "linux.cd.s1", Needs = Capabilities.Stage1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Nothing_is_updated_in_the_tables_of_other_domains(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        bench.Attached(DirtyScene.Stream);

        var cd = bench.CdOf(DirtyScene.Stream);

        Assert.Equal((false, false, false), (cd.HA, cd.HD, cd.HAFT));
    }

    [Case("dirty.atomic", Level.Architecture, "httu.003", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void What_hardware_may_change_is_changed_atomically(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        scene.Write(1, 2);
        var mark = scene.Bench.Trace.Mark;

        scene.Dirty(clean: true);

        var changed = scene
            .Bench.Trace.Since<StoreEntry>(mark)
            .Where(store => store.Place.Kind == PlaceKind.TranslationTable)
            .ToList();
        Assert.Equal(2, changed.Count);
        Assert.All(changed, store => Assert.True(store.Atomic, $"{store} is a plain store"));
    }

    [Case(
        "dirty.race",
        Level.Contract,
        "contract.dirty-exact",
        "contract.dirty-clean",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoDirtyState))]
    public void A_write_during_the_read_is_reported_by_it_or_by_the_next(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        var (written, reported) = (new HashSet<ulong>(), new HashSet<ulong>());
        var next = 0ul;
        scene.Bench.System.Relaxing = Go;
        scene.Bench.System.Stored = Go;
        for (var round = 0; round < 8; round++)
        {
            scene.Write((ulong)round);
            written.Add((ulong)round);

            reported.UnionWith(scene.Dirty(clean: true));
        }

        (scene.Bench.System.Relaxing, scene.Bench.System.Stored) = (null, null);
        reported.UnionWith(scene.Dirty(clean: true));
        Assert.Equal(written.Order(), reported.Order());
        Assert.Empty(scene.Dirty(clean: true));

        void Go()
        {
            var page = next++ % 12;
            if (scene.Bench.Smmu.Access(Writing(scene.At(page))).Passed)
                written.Add(page);
        }
    }

    [Case("dirty.leave", Level.Contract, "contract.dirty-exact", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void A_device_leaves_a_domain_that_was_read_and_comes_back(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        scene.Write(1);
        Assert.Equal([1ul], scene.Dirty(clean: true));

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Domain));
        scene.Write(2);
        Assert.Equal([2ul], scene.Dirty(clean: false));
    }

    [Case(
        "dirty.multi",
        Level.Contract,
        "contract.dirty-exact",
        "contract.dirty-clean",
        Needs = Needs | Capabilities.MultipleSmmus
    )]
    [AppliesIf(nameof(NoDirtyState))]
    public void Writes_behind_every_SMMU_count_and_every_SMMU_forgets(Profile profile)
    {
        // What hardware has noted shows at a CMD_SYNC of its SMMU.
        using var bench = TestBench.Create([profile, profile], DirtyReading.Late);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var domain = bench.Must(bench.TryTrackedDomain(0, 1));
        var page = bench.PageOf(domain);
        var devices = new[] { 0, 1 }
            .Select(smmu =>
                bench.AddDevice(
                    new MasterDescription { Name = $"nic {smmu}", Streams = [DirtyScene.Stream] },
                    smmu
                )
            )
            .ToList();
        bench.Must(bench.Map(domain, DirtyScene.Window, DirtyScene.Target + page, 4 * page));
        foreach (var device in devices)
            bench.Must(bench.Attach(device, domain));
        bench.Must(bench.StartTracking(domain));

        for (var round = 0; round < 2; round++)
        {
            bench.Dma(devices[0], DirtyScene.Window, write: true);
            bench.Dma(devices[1], DirtyScene.Window + 2 * page, write: true);
            var read = bench.Must(
                bench.ReadDirty(domain, DirtyScene.Window, 4 * page, clean: true)
            );

            Assert.Equal(
                [
                    new DirtyRange(DirtyScene.Window, page),
                    new DirtyRange(DirtyScene.Window + 2 * page, page),
                ],
                read.AsEnumerable()
            );
        }
    }

    [Case("dirty.off", Level.Contract, "contract.dirty-refusals", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void Without_tracking_pages_stay_writable_and_nothing_is_told(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        scene.Dirty(clean: true);

        scene.Bench.Must(scene.Bench.StopTracking(scene.Domain));

        scene.Write(0, 15);
        Refusal.MustBe(ErrorClass.Invalid, Read(scene, scene.At(0), scene.Page).Error);
        Refusal.MustBe(ErrorClass.Invalid, scene.Bench.StopTracking(scene.Domain).Error);
    }

    [Case("dirty.refused", Level.Contract, "contract.dirty-refusals", Needs = Needs)]
    [AppliesIf(nameof(NoDirtyState))]
    public void Other_domains_and_other_ranges_are_refused(Profile profile)
    {
        using var scene = new DirtyScene(profile);
        var plain = scene.Bench.Stage1Domain();
        var beyond = 1ul << scene.Bench.Must(scene.Bench.Driver.Geometry(scene.Domain)).InputBits;

        Refusal.MustBe(ErrorClass.Invalid, scene.Bench.StartTracking(plain).Error);
        Refusal.MustBe(
            ErrorClass.Invalid,
            scene.Bench.StartTracking(scene.Bench.IdentityDomain()).Error
        );
        Refusal.MustBe(ErrorClass.NotFound, scene.Bench.StartTracking(new DomainHandle(-3)).Error);
        Refusal.MustBe(ErrorClass.Invalid, Read(scene, scene.At(0) + 8, scene.Page).Error);
        Refusal.MustBe(ErrorClass.Invalid, Read(scene, scene.At(0), scene.Page - 8).Error);
        Refusal.MustBe(ErrorClass.OutOfRange, Read(scene, beyond, scene.Page).Error);
        Refusal.MustBe(
            ErrorClass.OutOfRange,
            Read(scene, beyond - scene.Page, 2 * scene.Page).Error
        );
    }

    [Case(
        "dirty.timeout",
        Level.Contract,
        "contract.dirty-refusals",
        "contract.relax-in-polls",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoDirtyState))]
    public void What_was_written_is_not_lost_if_hardware_hangs(Profile profile)
    {
        using var scene = new DirtyScene(profile, options: Everyday.Lazy);
        scene.Write(1, 2, 5);
        scene.Bench.Machine.Run();
        scene.Bench.System.MicrosecondsPerRelax = 1_000;
        // At once; and when the first descriptor has been cleaned.
        foreach (var kind in new[] { PlaceKind.CommandQueue, PlaceKind.TranslationTable })
        {
            scene.Bench.System.Stored = () =>
                scene.Bench.System.HardwareHangs |=
                    scene.Bench.Trace.Entries[^1] is StoreEntry store && store.Place.Kind == kind;

            var outcome = Read(scene, scene.At(0), 16 * scene.Page);

            Refusal.MustBe(ErrorClass.TimedOut, outcome.Error);
            (scene.Bench.System.Stored, scene.Bench.System.HardwareHangs) = (null, false);
            scene.Bench.Machine.Run();
            scene
                .Dirty(clean: false)
                .Should()
                .Equal(
                    [1ul, 2, 5],
                    $"these pages were written, and the read that hung at a store to the {kind} has reported none"
                );
        }
    }

    private static Transaction Writing(Iova at) =>
        new()
        {
            Stream = DirtyScene.Stream,
            Address = at,
            Write = true,
        };

    private static Outcome<ImmutableArray<DirtyRange>> Read(
        DirtyScene scene,
        Iova at,
        ulong bytes
    ) => scene.Bench.ReadDirty(scene.Domain, at, bytes, clean: true);

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);

    private static string? NoDirtyState(Profile profile) => DirtyScene.NoDirtyState(profile);

    private static string? HasDirtyState(Profile profile) =>
        NoDirtyState(profile) is null ? "the SMMU has dirty state" : null;
}
