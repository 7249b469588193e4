using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Accesses that the SMMU stalls until somebody has got the page.</summary>
public sealed class StallingFaults
{
    private const Capabilities Needs = Capabilities.Stage1 | Capabilities.PageFaults;

    private static readonly PhysicalAddress s_target = 0x4_0000_0000;
    private static readonly Iova s_here = 0x1_0000_0000;

    private static readonly MasterDescription s_staller = new()
    {
        Name = "nic",
        Streams = [0x10],
        CanStall = true,
    };

    // A device that stalls, attached to a domain that maps nothing.
    private sealed class Scene : IDisposable
    {
        public Scene(Profile profile, byte bits = 0)
        {
            Bench = TestBench.Start(profile);
            Nic = Bench.AddDevice(s_staller with { SubstreamBits = bits });
            Domain = Bench.Stage1Domain();
            Page = Bench.PageOf(Domain);
            Bench.Must(Bench.Attach(Nic, Domain));
            Bench.Must(Bench.EnableFaults(Nic));
        }

        public TestBench Bench { get; }
        public Device Nic { get; }
        public DomainHandle Domain { get; }
        public ulong Page { get; }

        public StalledTransaction Stall(Iova at, bool write = false, SubstreamId? pasid = null)
        {
            var access = Bench.Dma(Nic, at, write, pasid: pasid);
            Assert.True(access.Stalled, $"the access must wait, but met {WarmScene.Text(access)}");
            Bench.ServeInterrupts();
            return Bench.Smmu.Stalled[^1];
        }

        public PageFault LastAsked => Bench.System.Asked[^1];

        public void Map(Iova at) => Bench.Must(Bench.Map(Domain, at, s_target + Page, Page));

        public void Dispose() => Bench.Dispose();
    }

    [Case(
        "iopf.stall",
        Level.Contract,
        "contract.faults-handed-on",
        "contract.faults-answered",
        Needs = Needs
    )]
    [AppliesIf(nameof(CannotStall))]
    public void An_access_that_waits_goes_on_when_its_page_is_there(Profile profile)
    {
        using var scene = new Scene(profile);
        var stalled = scene.Stall(s_here + 8, write: true);
        var fault = Assert.Single(scene.Bench.System.Asked);
        Assert.Equal(
            (scene.Nic.Handle, null, s_here + 8, false, true, true),
            (fault.Master, fault.Pasid, fault.Address, fault.Read, fault.Write, fault.Last)
        );
        Assert.Empty(scene.Bench.System.Reports);
        scene.Map(s_here);

        scene.Bench.Must(scene.Bench.Answer(fault.Group, PageFaultAnswer.Resolved));

        Assert.Empty(scene.Bench.Smmu.Stalled);
        Assert.Equal(s_target + scene.Page + 8, stalled.Answer!.Value.Address);
    }

    public static PageFaultAnswer[] Refusals => [PageFaultAnswer.Invalid, PageFaultAnswer.Failure];

    [Case(
        "iopf.stall.refused",
        Level.Linux,
        "linux.iopf.resume",
        "contract.faults-answered",
        Needs = Needs
    )]
    [AppliesIf(nameof(CannotStall))]
    [Rows(nameof(Refusals))]
    public void An_access_whose_page_cannot_be_had_is_refused(
        Profile profile,
        PageFaultAnswer answer
    )
    {
        using var scene = new Scene(profile);
        var stalled = scene.Stall(s_here);

        scene.Bench.Must(scene.Bench.Answer(scene.LastAsked.Group, answer));

        Assert.Empty(scene.Bench.Smmu.Stalled);
        Assert.False(stalled.Answer!.Value.Passed);
        // A device that reads zero takes it for what is there.
        Assert.True(
            stalled.Answer.Value.Response == FaultResponse.Abort,
            "the access is refused, but its device is not told: CMD_RESUME has Ac = Terminate and Ab = 0"
        );
    }

    public static string[] Causes => ["translation", "permission", "owner-gone"];

