using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a driver must refuse, and that a refusal changes nothing.</summary>
public sealed class AttachRefusals
{
    private static readonly MasterHandle NoMaster = new(0x7f12_3456);
    private static readonly DomainHandle NoDomain = new(0x7f12_3456);

    /// <summary>A call that names something that does not exist.</summary>
    public sealed class Call
    {
        private readonly string _name;

        internal Call(string name, Func<ISmmuDriver, WarmScene, Outcome> make) =>
            (_name, Make) = (name, make);

        internal Func<ISmmuDriver, WarmScene, Outcome> Make { get; }

        public override string ToString() => _name;
    }

    public static Call[] Calls =>
        [
            new("attach-to-unknown", (d, s) => d.Attach(s.Nic.Handle, NoDomain)),
            new("attach-unknown", (d, s) => d.Attach(NoMaster, s.Domain)),
            new("detach-unknown", (d, _) => d.Detach(NoMaster)),
            new("remove-unknown", (d, _) => d.RemoveMaster(NoMaster)),
            new("free-unknown", (d, _) => d.FreeDomain(NoDomain)),
            new("flush-unknown", (d, _) => d.Flush(NoDomain)),
            new("geometry-unknown", (d, _) => d.Geometry(NoDomain).WithoutResult),
            new(
                "map-unknown",
                (d, s) => d.Map(NoDomain, s.At(9), WarmScene.Target, s.Page, Protection.Read)
            ),
            new("unmap-unknown", (d, s) => d.Unmap(NoDomain, s.At(0), s.Page).WithoutResult),
            new(
                "create-for-unknown",
                (d, _) =>
                    d.CreateDomain(
                        new()
                        {
                            Kind = DomainKind.Paging,
                            Stage = DomainStage.Stage1,
                            Smmus = [new SmmuHandle(0x7f12_3456)],
                        }
                    ).WithoutResult
            ),
        ];

    [Case(
        "attach.unknown",
        Level.Contract,
        "contract.handles-not-confused",
        "contract.refusal-changes-nothing",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Calls))]
    public void A_handle_that_is_not_live_is_refused(Profile profile, Call call)
    {
        using var scene = new WarmScene(profile);
        scene.Map(0, 4);
        scene.Warm(0, 4);
        var before = scene.Bench.Capture();

        var outcome = call.Make(scene.Bench.Driver, scene);

        Assert.Contains(outcome.Error, new[] { ErrorClass.NotFound, ErrorClass.Invalid });
        before.MustBeUnchanged();
        scene.MustReach(0, 4);
    }

    [Case(
        "attach.foreign",
        Level.Linux,
        "linux.errno.attach",
        "linux.attach.unchanged-on-failure",
        Needs = WarmScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_made_for_another_SMMU_is_refused_and_changes_nothing(Profile profile)
    {
        using var bench = TestBench.Create([profile, profile]);
        if (bench.Description.Capabilities.HasFlag(Capabilities.MultipleSmmus))
            throw VerdictException.NotApplicable("the driver shares domains among SMMUs");
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var (nic, own) = (bench.AddDevice(0x10), bench.Stage1Domain());
        bench.Must(bench.Map(own, 0x1_0000, WarmScene.Target, 0x1_0000));
        bench.Must(bench.Attach(nic, own));
        Assert.True(bench.Dma(nic, 0x1_0000).Passed);
        var foreign = bench.Stage1Domain(smmu: 1);
        var before = bench.Capture();

        var outcome = bench.Attach(nic, foreign);

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
        Assert.Equal(WarmScene.Target, bench.Dma(nic, 0x1_0000).Address);
        bench.Must(bench.FreeDomain(foreign));
    }

    [Case("attach.busy", Level.Contract, "contract.domain-in-use", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_is_not_freed_while_a_device_is_attached(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        var gpu = bench.AddDevice(WarmScene.SecondStream);
        bench.Must(bench.Attach(gpu, scene.Domain));
        scene.Map(0, 4);
        scene.Warm(0, 4);
        bench.Must(bench.Detach(gpu));
        var before = bench.Capture();

        var outcome = bench.FreeDomain(scene.Domain);

        Refusal.MustBe(ErrorClass.Busy, outcome.Error);
        before.MustBeUnchanged();
        scene.MustReach(0, 4);
        bench.Must(bench.Detach(scene.Nic));
        bench.Must(bench.FreeDomain(scene.Domain));
    }

    [Case("attach.twice", Level.Contract, "contract.handles-not-confused", Needs = WarmScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void What_is_gone_cannot_be_removed_or_used_again(Profile profile)
    {
        using var scene = new WarmScene(profile);
        var bench = scene.Bench;
        bench.Must(bench.RemoveDevice(scene.Nic));
        var before = bench.Capture();

        Refused(bench.RemoveDevice(scene.Nic));
        Refused(bench.Detach(scene.Nic));
        Refused(bench.Attach(scene.Nic, scene.Domain));
        before.MustBeUnchanged();

        bench.Must(bench.FreeDomain(scene.Domain));
        before = bench.Capture();
        Refused(bench.FreeDomain(scene.Domain));
        Refused(bench.Map(scene.Domain, scene.At(0), WarmScene.Target, scene.Page));
        Refused(bench.Unmap(scene.Domain, scene.At(0), scene.Page).WithoutResult);
        before.MustBeUnchanged();

        static void Refused(Outcome outcome) =>
            Assert.Contains(outcome.Error, new[] { ErrorClass.NotFound, ErrorClass.Invalid });
    }
}
