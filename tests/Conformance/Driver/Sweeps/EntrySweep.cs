using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// From every shape that an entry can have to every other: nothing in between is a mixture (the monitor sees to that), no more
/// rounds than there must be, no gap where there need be none, and nothing of the old one left.
/// </summary>
public sealed class EntrySweep
{
    // MEV merges reports and changes no translation; whether a device may ask is settled with the device. §5.2
    private static readonly Ste s_harmless = new() { MEV = true, EATS = Eats.FullWithDpt };

    /// <summary>The shape that all others are reached from, with ATS or without.</summary>
    public sealed record Start(EntryShape From, bool Ats)
    {
        public override string ToString() =>
            $"{From.ToString().ToLowerInvariant()}{(Ats ? "-ats" : "")}";
    }

    public static IEnumerable<Start> Starts =>
        from ats in new[] { false, true }
        from shape in Enum.GetValues<EntryShape>()
        select new Start(shape, ats);

    [Case(
        "hitless.sweep",
        Level.Linux,
        "linux.hitless.syncs",
        "linux.hitless.algorithm",
        "linux.hitless.break",
        Observes = Observation.EveryStore
    )]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    [Rows(nameof(Starts))]
    public void Every_shape_becomes_every_other_by_the_shortest_way(Profile profile, Start start)
    {
        Sweep(
            profile,
            start,
            (scene, shape) =>
                (before, after) =>
                {
                    var shortest = ShortestUpdate.Of(before, after, s_harmless);
                    var rounds = scene
                        .Bench.CommandsOf<CfgiSte>()
                        .Count(command => command.StreamID == scene.Nic.Stream);
                    Assert.True(
                        rounds <= shortest.Rounds,
                        $"{start.From} to {shape}: {rounds} rounds of CMD_CFGI_STE, {shortest.Rounds} would do\n{Texts(before, after)}"
                    );
                    Assert.False(
                        shortest.IsHitless && before.V && WasInvalid(scene),
                        $"{start.From} to {shape}: the entry was invalid on the way, and need not have been\n{Texts(before, after)}"
                    );
                }
        );
    }

    [Case(
        "hitless.sweep.final",
        Level.Contract,
        "contract.attach-replaces",
        Observes = Observation.EveryStore
    )]
    [Rows(nameof(Starts))]
    public void Every_shape_is_the_same_wherever_it_came_from(Profile profile, Start start)
    {
        var fresh = new Dictionary<EntryShape, Ste>();
        using (var scene = new ShapeScene(profile, start.Ats))
            foreach (var shape in scene.Shapes)
            {
                scene.Become(EntryShape.Detached, (_, _) => { });
                scene.Become(shape, (_, _) => { });
                fresh[shape] = Essential(scene.Bench.SteOf(scene.Nic.Stream));
            }

        Sweep(
            profile,
            start,
            (scene, shape) =>
                (_, _) =>
                {
                    // Only where the last of several operations has ended.
                    var entry = Essential(scene.Bench.SteOf(scene.Nic.Stream));
                    if (entry.Config == fresh[shape].Config && entry.S1DSS == fresh[shape].S1DSS)
                        Assert.True(
                            Meaning.Same(entry, fresh[shape]),
                            $"{shape} after {start.From} is not {shape} after nothing\n{Texts(fresh[shape], entry)}"
                        );
                }
        );
    }

    private static void Sweep(
        Profile profile,
        Start start,
        Func<ShapeScene, EntryShape, Action<Ste, Ste>> judge
    )
    {
        using var scene = new ShapeScene(profile, start.Ats);
        if (!scene.Shapes.Contains(start.From))
            throw VerdictException.NotApplicable($"hardware and driver have no {start.From}");
        if (start.Ats && !profile.IDR0.ATS)
            throw VerdictException.NotApplicable("SMMU_IDR0.ATS is 0");
        foreach (var shape in scene.Shapes)
        {
            scene.Become(start.From, (_, _) => { });
            scene.Become(shape, judge(scene, shape));
        }
    }

    private static bool WasInvalid(ShapeScene scene) =>
        scene
            .Bench.Trace.Since<StoreEntry>(scene.Bench.LastOperation)
            .Any(store =>
                store.Place is { Kind: PlaceKind.Ste, Word: 0 } place
                && place.Stream == scene.Nic.Stream
                && (store.New & 1) == 0
            );

    // Where tables are, and which tag they have, is the driver's own.
    private static Ste Essential(Ste entry) =>
        entry with
        {
            S1ContextPtr = entry.Stage1 ? 0 : entry.S1ContextPtr,
            S2TTB = entry.Stage2 ? 0 : entry.S2TTB,
            S2VMID = 0,
        };

    private static string Texts(in Ste before, in Ste after) => $"before:\n{before}after:\n{after}";
}