    [Case(
        "iopf.stall.nobody",
        Level.Architecture,
        "stall.009",
        "stall.057",
        Needs = Capabilities.Stage1
    )]
    [AppliesIf(nameof(CannotStall))]
    [Rows(nameof(Causes))]
    public void An_access_that_nobody_resolves_is_ended(Profile profile, string cause)
    {
        using var bench = TestBench.Start(profile);
        var nic = bench.AddDevice(s_staller);
        var domain = bench.Stage1Domain();
        if (cause == "permission")
            bench.Must(
                bench.Map(
                    domain,
                    s_here,
                    s_target,
                    bench.PageOf(domain),
                    Protection.Read | Protection.Cache
                )
            );
        bench.Must(bench.Attach(nic, domain));
        if (!bench.Dma(nic, s_here, write: true).Stalled)
            throw VerdictException.NotApplicable("the driver lets no access wait");
        var stalled = bench.Smmu.Stalled[^1];
        if (cause == "owner-gone")
            bench.Must(bench.RemoveDevice(nic));

        bench.ServeInterrupts();

        bench.Machine.Run();
        Assert.True(bench.Smmu.Stalled.Count == 0, "the access waits for ever");
        Assert.False(stalled.Answer!.Value.Passed);
    }

    [Case(
        "iopf.stall.once",
        Level.Architecture,
        "stall.009",
        "contract.faults-answered",
        "stall.029",
        "stall.057",
        "stall.045",
        Needs = Needs
    )]
    [AppliesIf(nameof(CannotStall))]
    public void It_is_answered_once(Profile profile)
    {
        using var scene = new Scene(profile);
        scene.Stall(s_here);
        var mark = scene.Bench.Trace.Mark;
        scene.Map(s_here);
        scene.Bench.Must(scene.Bench.Answer(scene.LastAsked.Group, PageFaultAnswer.Resolved));

        var again = scene.Bench.Answer(scene.LastAsked.Group, PageFaultAnswer.Invalid);

        Refusal.MustBe(ErrorClass.NotFound, again.Error);
        Assert.Single(scene.Bench.CommandsSince(mark), c => c.Is<Resume>());
        Refusal.MustBe(
            ErrorClass.NotFound,
            scene.Bench.Answer(new PageFaultGroup(-5), PageFaultAnswer.Resolved).Error
        );
    }

    [Case("iopf.stall.several", Level.Architecture, "stall.016", Needs = Needs)]
    [AppliesIf(nameof(CannotStall))]
    public void Each_that_waits_has_its_own_answer_in_any_order(Profile profile)
    {
        using var scene = new Scene(profile);
        var stalled = Enumerable
            .Range(0, 4)
            .Select(n => scene.Stall(s_here + (ulong)n * scene.Page))
            .ToList();
        var groups = scene.Bench.System.Asked.Select(fault => fault.Group).ToList();
        Assert.Equal(4, groups.Distinct().Count());
        scene.Map(s_here + 2 * scene.Page);

        foreach (var n in new[] { 3, 1, 2, 0 })
            scene.Bench.Must(
                scene.Bench.Answer(
                    groups[n],
                    n == 2 ? PageFaultAnswer.Resolved : PageFaultAnswer.Invalid
                )
            );

        Assert.Equal(
            [false, false, true, false],
            stalled.Select(s => s.Answer!.Value.Passed).ToArray()
        );
        Assert.Empty(scene.Bench.Smmu.Stalled);
    }

    public static DomainStage[] Stages => PagingStages.Both;

    [Case("iopf.stall.nobody.stages", Level.Architecture, "stall.009", "stall.057")]
    [AppliesIf(nameof(CannotStall))]
    [Rows(nameof(Stages))]
    public void An_access_that_nobody_resolves_does_not_wait_for_ever(
        Profile profile,
        DomainStage stage
    )
    {
        PagingStages.MustExist(profile, stage);
        using var bench = TestBench.Start(profile);
        PagingStages.MustBeDeclared(bench, stage);
        var device = bench.AddDevice(s_staller);
        bench.Must(bench.Attach(device, bench.PagingDomain(stage, [0])));
        if (!bench.Dma(device, s_here).Stalled)
            throw VerdictException.NotApplicable("the driver lets no access wait");

        bench.ServeInterrupts();
        bench.Machine.Run();

        Assert.True(
            bench.Smmu.Stalled.Count == 0,
            "an access waits, nobody was asked for its page, and no CMD_RESUME ends it"
        );
        Assert.Single(bench.System.Reports);
    }

