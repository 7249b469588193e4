using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Pages that devices ask for (PRI).</summary>
public sealed class PageRequests
{
    private const Capabilities Needs =
        Capabilities.Stage1 | Capabilities.PageFaults | Capabilities.Ats;

    private static readonly Iova s_here = 0x1_0000_0000;

    // A device that may ask, attached to a domain that maps nothing.
    private sealed class Scene : IDisposable
    {
        public Scene(Profile profile, bool enabled = true)
        {
            Bench = TestBench.Start(profile);
            Nic = Bench.AddDevice(
                new MasterDescription
                {
                    Name = "nic",
                    Streams = [0x10],
                    Ats = true,
                    Pri = true,
                    SubstreamBits = 4,
                }
            );
            Bench.Must(Bench.Attach(Nic, Bench.Stage1Domain()));
            if (enabled)
                Bench.Must(Bench.EnableFaults(Nic));
        }

        public TestBench Bench { get; }
        public Device Nic { get; }
        public AddressTranslationCache Cache => Bench.Devices.CacheOf(0, 0x10);

        public void Request(
            ulong page,
            ushort group,
            bool last,
            bool write = false,
            SubstreamId? pasid = null,
            bool read = true
        ) =>
            Bench.Smmu.RequestPage(
                new PriQueueEntry
                {
                    StreamID = 0x10,
                    SSV = pasid is not null,
                    SubstreamID = pasid ?? default,
                    R = read,
                    W = write,
                    Last = last,
                    PRGIndex = group,
                    PageAddress = s_here + page * 0x1000,
                }
            );

        public void Serve()
        {
            Bench.ServeInterrupts();
            Bench.Machine.Run();
        }

        public void Dispose() => Bench.Dispose();
    }

    [Case(
        "iopf.pri",
        Level.Architecture,
        "pri.003",
        "contract.faults-answered",
        "pri.022",
        Needs = Needs
    )]
    [AppliesIf(nameof(CannotAsk))]
    public void A_group_is_asked_for_page_by_page_and_answered_once(Profile profile)
    {
        using var scene = new Scene(profile);
        scene.Request(0, 7, last: false);
        scene.Request(1, 7, last: false, write: true);
        scene.Request(2, 7, last: true);
        scene.Serve();
        var asked = scene.Bench.System.Asked;
        Assert.Equal(
            [
                (s_here, false, false),
                (s_here + 0x1000, true, false),
                (s_here + 0x2000, false, true),
            ],
            asked.Select(f => (f.Address, f.Write, f.Last)).ToArray()
        );
        Assert.Single(asked.Select(fault => fault.Group).Distinct());
        Assert.Empty(scene.Cache.Responses);

        scene.Bench.Must(scene.Bench.Answer(asked[0].Group, PageFaultAnswer.Resolved));

        var response = Assert.Single(scene.Cache.Responses);
        Assert.Equal((7, PrgResponseCode.Success), (response.PRGIndex, response.Code));
        Refusal.MustBe(
            ErrorClass.NotFound,
            scene.Bench.Answer(asked[0].Group, PageFaultAnswer.Resolved).Error
        );
    }

    [Case("iopf.pri.refused", Level.Architecture, "pri.003", Needs = Needs)]
    [AppliesIf(nameof(CannotAsk))]
    [Rows(nameof(Answers))]
    public void A_group_that_cannot_be_had_is_told_so(Profile profile, PageFaultAnswer answer)
    {
        using var scene = new Scene(profile);
        scene.Request(0, 3, last: true);
        scene.Serve();

        scene.Bench.Must(scene.Bench.Answer(scene.Bench.System.Asked[0].Group, answer));

        var expected =
            answer == PageFaultAnswer.Invalid
                ? PrgResponseCode.InvalidRequest
                : PrgResponseCode.ResponseFailure;
        Assert.Equal(expected, Assert.Single(scene.Cache.Responses).Code);
    }

    public static PageFaultAnswer[] Answers => [PageFaultAnswer.Invalid, PageFaultAnswer.Failure];

