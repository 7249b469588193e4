using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Tables of context descriptors that grow while they are in use.</summary>
public sealed class PasidTables
{
    private const Capabilities Needs = PasidScene.Needs;

    [Case(
        "pasid.limit",
        Level.Architecture,
        "substream.010",
        "contract.pasid-limit",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void There_are_as_many_as_device_and_SMMU_can_bear_and_the_last_one_works(
        Profile profile
    )
    {
        using var scene = new PasidScene(profile, bits: 20);

        var pasids = scene.Bench.PasidsOf(scene.Nic);

        Assert.InRange(pasids, 2u, 1u << profile.IDR1.SSIDSIZE);
        var last = scene.Attach(pasids - 1);
        scene.MustReach(last, pasids - 1);
        Assert.InRange(scene.Bench.SteOf(PasidScene.Stream).S1CDMax, 1, profile.IDR1.SSIDSIZE);
    }

    [Case(
        "pasid.limit.one-level",
        Level.Architecture,
        "substream.010",
        "contract.pasid-limit",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void Where_tables_have_one_level_there_are_as_many_as_one_table_bears(Profile profile)
    {
        var flat = profile with
        {
            IDR0 = profile.IDR0 with { CD2L = false },
            IDR1 = profile.IDR1 with { SSIDSIZE = 14 },
        };
        using var scene = new PasidScene(flat, bits: 14);
        var last = scene.Bench.PasidsOf(scene.Nic) - 1;

        var space = scene.Attach(last);

        Assert.Equal(S1Fmt.Linear, scene.Bench.SteOf(PasidScene.Stream).S1Fmt);
        scene.MustReach(space, last);
    }

    [Case(
        "pasid.grow.one-store",
        Level.Architecture,
        "config-cache.018",
        "stream-table.011",
        Needs = Needs,
        Observes = Observation.EveryStore
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_leaf_becomes_reachable_in_one_store(Profile profile)
    {
        using var scene = new PasidScene(profile, bits: 14);
        scene.Attach(1);
        var far = scene.Bench.PasidsOf(scene.Nic) - 1;
        if (scene.Bench.SteOf(PasidScene.Stream).S1Fmt == S1Fmt.Linear)
            throw VerdictException.NotApplicable("the table has one level");
        var mark = scene.Bench.Trace.Mark;

        scene.Attach(far);

        foreach (
            var slot in scene
                .Bench.Trace.Since<StoreEntry>(mark)
                .Where(store => store.Place.Kind == PlaceKind.L1Cd)
                .GroupBy(store => store.Address)
        )
            Assert.True(
                slot.Count() == 1,
                $"the level 1 descriptor at {slot.Key} is stored in {slot.Count()} pieces: {string.Join(", ", slot.Select(store => $"{new L1Cd([store.New])}"))}"
            );
    }

    [Case("pasid.grow", Level.Contract, "contract.pasid-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_table_that_grows_disturbs_nobody(Profile profile)
    {
        using var scene = new PasidScene(profile, bits: 14);
        var pasids = scene.Bench.PasidsOf(scene.Nic);
        var main = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main.Domain));
        var spaces = new Dictionary<uint, PasidScene.Space>();

        foreach (var pasid in new[] { 1u, 1023u, 1024u, 2047u, 5000u, 16_383u })
        {
            if (pasid >= pasids)
                continue;
            spaces[pasid] = scene.Attach(pasid);
            scene.MustReach(main, null);
            foreach (var (known, space) in spaces)
                scene.MustReach(space, known);
        }

        // What lies between them has no domain.
        scene.MustRefuse(2);
        if (pasids > 3000)
            scene.MustRefuse(3000);
    }

    [Case("pasid.grow.seamless", Level.Contract, "contract.pasid-attach", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void The_main_domain_translates_at_every_moment_of_it(Profile profile)
    {
        using var scene = new PasidScene(profile, bits: 14);
        var main = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main.Domain));
        var last = scene.Bench.PasidsOf(scene.Nic) - 1;

        using var traffic = new Traffic(scene.Bench, PasidScene.Window, true, PasidScene.Stream);
        scene.Attach(last);
        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, last));

        traffic.MustAll(
            access => access.Passed && access.Address == main.Place,
            "the main domain has nothing to do with a PASID"
        );
    }

    [Case("pasid.no-memory", Level.Contract, "contract.refusal-changes-nothing", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void An_attach_that_lacks_memory_changes_nothing_and_can_be_repeated(Profile profile)
    {
        using var scene = new PasidScene(profile, bits: 14);
        var first = scene.Attach(1);
        var space = scene.NewSpace();
        var last = scene.Bench.PasidsOf(scene.Nic) - 1;
        var before = scene.Bench.Capture();

        scene.Bench.Memory.FailAfter = 0;
        var outcome = scene.Bench.AttachPasid(scene.Nic, last, space.Domain);
        scene.Bench.Memory.FailAfter = null;

        // A table that is there already needs none.
        if (!outcome.IsDone)
        {
            Refusal.MustBe(ErrorClass.OutOfMemory, outcome.Error);
            before.MustBeUnchanged();
            scene.MustReach(first, 1);
            scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, last, space.Domain));
        }

        scene.MustReach(space, last);
    }

    [Case(
        "pasid.first.no-memory",
        Level.Contract,
        "contract.refusal-changes-nothing",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    public void The_first_PASID_that_lacks_memory_changes_nothing(Profile profile)
    {
        using var scene = new PasidScene(profile, bits: 14);
        var space = scene.NewSpace();

        for (var n = 0; ; n++)
        {
            var before = scene.Bench.Capture();
            scene.Bench.Memory.FailAfter = n;
            var outcome = scene.Bench.AttachPasid(scene.Nic, 1, space.Domain);
            scene.Bench.Memory.FailAfter = null;
            if (outcome.IsDone)
                break;
            Refusal.MustBe(ErrorClass.OutOfMemory, outcome.Error);
            before.MustBeUnchanged();
            Assert.InRange(n, 0, 8);
        }

        scene.MustReach(space, 1);
    }

    [Case("pasid.tag", Level.Architecture, "asid.019", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void Each_address_space_has_a_tag_of_its_own(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var main = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main.Domain));

        for (var pasid = 1u; pasid < 8; pasid++)
            scene.Attach(pasid);

        var tags = Enumerable
            .Range(0, 8)
            .Select(n => scene.Bench.CdOf(PasidScene.Stream, (uint)n).ASID)
            .ToList();
        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Case("pasid.last-user", Level.Linux, "linux.tag.flush-on-last", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void The_tag_is_flushed_with_its_last_user_with_or_without_PASID(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var space = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, space.Domain));
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 1, space.Domain));

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        var withOneLeft = scene.Bench.Commands.Count(TlbiTraffic.IsTlbi);
        scene.MustReach(space, 1);
        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));

        Assert.Equal(0, withOneLeft);
        Assert.Contains(scene.Bench.Commands, TlbiTraffic.IsTlbi);
    }

    private static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);
}
