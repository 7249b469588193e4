using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What several users of a domain have in common is invalidated once, as long as one of them is there.</summary>
public sealed class InvalidationSharing
{
    public static DomainStage[] Stages => PagingStages.Both;

    [Case("invs.shared", Level.Linux, "linux.invs.sorted", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void A_tag_that_devices_share_is_invalidated_once(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        var alone = TlbisOfAnUnmap(scene);
        foreach (var stream in new StreamId[] { 0x20, 0x21, 0x22 })
            scene.Bench.Must(scene.Bench.Attach(scene.Bench.AddDevice(stream), scene.Domain));

        var together = TlbisOfAnUnmap(scene);
        Assert.True(
            together == alone,
            $"an unmap takes {alone} CMD_TLBI_* for one device and {together} for four that share its tag"
        );
    }

    [Case("invs.users", Level.Linux, "linux.invs.unref", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void It_is_invalidated_until_the_last_of_them_has_left(
        Profile profile,
        DomainStage stage
    )
    {
        using var scene = new AtsDriverScene(profile, stage);
        var second = scene.Bench.AddDevice(0x20);
        scene.Bench.Must(scene.Bench.Attach(second, scene.Domain));
        var both = TlbisOfAnUnmap(scene);

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        var one = TlbisOfAnUnmap(scene);
        scene.Bench.Must(scene.Bench.Detach(second));
        var none = TlbisOfAnUnmap(scene);

        Assert.True(
            both > 0 && one == both && none == 0,
            $"an unmap takes {both} CMD_TLBI_* with two devices, {one} with one of them, {none} with none: it must be as many while one is left, and then none"
        );
    }

    [Case("invs.trash", Level.Linux, "linux.invs.unref", Needs = AtsDriverScene.Needs)]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [Rows(nameof(Stages))]
    public void Who_has_left_is_skipped_and_those_behind_are_not(Profile profile, DomainStage stage)
    {
        using var scene = new AtsDriverScene(profile, stage);
        var devices = new StreamId[] { 0x20, 0x21, 0x22 }
            .Select(stream =>
                scene.Bench.AddDevice(
                    new MasterDescription
                    {
                        Name = $"device {stream}",
                        Streams = [stream],
                        Ats = true,
                    }
                )
            )
            .ToArray();
        foreach (var device in devices)
            scene.Bench.Must(scene.Bench.Attach(device, scene.Domain));
        scene.Bench.Must(scene.Bench.Detach(devices[1]));
        scene.Map(0, 1);

        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));

        scene.MustHaveTold([0x10, 0x20, 0x22], "the streams that are attached; 0x21 has left");
    }

    [Case(
        "invs.grouped",
        Level.Linux,
        "linux.invs.grouped",
        Needs = AtsDriverScene.Needs | Capabilities.MultipleSmmus | Capabilities.Stage1
    )]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Each_SMMU_gets_its_commands_together_tags_before_devices(Profile profile)
    {
        using var bench = TestBench.Create([profile, profile]);
        var domain = Shared(bench);

        bench.Must(bench.Unmap(domain, AtsDriverScene.Window, bench.PageOf(domain)));

        var seen = bench
            .Trace.Since<CommandEntry>(bench.LastOperation)
            .Select(entry => (entry.Smmu, Kind: KindOf(entry.Command)))
            .ToList();
        // One SMMU after the other, and on each of them tag, CMD_SYNC, device, CMD_SYNC; twice where a part needs it.
        Assert.Equal(2, seen.Select(one => one.Smmu).Distinct().Count());
        Assert.True(
            Changes(seen.Select(one => one.Smmu)) == 1,
            $"the commands alternate between the SMMUs: {string.Join(' ', seen.Select(one => $"{one.Smmu}{one.Kind}"))} (t: tag, d: device, s: CMD_SYNC)"
        );
        foreach (var smmu in new[] { 0, 1 })
        {
            var kinds = seen.Where(one => one.Smmu == smmu).Select(one => one.Kind).ToList();
            Assert.True(
                kinds.LastIndexOf('t') < kinds.IndexOf('d')
                    && kinds[(kinds.LastIndexOf('t') + 1)..kinds.IndexOf('d')].Contains('s')
                    && kinds[^1] == 's',
                $"SMMU {smmu}: {string.Concat(kinds)}"
            );
        }
    }

    [Case(
        "invs.pasid",
        Level.Linux,
        "linux.invs.sorted",
        Needs = AtsDriverScene.Needs | PasidScene.Needs
    )]
    [AppliesIf(nameof(NoPasidsWithAts))]
    public void A_device_has_an_entry_for_each_of_its_PASIDs(Profile profile)
    {
        using var scene = new PasidScene(profile, ats: true);
        var space = scene.NewSpace();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, space.Domain));
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 1, space.Domain));
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 3, space.Domain));

        scene.Bench.Must(scene.Bench.Unmap(space.Domain, PasidScene.Window, space.Page));

        Assert.Equal(
            [(false, 0u), (true, 1u), (true, 3u)],
            scene
                .Bench.CommandsOf<AtcInv>()
                .Select(c => (c.SSV, c.SubstreamID.Value))
                .Distinct()
                .Order()
                .ToArray()
        );
        Assert.Single(scene.Bench.Commands.Where(TlbiTraffic.IsTlbi).Distinct());
    }

    private static string? NoPasidsWithAts(Profile profile) =>
        PasidScene.NoSubstreams(profile) ?? (profile.IDR0.ATS ? null : "SMMU_IDR0.ATS is 0");

    private static int TlbisOfAnUnmap(AtsDriverScene scene)
    {
        scene.Map(0, 1);
        scene.Bench.Must(scene.Bench.Unmap(scene.Domain, scene.At(0), scene.Page));
        return scene.Bench.Commands.Count(TlbiTraffic.IsTlbi);
    }

    private static DomainHandle Shared(TestBench bench)
    {
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var domain = bench.Stage1Domain([0, 1]);
        for (var n = 0; n < 4; n++)
            bench.Must(
                bench.Attach(
                    bench.AddDevice(
                        new MasterDescription
                        {
                            Name = $"device {n}",
                            Streams = [(uint)(1 + n)],
                            Ats = true,
                        },
                        n % 2
                    ),
                    domain
                )
            );
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, AtsDriverScene.Window, AtsDriverScene.Target, page));
        return domain;
    }

    private static char KindOf(Command command) =>
        command.Is<Sync>() ? 's'
        : command.Is<AtcInv>() ? 'd'
        : TlbiTraffic.IsTlbi(command) ? 't'
        : '-';

    private static int Changes(IEnumerable<int> smmus)
    {
        var list = smmus.ToList();
        return list.Zip(list.Skip(1)).Count(pair => pair.First != pair.Second);
    }
}
