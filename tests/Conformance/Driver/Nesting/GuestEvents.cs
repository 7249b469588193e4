using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Who is told of what goes wrong with a guest's device.</summary>
public sealed class GuestEvents
{
    [Case("vevq.stage1", Level.Contract, "contract.guest-events", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [AppliesIf(nameof(AlwaysStalls))]
    public void A_fault_of_a_guests_own_stage_goes_to_it_under_its_number(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();

        scene.MustRefuse(GuestScene.Here + 0x10_0000);
        scene.Bench.ServeInterrupts();

        scene
            .Bench.System.Forwarded.Should()
            .ContainSingle("the device has faulted once, at the guest's own stage");
        var (guest, record) = scene.Bench.System.Forwarded[0];
        guest.Should().Be(scene.Guest, "its virtual SMMU has the device");
        record
            .StreamID.Should()
            .Be(
                GuestScene.Number,
                "the guest knows the device by this StreamID, not by the host's"
            );
        var fault = record.As<FTranslation>();
        Assert.Equal((byte)EventId.FTranslation, record.Id);
        Assert.Equal(GuestScene.Here.Value + 0x10_0000, fault.InputAddr.Value);
        Assert.Empty(scene.Bench.System.Reports);
    }

    [Case("vevq.stage2", Level.Contract, "contract.guest-events", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_fault_of_the_hosts_stage_goes_to_the_host(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.Space.Map(GuestScene.Here + scene.Page, 0);
        scene.AttachNested();

        scene.MustRefuse(GuestScene.Here + scene.Page);
        scene.Bench.ServeInterrupts();

        MustBeTheHosts(scene, "stage 2 is the host's");
        var report = scene.Bench.System.Reports[0];
        Assert.Equal(scene.Nic.Handle, report.Master);
        Assert.Equal(GuestScene.Stream, report.Record.StreamID);
    }

    [Case("vevq.configuration", Level.Contract, "contract.guest-events", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_context_descriptor_that_is_not_valid_is_the_guests_matter(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.Space.WriteContext(cd => cd with { V = false });
        scene.AttachNested();

        scene.MustRefuse(GuestScene.Here);
        scene.Bench.ServeInterrupts();

        var (guest, record) = Assert.Single(scene.Bench.System.Forwarded);
        Assert.Equal(
            (scene.Guest, GuestScene.Number, (byte)EventId.CBadCd),
            (guest, record.StreamID, record.Id)
        );
    }

    [Case("vevq.each", Level.Contract, "contract.guest-events", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [AppliesIf(nameof(AlwaysStalls))]
    public void Each_guest_is_told_of_its_own(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        var gpu = scene.AddDevice("gpu", 0x11);
        var second = scene.Bench.Must(scene.Bench.CreateGuest(gpu, scene.Parent));
        scene.Bench.Must(scene.Bench.AddVirtualDevice(second, gpu, 0x5));
        var (word0, word1) = GuestScene.Translating(scene.Space);
        scene.Bench.Must(
            scene.Bench.Attach(
                gpu,
                scene.Bench.Must(scene.Bench.CreateNested(second, word0, word1))
            )
        );

        scene.MustRefuse(GuestScene.Here + 0x10_0000, gpu);
        scene.MustRefuse(GuestScene.Here + 0x20_0000);
        scene.Bench.ServeInterrupts();

        Assert.Equal(
            [(second, (StreamId)0x5), (scene.Guest, GuestScene.Number)],
            scene.Bench.System.Forwarded.Select(f => (f.Guest, f.Record.StreamID)).ToArray()
        );
    }

    [Case("vevq.bypass", Level.Contract, "contract.guest-events", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void Where_a_guest_does_not_translate_nothing_is_its_fault(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.Bench.Must(
            scene.Bench.Attach(
                scene.Nic,
                scene.Bench.Must(scene.Bench.CreateNested(scene.Guest, 0b1001, 0))
            )
        );

        scene.MustRefuse(0);
        scene.Bench.ServeInterrupts();

        MustBeTheHosts(scene, "the guest has no stage 1 that could fault");
    }

    [Case(
        "vevq.later",
        Level.Contract,
        "contract.guest-events",
        Needs = GuestScene.Needs | Capabilities.Stage1
    )]
    [AppliesIf(nameof(CannotNest))]
    public void A_device_that_has_left_is_the_hosts_matter_again(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, scene.Bench.Stage1Domain()));

        scene.MustRefuse(GuestScene.Here);
        scene.Bench.ServeInterrupts();

        MustBeTheHosts(scene, "the device has left the guest");
    }

    [Case("vevq.stalled", Level.Architecture, "stall.009", "stall.057", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [AppliesIf(nameof(CannotStall))]
    public void An_access_of_a_guest_that_waits_is_answered_for_it(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var bench = scene.Bench;
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "gpu",
                Streams = [0x11],
                CanStall = true,
                CanWriteBackNonSnooped = true,
            }
        );
        bench.Must(bench.AddVirtualDevice(scene.Guest, device, 0x5));
        scene.Space.WriteContext(cd => cd with { S = true });
        bench.Must(bench.Attach(device, scene.Nested(scene.Space)));
        var access = bench.Dma(device, GuestScene.Here + 0x10_0000);
        if (!access.Stalled)
            throw VerdictException.NotApplicable("the driver keeps guests from stalling");

        bench.ServeInterrupts();
        bench.Machine.Run();

        // A guest cannot: its CMD_RESUME is not its to give.
        Assert.Empty(bench.Smmu.Stalled);
    }

    private static void MustBeTheHosts(GuestScene scene, string why)
    {
        scene.Bench.System.Forwarded.Should().BeEmpty(why);
        scene
            .Bench.System.Reports.Should()
            .ContainSingle($"the host is to hear of the fault once: {why}");
    }

    private static string? CannotStall(Profile profile) => StallingFaults.CannotStall(profile);

    // What stalls is answered by the host.
    private static string? AlwaysStalls(Profile profile) =>
        profile.IDR0.STALL_MODEL == StallModel.StallOnly ? "SMMU_IDR0.STALL_MODEL is 0b10" : null;

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);
}
