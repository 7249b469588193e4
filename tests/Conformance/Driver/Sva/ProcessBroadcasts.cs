using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Processes whose PEs broadcast their TLB maintenance, behind SMMUs that could hear it.</summary>
public sealed class ProcessBroadcasts
{
    private const Capabilities Needs = ProcessScene.Needs;

    // Far from what a driver gives out first.
    private static readonly Asid s_asid = new(0x5a);

    [Case("sva.btm.mask", Level.Contract, "contract.broadcasts", "registers.045")]
    [AppliesWhere("SMMU_IDR0.BTM", 1)]
    public void Broadcasts_are_heard_as_declared(Profile profile)
    {
        using var bench = TestBench.Start(profile);
        var hears = bench.Description.Policies.HearsBroadcasts && !IsDeaf(profile);

        bench
            .Register<Cr2>()
            .PTM.Should()
            .Be(!hears, $"the driver {(hears ? "hears" : "does not hear")} broadcasts");
    }

    [Case(
        "sva.btm.changed",
        Level.Contract,
        "contract.broadcasts",
        "contract.sva-changed",
        Needs = Needs
    )]
    [AppliesIf(nameof(CannotShare))]
    public void What_a_process_unmaps_is_forgotten_whoever_has_told(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var process = scene.StartBroadcasting(s_asid);
        var pasid = scene.Bind(process);
        scene.MustReach(process, pasid);
        scene.Unmap(process);

        scene.Bench.Must(scene.Bench.Changed(process.Id, ProcessScene.Here, scene.Page));

        scene.MustRefuse(pasid);
        Assert.Equal(
            Hears(scene),
            !scene.Bench.Commands.Any(command => command.Is<TlbiNhVa>() || command.Is<TlbiNhAsid>())
        );
    }

