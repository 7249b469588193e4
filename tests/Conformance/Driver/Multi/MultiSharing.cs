using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Which SMMUs may share a domain.</summary>
public sealed class MultiSharing
{
    /// <summary>What the other SMMU lacks, and how a profile loses it.</summary>
    public sealed record Lack(string Name, Func<Profile, Profile?> Without)
    {
        public override string ToString() => Name;
    }

    /// <summary>All that an SMMU can lack for a stage 1 domain that was made for another.</summary>
    public static IEnumerable<Lack> Lacks =>
        [
            new(
                "stage",
                p =>
                    p.IDR0.S2P
                        ? p with
                        {
                            IDR0 = p.IDR0 with { S1P = false, ASID16 = false, CD2L = false },
                            IDR1 = p.IDR1 with { SSIDSIZE = 0 },
                        }
                        : null
            ),
            new("granule", WithoutSmallestGranule),
            new(
                "output",
                p => p.OutputAddressBits > 36 ? WithOutput(p, PhysicalSize.Bits32) : null
            ),
            new(
                "coherency",
                p =>
                    p.Coherent
                        ? p with
                        {
                            Coherent = false,
                            IDR0 = p.IDR0 with { COHACC = false },
                        }
                        : null
            ),
            new(
                "byte-order",
                p =>
                    p.IDR0.TTENDIAN == WalkEndianness.Big
                        ? p with
                        {
                            IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Little },
                        }
                        : p with
                        {
                            IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Big },
                        }
            ),
        ];

    [Case("multi.share.identical", Level.Linux, "linux.multi.compatible", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Two_SMMUs_of_one_kind_share_a_domain(Profile profile)
    {
        using var scene = new MultiScene(profile);

        scene.AttachBoth();

        scene.MustReach(scene.Left, 3);
        scene.MustReach(scene.Right, 3);
    }

    [Case(
        "multi.share.made-for-one",
        Level.Linux,
        "linux.multi.compatible",
        Needs = MultiScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_domain_that_was_made_for_one_is_shared_with_another_that_can_walk_it(
        Profile profile
    )
    {
        using var scene = new MultiScene(profile, profile, madeForLeft: true);

        scene.AttachBoth();

        scene.MustReach(scene.Left, 0);
        scene.MustReach(scene.Right, 0);
    }

    [Case(
        "multi.share.refused",
        Level.Linux,
        "linux.multi.compatible",
        "linux.attach.unchanged-on-failure",
        "stage1.016",
        Needs = MultiScene.Needs
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Lacks))]
    public void An_SMMU_that_cannot_walk_its_tables_is_refused_and_nothing_changes(
        Profile profile,
        Lack row
    )
    {
        var lacking =
            row.Without(profile)
            ?? throw VerdictException.NotApplicable($"the hardware has no {row} to lose");
        using var scene = new MultiScene(profile, lacking, madeForLeft: true);
        scene.Bench.Must(scene.Bench.Attach(scene.Left, scene.Domain));
        var before = scene.Bench.Capture();

        var outcome = scene.Bench.Attach(scene.Right, scene.Domain);

        Refusal.MustBe(ErrorClass.Invalid, outcome.Error);
        before.MustBeUnchanged();
        scene.MustReach(scene.Left, 0);
        scene.MustRefuse(scene.Right, 0);
    }

    [Case("multi.share.granule", Level.Linux, "linux.multi.compatible", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void Only_the_granule_that_was_chosen_must_be_there(Profile profile)
    {
        var plain = WithOnly(profile, profile.SmallestGranule);
        using var scene = new MultiScene(profile, plain, madeForLeft: true);

        scene.AttachBoth();

        scene.MustReach(scene.Right, 1);
    }

    [Case("multi.share.wider", Level.Linux, "linux.multi.compatible", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesIf(nameof(Narrow))]
    public void A_larger_output_size_is_no_obstacle(Profile profile)
    {
        using var scene = new MultiScene(
            WithOutput(profile, PhysicalSize.Bits36),
            profile,
            madeForLeft: true
        );

        scene.AttachBoth();

        scene.MustReach(scene.Left, 1);
        scene.MustReach(scene.Right, 1);
    }

    [Case("multi.share.geometry", Level.Architecture, "stage1.016", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [AppliesIf(nameof(Narrow))]
    public void A_domain_for_both_puts_out_no_more_than_the_smaller(Profile profile)
    {
        using var scene = new MultiScene(profile, WithOutput(profile, PhysicalSize.Bits36));

        var outcome = scene.Bench.Map(scene.Domain, scene.At(0x100), 1ul << 36, scene.Page);

        Refusal.MustBe(ErrorClass.OutOfRange, outcome.Error);
        Assert.True(scene.Bench.Must(scene.Bench.Driver.Geometry(scene.Domain)).OutputBits <= 36);
        scene.AttachBoth();
        scene.MustReach(scene.Right, 0);
    }

    [Case("multi.share.unmade", Level.Architecture, "stage1.016", Needs = MultiScene.Needs)]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void For_SMMUs_without_a_common_granule_there_is_no_domain(Profile profile)
    {
        if (WithoutSmallestGranule(profile) is not { } other)
            throw VerdictException.NotApplicable("the hardware has one granule");
        using var bench = TestBench.Create([WithOnly(profile, profile.SmallestGranule), other]);
        bench.Must(bench.Probe(0));
        bench.Must(bench.Probe(1));
        var before = bench.Capture();

        var outcome = bench.CreateDomain(
            new()
            {
                Kind = DomainKind.Paging,
                Stage = DomainStage.Stage1,
                Smmus = [bench.HandleOf(0), bench.HandleOf(1)],
            }
        );

        Refusal.MustBe(ErrorClass.NotSupported, outcome.Error);
        before.MustBeUnchanged();
    }

    private static string? Narrow(Profile profile) =>
        profile.OutputAddressBits > 36 ? null : "the output has no more than 36 bits";

    private static Profile WithOnly(Profile profile, Granule granule) =>
        profile with
        {
            IDR5 = profile.IDR5 with
            {
                GRAN4K = granule == Granule.Size4K,
                GRAN16K = granule == Granule.Size16K,
                GRAN64K = granule == Granule.Size64K,
                OAS = profile.OutputAddressBits > 48 ? PhysicalSize.Bits48 : profile.IDR5.OAS,
                DS = false,
            },
        };

    private static Profile? WithoutSmallestGranule(Profile profile)
    {
        var lost = profile.SmallestGranule;
        var idr5 = profile.IDR5 with
        {
            GRAN4K = profile.IDR5.GRAN4K && lost != Granule.Size4K,
            GRAN16K = profile.IDR5.GRAN16K && lost != Granule.Size16K,
            GRAN64K = profile.IDR5.GRAN64K && lost != Granule.Size64K,
            DS = false,
        };
        return idr5.GRAN16K || idr5.GRAN64K ? profile with { IDR5 = idr5 } : null;
    }

    private static Profile WithOutput(Profile profile, PhysicalSize size) =>
        profile with
        {
            IDR5 = profile.IDR5 with { OAS = size, DS = false },
        };
}