    [Case("iopf.pri.incomplete", Level.Contract, "contract.faults-answered", Needs = Needs)]
    [AppliesIf(nameof(CannotAsk))]
    public void A_group_is_not_answered_before_its_end(Profile profile)
    {
        using var scene = new Scene(profile);
        scene.Request(0, 3, last: false);
        scene.Serve();
        var group = scene.Bench.System.Asked[0].Group;

        var early = scene.Bench.Answer(group, PageFaultAnswer.Resolved);
        scene.Request(1, 3, last: true);
        scene.Serve();

        Refusal.MustBe(ErrorClass.NotFound, early.Error);
        Assert.Empty(scene.Cache.Responses);
        scene.Bench.Must(scene.Bench.Answer(group, PageFaultAnswer.Resolved));
        Assert.Single(scene.Cache.Responses);
    }

    [Case("iopf.pri.groups", Level.Architecture, "pri.003", Needs = Needs)]
    [AppliesIf(nameof(CannotAsk))]
    public void Groups_that_come_mixed_are_told_apart(Profile profile)
    {
        using var scene = new Scene(profile);
        scene.Request(0, 1, last: false);
        scene.Request(5, 2, last: false);
        scene.Request(1, 1, last: true);
        scene.Request(6, 2, last: true);
        scene.Serve();
        var groups = scene.Bench.System.Asked.Select(fault => fault.Group).ToList();

        scene.Bench.Must(scene.Bench.Answer(groups[1], PageFaultAnswer.Resolved));
        scene.Bench.Must(scene.Bench.Answer(groups[0], PageFaultAnswer.Invalid));

        Assert.Equal(2, groups.Distinct().Count());
        Assert.Equal(
            [(2, PrgResponseCode.Success), (1, PrgResponseCode.InvalidRequest)],
            scene.Cache.Responses.Select(r => ((int)r.PRGIndex, r.Code)).ToArray()
        );
    }

    [Case(
        "iopf.pri.pasid",
        Level.Architecture,
        "pri.003",
        Needs = Needs | Capabilities.PasidAttach
    )]
    [AppliesIf(nameof(CannotAsk))]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_PASID_is_asked_for_and_answered_with(Profile profile)
    {
        using var scene = new Scene(profile);
        scene.Bench.Must(scene.Bench.AttachPasid(scene.Nic, 2, scene.Bench.Stage1Domain()));
        scene.Request(0, 9, last: true, pasid: 2);
        scene.Serve();

        var fault = Assert.Single(scene.Bench.System.Asked);
        scene.Bench.Must(scene.Bench.Answer(fault.Group, PageFaultAnswer.Resolved));

        Assert.Equal(2u, fault.Pasid!.Value.Value);
        var response = Assert.Single(scene.Bench.CommandsOf<PriResp>());
        Assert.Equal((true, 2u, 9), (response.SSV, response.SubstreamID.Value, response.PRGIndex));
    }

    [Case("iopf.pri.nobody", Level.Linux, "linux.pri.deny", Needs = Needs)]
    [AppliesIf(nameof(CannotAsk))]
    public void Where_nobody_resolves_faults_the_last_of_a_group_is_denied(Profile profile)
    {
        using var scene = new Scene(profile, enabled: false);
        scene.Request(0, 4, last: false);
        scene.Serve();
        var before = scene.Cache.Responses.Count;
        scene.Request(1, 4, last: true);
        scene.Serve();

        Assert.Equal(0, before);
        var response = Assert.Single(scene.Cache.Responses);
        Assert.Equal((4, PrgResponseCode.ResponseFailure), (response.PRGIndex, response.Code));
        Assert.Empty(scene.Bench.System.Asked);
    }

    [Case("iopf.pri.marker", Level.Architecture, "pri.003", Needs = Needs)]
    [AppliesIf(nameof(CannotAsk))]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_stop_marker_is_not_answered(Profile profile)
    {
        using var scene = new Scene(profile);

        scene.Request(0, 0, last: true, pasid: 2, read: false);
        scene.Serve();

        Assert.Empty(scene.Bench.System.Asked);
        Assert.Empty(scene.Cache.Responses);
    }