    [Case(
        "sva.btm.ats",
        Level.Architecture,
        "ats.003",
        "contract.broadcasts",
        Needs = Needs | Capabilities.Ats
    )]
    [AppliesIf(nameof(CannotShare))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void Devices_hear_no_broadcast_and_are_told(Profile profile) =>
        DeviceMustForget(profile, s_asid);

    [Case(
        "sva.btm.ats.number",
        Level.Architecture,
        "ats.003",
        "contract.broadcasts",
        Needs = Needs | Capabilities.Ats
    )]
    [AppliesIf(nameof(CannotShare))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void A_device_whose_StreamID_is_the_number_of_the_tag_is_told(Profile profile) =>
        DeviceMustForget(profile, new((ushort)ProcessScene.Stream.Value));

    private static void DeviceMustForget(Profile profile, Asid asid)
    {
        using var scene = new ProcessScene(profile, ats: true);
        var process = scene.StartBroadcasting(asid);
        var pasid = scene.Bind(process);
        var request = new AtsRequest
        {
            Address = ProcessScene.Here,
            SubstreamValid = true,
            Substream = pasid,
        };
        if (!scene.Cache.Request(request).Grants)
            throw VerdictException.NotApplicable("the driver leaves ATS off with processes");
        scene.Unmap(process);

        scene.Bench.Must(scene.Bench.Changed(process.Id, ProcessScene.Here, scene.Page));

        Assert.NotEmpty(scene.Bench.CommandsOf<AtcInv>());
        Assert.False(scene.Cache.Request(request).Grants);
    }

    [Case("sva.btm.tag", Level.Contract, "contract.broadcasts", "asid.006", Needs = Needs)]
    [AppliesIf(nameof(CannotShare))]
    public void The_tag_is_the_one_of_its_PEs_where_they_are_heard(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var process = scene.StartBroadcasting(s_asid);

        var pasid = scene.Bind(process);

        var cd = scene.Bench.CdOf(ProcessScene.Stream, pasid);
        cd.ASET.Should()
            .Be(
                !Hears(scene),
                "of the PEs' set is what hears their broadcasts, and nothing else (§5.4, ASET)"
            );
        if (Hears(scene))
            cd.ASID.Should().Be(s_asid, "the PEs name it in their broadcasts");
    }

    [Case(
        "sva.btm.taken",
        Level.Contract,
        "contract.broadcasts",
        "asid.002",
        Needs = Needs | Capabilities.Stage1
    )]
    [AppliesIf(nameof(CannotShare))]
    public void A_tag_that_is_taken_is_not_taken_again(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var bench = scene.Bench;
        var other = bench.AddDevice(0x22);
        var domain = bench.Stage1Domain();
        bench.Must(bench.Attach(other, domain));
        var taken = bench.CdOf(0x22).ASID;
        var process = scene.StartBroadcasting(taken);

        var pasid = scene.Bind(process);

        Assert.NotEqual(taken, bench.CdOf(ProcessScene.Stream, pasid).ASID);
        scene.MustReach(process, pasid);
        scene.Unmap(process);
        bench.Must(bench.Changed(process.Id, ProcessScene.Here, scene.Page));
        scene.MustRefuse(pasid);
    }

    [Case(
        "sva.btm.reserved",
        Level.Contract,
        "contract.broadcasts",
        Needs = Needs | Capabilities.Stage1
    )]
    [AppliesIf(nameof(CannotShare))]
    public void No_domain_gets_the_tag_of_a_process_while_it_is_bound(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var bench = scene.Bench;
        // What the next domain would get.
        var probe = bench.AddDevice(0x22);
        var first = bench.Stage1Domain();
        bench.Must(bench.Attach(probe, first));
        var process = scene.StartBroadcasting(new((ushort)(bench.CdOf(0x22).ASID.Value + 1)));
        var pasid = scene.Bind(process);
        var tag = bench.CdOf(ProcessScene.Stream, pasid).ASID;

        for (var n = 0u; n < 4; n++)
        {
            var device = bench.AddDevice(0x30 + n);
            bench.Must(bench.Attach(device, bench.Stage1Domain()));
            Assert.NotEqual(tag, bench.CdOf(0x30 + n).ASID);
        }

        bench.Must(bench.Unbind(scene.Nic, process.Id));
        scene.MustRefuse(pasid);
    }

    [Case(
        "sva.btm.mixed",
        Level.Contract,
        "contract.broadcasts",
        Needs = Needs | Capabilities.MultipleSmmus
    )]
    [AppliesIf(nameof(CannotShare))]
    [AppliesWhere("SMMU_IDR0.BTM", 1)]
    public void An_SMMU_that_does_not_hear_is_told_beside_one_that_does(Profile profile)
    {
        var deaf = profile with { IDR0 = profile.IDR0 with { BTM = false } };
        using var scene = new ProcessScene(profile, beside: deaf);
        var second = scene.AddDevice("second", ProcessScene.Stream, smmu: 1);
        var process = scene.StartBroadcasting(s_asid);
        var pasid = scene.Bind(process);
        Assert.Equal(pasid, scene.Bind(process, second));
        scene.MustReach(process, pasid);
        scene.MustReach(process, pasid, second);
        scene.Unmap(process);

        scene.Bench.Must(scene.Bench.Changed(process.Id, ProcessScene.Here, scene.Page));

        scene.MustRefuse(pasid);
        scene.MustRefuse(pasid, second);
        var told = scene
            .Bench.Trace.Since<CommandEntry>(scene.Bench.LastOperation)
            .Where(entry => !entry.Command.Is<Sync>())
            .Select(entry => entry.Smmu)
            .Distinct()
            .Order();
        Assert.Equal(Hears(scene) ? [1] : [0, 1], told);
        Assert.True(scene.Bench.CdOf(ProcessScene.Stream, pasid, smmu: 1).ASET);
    }

    [Case(
        "sva.btm.exit",
        Level.Contract,
        "contract.broadcasts",
        "contract.sva-exited",
        Needs = Needs
    )]
    [AppliesIf(nameof(CannotShare))]
    public void When_a_process_ends_nothing_is_left_to_its_PEs(Profile profile)
    {
        using var scene = new ProcessScene(profile);
        var process = scene.StartBroadcasting(s_asid);
        var pasid = scene.Bind(process);
        scene.MustReach(process, pasid);

        scene.Bench.Must(scene.Bench.Exited(process.Id));

        scene.MustRefuse(pasid);
        scene.Bench.Must(scene.Bench.Unbind(scene.Nic, process.Id));
    }

    private static bool Hears(ProcessScene scene) =>
        scene.Bench.Description.Policies.HearsBroadcasts
        && scene.Profile.IDR0.BTM
        && !IsDeaf(scene.Profile);

    // Parts that may miss a broadcast, whatever IDR0.BTM says.
    private static bool IsDeaf(Profile profile) =>
        profile.IIDR is { Implementer: 0x43b, ProductID: 0x487 or 0x48a or 0x498 };

    private static string? CannotShare(Profile profile) => ProcessScene.CannotShare(profile);
}