    [Case("iopf.stall.disable", Level.Contract, "contract.faults-end", Needs = Needs)]
    [AppliesIf(nameof(CannotStall))]
    public void What_waits_when_faults_are_disabled_is_refused(Profile profile)
    {
        using var scene = new Scene(profile);
        scene.Stall(s_here);

        scene.Bench.Must(scene.Bench.DisableFaults(scene.Nic));

        scene.Bench.Machine.Run();
        Assert.Empty(scene.Bench.Smmu.Stalled);
        Refusal.MustBe(
            ErrorClass.NotFound,
            scene.Bench.Answer(scene.LastAsked.Group, PageFaultAnswer.Resolved).Error
        );
        scene.Bench.Dma(scene.Nic, s_here);
        scene.Bench.ServeInterrupts();
        scene.Bench.Machine.Run();
        Assert.Empty(scene.Bench.Smmu.Stalled);
        Assert.Single(scene.Bench.System.Asked);
    }

    [Case("iopf.stall.detach", Level.Contract, "contract.faults-end", Needs = Needs)]
    [AppliesIf(nameof(CannotStall))]
    public void What_waits_for_a_domain_that_goes_is_refused(Profile profile)
    {
        using var scene = new Scene(profile);
        var stalled = scene.Stall(s_here);
        var other = scene.Bench.AddDevice(
            new MasterDescription
            {
                Name = "other",
                Streams = [0x11],
                CanStall = true,
            }
        );
        scene.Bench.Must(scene.Bench.Attach(other, scene.Bench.Stage1Domain()));
        scene.Bench.Must(scene.Bench.EnableFaults(other));
        Assert.True(scene.Bench.Dma(other, s_here).Stalled);
        scene.Bench.ServeInterrupts();
        var staying = scene.Bench.Smmu.Stalled[^1];

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));

        scene.Bench.Machine.Run();
        Assert.False(stalled.Answer!.Value.Passed);
        Assert.Null(staying.Answer);
        Assert.Equal(staying, Assert.Single(scene.Bench.Smmu.Stalled));
        scene.Bench.Must(scene.Bench.FreeDomain(scene.Domain));
    }

    [Case("iopf.stall.removed", Level.Contract, "contract.faults-end", Needs = Needs)]
    [AppliesIf(nameof(CannotStall))]
    public void A_device_that_is_removed_leaves_nothing_waiting(Profile profile)
    {
        using var scene = new Scene(profile);
        scene.Stall(s_here);

        scene.Bench.Must(scene.Bench.RemoveDevice(scene.Nic));

        scene.Bench.Machine.Run();
        Assert.Empty(scene.Bench.Smmu.Stalled);
    }

    [Case("iopf.enable", Level.Contract, "contract.faults-refusals", Needs = Needs)]
    [AppliesIf(nameof(CannotStall))]
    public void It_is_enabled_once_and_where_something_can_wait(Profile profile)
    {
        using var scene = new Scene(profile);
        var twin = scene.Bench.AddDevice(
            new MasterDescription
            {
                Name = "twin",
                Streams = [0x20, 0x21],
                CanStall = true,
            }
        );

        Refusal.MustBe(ErrorClass.Busy, scene.Bench.EnableFaults(scene.Nic).Error);
        Refusal.MustBe(ErrorClass.NotSupported, scene.Bench.EnableFaults(twin).Error);
        Refusal.MustBe(ErrorClass.Invalid, scene.Bench.DisableFaults(twin).Error);
        if (profile.IDR0.STALL_MODEL == StallModel.StallAndTerminate)
            Refusal.MustBe(
                ErrorClass.NotSupported,
                scene.Bench.EnableFaults(scene.Bench.AddDevice(0x30)).Error
            );
    }

    internal static string? CannotStall(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.IDR0.STALL_MODEL == StallModel.TerminateOnly ? "SMMU_IDR0.STALL_MODEL is 0b01"
        : null;
}