    [Case("iopf.pri.enables", Level.Contract, "contract.faults-end", Needs = Needs)]
    [AppliesIf(nameof(CannotAsk))]
    public void A_device_may_ask_only_while_somebody_answers(Profile profile)
    {
        using var scene = new Scene(profile, enabled: false);
        Assert.False(MayAsk(), "nobody would answer");

        scene.Bench.Must(scene.Bench.EnableFaults(scene.Nic));
        Assert.True(MayAsk(), "it was enabled");
        scene.Bench.Must(scene.Bench.DisableFaults(scene.Nic));
        Assert.False(MayAsk(), "it was disabled");
        scene.Bench.Must(scene.Bench.EnableFaults(scene.Nic));
        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));

        Assert.False(MayAsk(), "the device was removed");

        bool MayAsk() => scene.Bench.Devices.EnablesOf(0, 0x10).HasFlag(DeviceEnables.Pri);
    }

    [Case("iopf.pri.disable", Level.Contract, "contract.faults-end", Needs = Needs)]
    [AppliesIf(nameof(CannotAsk))]
    public void What_waits_when_faults_are_disabled_is_refused(Profile profile)
    {
        using var scene = new Scene(profile);
        scene.Request(0, 4, last: true);
        scene.Serve();

        scene.Bench.Must(scene.Bench.DisableFaults(scene.Nic));

        scene.Bench.Machine.Run();
        Assert.Equal(PrgResponseCode.InvalidRequest, Assert.Single(scene.Cache.Responses).Code);
    }

    [Case("iopf.pri.overflow", Level.Architecture, "pri.032", "pri.033", Needs = Needs)]
    [AppliesIf(nameof(CannotAsk))]
    public void After_an_overflow_what_is_whole_is_served_and_what_is_not_is_dropped(
        Profile profile
    )
    {
        using var scene = new Scene(profile);
        var room = 1 << new PriqBase(scene.Bench.Smmu.Read64(PriqBase.Offset)).LOG2SIZE;
        // The last that fits is the first of a group whose end is lost.
        for (var n = 0; n < room - 1; n++)
            scene.Request((ulong)n, (ushort)(n % 256), last: true);
        scene.Request(0, 400, last: false);
        scene.Request(1, 400, last: true);
        scene.Serve();
        var lost = scene.Bench.System.Asked[^1].Group;
        var auto = scene.Cache.Responses.Count;

        // The device may use the number again, for another group.
        scene.Request(9, 400, last: true);
        scene.Serve();

        var cons = new PriqCons(scene.Bench.Smmu.Read32(PriqCons.Offset));
        var prod = new PriqProd(scene.Bench.Smmu.Read32(PriqProd.Offset));
        cons.OVACKFLG.Should().Be(prod.OVFLG, "the overflow is to be acknowledged (§8.1)");
        auto.Should()
            .Be(1, "of all requests so far, only what did not fit is answered, and by hardware");
        scene
            .Bench.System.Asked.Should()
            .HaveCount(
                room + 1,
                $"{room} requests fit into the queue, and one came after the overflow"
            );
        scene
            .Bench.System.Asked[^1]
            .Group.Should()
            .NotBe(lost, "the group whose end was lost is over, though its number is used again");
        Refusal.MustBe(
            ErrorClass.NotFound,
            scene.Bench.Answer(lost, PageFaultAnswer.Resolved).Error
        );
        scene.Bench.Must(
            scene.Bench.Answer(scene.Bench.System.Asked[^1].Group, PageFaultAnswer.Resolved)
        );
    }

    private static string? CannotAsk(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : !profile.IDR0.ATS ? "SMMU_IDR0.ATS is 0"
        : !profile.IDR0.PRI ? "SMMU_IDR0.PRI is 0"
        : null;

    private static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);
}
