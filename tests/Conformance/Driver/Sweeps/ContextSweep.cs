using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Every change that a context descriptor can undergo by way of the contract, each by the shortest way.</summary>
public sealed class ContextSweep
{
    private const byte Bits = 4;

    [Case(
        "hitless.sweep.cd",
        Level.Linux,
        "linux.hitless.break",
        "linux.hitless.syncs",
        Needs = PasidScene.Needs,
        Observes = Observation.EveryStore
    )]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_descriptor_under_a_PASID_comes_changes_and_goes_by_the_shortest_way(
        Profile profile
    )
    {
        using var scene = new PasidScene(profile, Bits);
        var (first, second) = (scene.NewSpace().Domain, scene.NewSpace().Domain);
        // The table is there, and what points to it.
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 1, scene.NewSpace().Domain));
        SubstreamId pasid = 3;

        foreach (var domain in new[] { first, second, first })
        {
            MustBeShort(scene.Bench, pasid, b => b.AttachPasid(scene.Nic, pasid, domain));
            MustBeShort(scene.Bench, pasid, b => b.DetachPasid(scene.Nic, pasid));
        }
    }

    [Case(
        "hitless.sweep.cd.main",
        Level.Linux,
        "linux.hitless.break",
        "linux.hitless.syncs",
        Needs = PasidScene.Needs,
        Observes = Observation.EveryStore
    )]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    [AppliesIf(nameof(NoSubstreams))]
    public void The_first_descriptor_changes_by_the_shortest_way(Profile profile)
    {
        using var scene = new PasidScene(profile, Bits);
        var (first, second) = (scene.NewSpace().Domain, scene.NewSpace().Domain);
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 1, scene.NewSpace().Domain));
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, first));

        foreach (var domain in new[] { second, first, second })
            MustBeShort(scene.Bench, 0, b => b.Attach(scene.Nic, domain));
    }

    [Case(
        "hitless.sweep.cd.process",
        Level.Linux,
        "linux.hitless.break",
        Needs = ProcessScene.Needs,
        Observes = Observation.EveryStore
    )]
    [NotOn(Quirks.SurvivesOneInvalidation)]
    [AppliesIf(nameof(CannotShare))]
    public void The_descriptor_of_a_process_comes_falls_silent_and_goes_by_the_shortest_way(
        Profile profile
    )
    {
        using var scene = new ProcessScene(profile, bits: Bits);
        scene.Bind(scene.Start());
        var process = scene.Start();
        var pasid = scene.Bind(process);
        scene.Bench.Must(scene.Bench.Unbind(scene.Nic, process.Space.Id));

        for (var round = 0; round < 2; round++)
            MustBeShort(scene.Bench, pasid, b => b.Bind(scene.Nic, process.Space).WithoutResult);
        MustBeShort(scene.Bench, pasid, b => b.Exited(process.Space.Id));
        MustBeShort(scene.Bench, pasid, b => b.Unbind(scene.Nic, process.Space.Id));
        MustBeShort(scene.Bench, pasid, b => b.Unbind(scene.Nic, process.Space.Id));
    }

    public static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);

    public static string? CannotShare(Profile profile) => ProcessScene.CannotShare(profile);

    private static void MustBeShort(
        TestBench bench,
        SubstreamId pasid,
        Func<TestBench, SmmuConformance.Driver.Contract.Outcome> change
    )
    {
        var stream = PasidScene.Stream;
        var before = bench.CdOf(stream, pasid);

        bench.Must(change(bench));

        var after = bench.CdOf(stream, pasid);
        var shortest = ShortestUpdate.Of(before, after, default);
        var rounds = bench
            .CommandsOf<CfgiCd>()
            .Count(command => command.StreamID == stream && command.SubstreamID == pasid);
        Assert.True(
            rounds <= shortest.Rounds,
            $"{rounds} rounds of CMD_CFGI_CD, {shortest.Rounds} would do\nbefore:\n{before}after:\n{after}"
        );
    }
}
