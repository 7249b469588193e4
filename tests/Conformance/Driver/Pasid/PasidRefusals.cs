using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;
using Outcome = SmmuConformance.Driver.Contract.Outcome;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What a driver must refuse of PASIDs, and that a refusal changes nothing.</summary>
public sealed class PasidRefusals
{
    private const Capabilities Needs = PasidScene.Needs | Capabilities.Identity;
    private const byte Bits = 4;

    /// <summary>A call that must be refused, in a scene with PASID 1 in use.</summary>
    public sealed class Call
    {
        private readonly string _name;

        internal Call(
            string name,
            ErrorClass[] errors,
            Func<PasidScene, DomainHandle, Outcome> make
        ) => (_name, Errors, Make) = (name, errors, make);

        internal ErrorClass[] Errors { get; }

        internal Func<PasidScene, DomainHandle, Outcome> Make { get; }

        public override string ToString() => _name;
    }

    public static Call[] Calls =>
        [
            new("zero", [ErrorClass.Invalid], (s, d) => s.Bench.AttachPasid(s.Nic, 0, d)),
            new(
                "beyond",
                [ErrorClass.Invalid],
                (s, d) => s.Bench.AttachPasid(s.Nic, 1u << Bits, d)
            ),
            new(
                "far-beyond",
                [ErrorClass.Invalid],
                (s, d) => s.Bench.AttachPasid(s.Nic, 0xf_ffff, d)
            ),
            new("taken", [ErrorClass.Busy], (s, d) => s.Bench.AttachPasid(s.Nic, 1, d)),
            new(
                "identity",
                [ErrorClass.Invalid],
                (s, _) => s.Bench.AttachPasid(s.Nic, 2, s.Bench.IdentityDomain())
            ),
            new(
                "no-domain",
                [ErrorClass.NotFound, ErrorClass.Invalid],
                (s, _) => s.Bench.AttachPasid(s.Nic, 2, new DomainHandle(0x7f12_3456))
            ),
            new("not-attached", [ErrorClass.NotFound], (s, _) => s.Bench.DetachPasid(s.Nic, 2)),
            new(
                "detach-zero",
                [ErrorClass.NotFound, ErrorClass.Invalid],
                (s, _) => s.Bench.DetachPasid(s.Nic, 0)
            ),
        ];

    [Case(
        "pasid.refused",
        Level.Contract,
        "contract.pasid-refusals",
        "contract.refusal-changes-nothing",
        "substream.019",
        "linux.pasid.refusals",
        Needs = Needs
    )]
    [AppliesIf(nameof(NoSubstreams))]
    [Rows(nameof(Calls))]
    public void It_is_refused_and_nothing_changes(Profile profile, Call call)
    {
        using var scene = new PasidScene(profile, Bits);
        var used = scene.Attach(1);
        var other = scene.NewSpace();
        scene.MustReach(used, 1);
        var before = scene.Bench.Capture();

        var outcome = call.Make(scene, other.Domain);

        Assert.Contains(outcome.Error, call.Errors);
        before.MustBeUnchanged();
        scene.MustReach(used, 1);
    }

    [Case(
        "pasid.stage2.main",
        Level.Contract,
        "contract.pasid-refusals",
        Needs = Needs | Capabilities.Stage2
    )]
    [AppliesIf(nameof(NoSubstreams))]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void Beside_a_stage_2_there_is_no_room_for_PASIDs(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var main = scene.Bench.PagingDomain(DomainStage.Stage2, [0]);
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main));
        var space = scene.NewSpace();
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.AttachPasid(scene.Nic, 1, space.Domain);

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case(
        "pasid.stage2.later",
        Level.Contract,
        "contract.pasid-refusals",
        Needs = Needs | Capabilities.Stage2
    )]
    [AppliesIf(nameof(NoSubstreams))]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void A_device_with_PASIDs_in_use_gets_no_stage_2(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var space = scene.Attach(1);
        var main = scene.Bench.PagingDomain(DomainStage.Stage2, [0]);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Attach(scene.Nic, main);

        Refusal.MustBe(ErrorClass.Busy, outcome.Error);
        before.MustBeUnchanged();
        scene.MustReach(space, 1);
        scene.Bench.Must(scene.Bench.DetachPasid(scene.Nic, 1));
        scene.Bench.Must(scene.Bench.Attach(scene.Nic, main));
    }

    [Case(
        "pasid.stage2.domain",
        Level.Contract,
        "contract.pasid-refusals",
        Needs = Needs | Capabilities.Stage2
    )]
    [AppliesIf(nameof(NoSubstreams))]
    [AppliesWhere("SMMU_IDR0.S2P", 1)]
    public void A_stage_2_domain_has_no_place_under_a_PASID(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var second = scene.Bench.PagingDomain(DomainStage.Stage2, [0]);
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.AttachPasid(scene.Nic, 1, second);

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
    }

    [Case("pasid.in-use", Level.Contract, "contract.domain-in-use", Needs = Needs)]
    [AppliesIf(nameof(NoSubstreams))]
    public void A_domain_under_a_PASID_is_not_freed(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var space = scene.Attach(1);

        var outcome = scene.Bench.FreeDomain(space.Domain);

        Refusal.MustBe(ErrorClass.Busy, outcome.Error);
        scene.MustReach(space, 1);
    }

    [Case("pasid.none", Level.Architecture, "substream.010", Needs = Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesWhere("SMMU_IDR1.SSIDSIZE", 0)]
    public void Behind_an_SMMU_without_substreams_there_are_none(Profile profile)
    {
        using var scene = new PasidScene(profile);
        var space = scene.NewSpace();

        var outcome = scene.Bench.AttachPasid(scene.Nic, 1, space.Domain);

        Assert.Equal(0u, scene.Bench.PasidsOf(scene.Nic));
        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        Assert.Equal(DeviceEnables.None, scene.Bench.Devices.EnablesOf(0, PasidScene.Stream));
    }

    private static string? NoSubstreams(Profile profile) => PasidScene.NoSubstreams(profile);
}
