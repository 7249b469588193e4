using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Invalidations of a guest take effect for it, and for nobody else.</summary>
public sealed class GuestInvalidations
{
    /// <summary>A command that makes a page of the guest be forgotten.</summary>
    public sealed class Way
    {
        private readonly string _name;

        internal Way(string name, Func<GuestScene, Command> make) => (_name, Make) = (name, make);

        internal Func<GuestScene, Command> Make { get; }

        public override string ToString() => _name;
    }

    // As a guest would write them: with whatever VMID it believes in.
    private const ushort Belief = 0x3;

    public static Way[] Ways =>
        [
            new("nsnh-all", _ => Command.From(new TlbiNsnhAll())),
            new("nh-all", _ => Command.From(new TlbiNhAll { VMID = new(Belief) })),
            new(
                "nh-asid",
                s => Command.From(new TlbiNhAsid { VMID = new(Belief), ASID = s.Space.Asid })
            ),
            new(
                "nh-va",
                s =>
                    Command.From(
                        new TlbiNhVa
                        {
                            VMID = new(Belief),
                            ASID = s.Space.Asid,
                            Address = GuestScene.Here,
                            Leaf = true,
                        }
                    )
            ),
            new(
                "nh-vaa",
                _ => Command.From(new TlbiNhVaa { VMID = new(Belief), Address = GuestScene.Here })
            ),
        ];

    [Case("vinv.page", Level.Contract, "contract.guest-invalidation", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Ways))]
    public void A_page_that_a_guest_invalidates_is_forgotten(Profile profile, Way way)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.MustReach(GuestScene.Here, scene.Data);
        scene.Space.Unmap(GuestScene.Here);

        var result = scene.Bench.Invalidate(scene.Guest, way.Make(scene));

        Assert.Equal(
            new GuestInvalidation(1, SmmuConformance.Driver.Contract.Outcome.Done),
            result
        );
        scene.MustRefuse(GuestScene.Here);
    }

    [Case(
        "vinv.vmid",
        Level.Linux,
        "linux.vinv.rewrite",
        "linux.vinv.allowed",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Ways))]
    public void Its_VMID_becomes_the_hosts(Profile profile, Way way)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        var vmid = scene.Bench.SteOf(GuestScene.Stream).S2VMID;

        scene.Bench.Invalidate(scene.Guest, way.Make(scene));

        var issued = scene.Bench.Commands.Where(c => !c.Is<Sync>()).Distinct();
        var command = Assert.Single(issued);
        // All of them have it at the same bits; the one without is another one with.
        Assert.False(command.Is<TlbiNsnhAll>(), "every guest would have to start anew");
        Assert.Equal(vmid, command.As<TlbiNhAll>().VMID);
    }

    [Case("vinv.context", Level.Contract, "contract.guest-invalidation", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Both))]
    public void A_context_descriptor_that_a_guest_changes_counts_from_then_on(
        Profile profile,
        bool all
    )
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.MustReach(GuestScene.Here, scene.Data);
        scene.Space.WriteContext(cd => cd with { EPD0 = true });
        var mark = scene.Bench.Trace.Mark;

        scene.ForgetContext(
            all
                ? Command.From(new CfgiCdAll { StreamID = GuestScene.Number })
                : Command.From(new CfgiCd { StreamID = GuestScene.Number, Leaf = true })
        );

        scene.MustRefuse(GuestScene.Here);
        var told = scene.Bench.CommandsSince(mark).Where(c => c.Opcode is 0x05 or 0x06).ToList();
        Assert.NotEmpty(told);
        // Both name the stream at the same bits.
        Assert.All(told, c => Assert.Equal(GuestScene.Stream, c.As<CfgiCd>().StreamID));
    }

    public static bool[] Both => [false, true];

    [Case(
        "vinv.device",
        Level.Architecture,
        "ats.003",
        "linux.vinv.rewrite",
        Needs = GuestScene.Needs | Capabilities.Ats
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void A_device_forgets_what_its_guest_tells_it_to(Profile profile)
    {
        using var scene = new GuestScene(profile, ats: true);
        scene.AttachNested(ats: true);
        if (!scene.Cache.IsEnabled)
            throw VerdictException.NotApplicable("the driver leaves ATS off with this domain");
        Assert.True(scene.Cache.Request(new AtsRequest { Address = GuestScene.Here }).Grants);
        scene.Space.Unmap(GuestScene.Here);

        var result = scene.Bench.Invalidate(
            scene.Guest,
            Command.From(new TlbiNhVa { ASID = scene.Space.Asid, Address = GuestScene.Here }),
            Command.From(
                new AtcInv
                {
                    StreamID = GuestScene.Number,
                    Address = GuestScene.Here,
                    Size = 4,
                }
            )
        );

        Assert.Equal(2, result.Handled);
        Assert.False(scene.Cache.Holds(GuestScene.Here), "the device still has it");
    }

    [Case(
        "vinv.device.off",
        Level.Contract,
        "contract.guest-untrusted",
        Needs = GuestScene.Needs | Capabilities.Ats
    )]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.ATS", 1)]
    public void A_device_whose_ATS_is_off_is_not_disturbed(Profile profile)
    {
        using var scene = new GuestScene(profile, ats: true);
        scene.AttachNested(ats: false);

        var result = scene.Bench.Invalidate(
            scene.Guest,
            Command.From(new AtcInv { StreamID = GuestScene.Number, Size = 52 })
        );

        Assert.Equal(1, result.Handled);
        Assert.Empty(scene.Bench.CommandsOf<AtcInv>());
    }

    [Case(
        "vinv.others",
        Level.Contract,
        "contract.guest-untrusted",
        Needs = GuestScene.Needs,
        AboutCaches = true
    )]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Ways))]
    public void Another_guest_keeps_what_is_cached_for_it(Profile profile, Way way)
    {
        using var scene = new GuestScene(profile);
        // What is forgotten stays so: otherwise it would be back before it is missed.
        scene.Bench.Smmu.Caches.AdversarialPrefetch = false;
        scene.AttachNested();
        var gpu = scene.AddDevice("gpu", 0x11);
        var second = scene.Bench.Must(scene.Bench.CreateGuest(gpu, scene.Parent));
        scene.Bench.Must(scene.Bench.AddVirtualDevice(second, gpu, GuestScene.Number));
        var (word0, word1) = GuestScene.Translating(scene.Space);
        scene.Bench.Must(
            scene.Bench.Attach(
                gpu,
                scene.Bench.Must(scene.Bench.CreateNested(second, word0, word1))
            )
        );
        scene.MustReach(GuestScene.Here, scene.Data, gpu);
        Assert.True(scene.Bench.Dma(gpu, GuestScene.Here).FromTlb);

        scene.Bench.Invalidate(scene.Guest, way.Make(scene));

        Assert.True(
            scene.Bench.Dma(gpu, GuestScene.Here).FromTlb,
            "one guest made the SMMU forget what is another's"
        );
    }

    [Case("vinv.count", Level.Contract, "contract.guest-invalidation", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void What_is_not_a_guests_to_give_ends_the_list_before_it(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        var good = Command.From(new TlbiNhAsid { ASID = new(1) });

        var result = scene.Bench.Invalidate(
            scene.Guest,
            good,
            good,
            Command.From(new TlbiEl2All()),
            Command.From(new TlbiNhAsid { ASID = new(2) })
        );

        Refusal.MustBe(ErrorClass.Malformed, result.Outcome.Error);
        result.Handled.Should().Be(2, "two good commands stand before the one that is refused");
        Assert.All(scene.Bench.CommandsOf<TlbiNhAsid>(), c => Assert.Equal(1, c.ASID.Value));
        Assert.NotEmpty(scene.Bench.CommandsOf<TlbiNhAsid>());
        Assert.Empty(scene.Bench.CommandsOf<TlbiEl2All>());
        Assert.Equal(
            new GuestInvalidation(0, ErrorClass.NotFound),
            scene.Bench.Invalidate(new VirtualSmmuHandle(0x7f12_3456), good)
        );
    }

    [Case("vinv.many", Level.Contract, "contract.guest-invalidation", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void Any_number_of_them_is_handled(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        var many = Enumerable
            .Range(0, 300)
            .Select(n => Command.From(new TlbiNhAsid { ASID = new((ushort)(n % 250)) }))
            .ToArray();

        var result = scene.Bench.Invalidate(scene.Guest, many);

        scene.Bench.Must(result.Outcome);
        result.Handled.Should().Be(300, "all of the guest's commands were good");
        Assert.Equal(
            Enumerable.Range(0, 250),
            scene.Bench.CommandsOf<TlbiNhAsid>().Select(c => (int)c.ASID.Value).Distinct()
        );
        Assert.Equal(
            new GuestInvalidation(0, SmmuConformance.Driver.Contract.Outcome.Done),
            scene.Bench.Invalidate(scene.Guest)
        );
    }

    [Case(
        "vinv.hang",
        Level.Contract,
        "contract.guest-invalidation",
        "contract.relax-in-polls",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void What_hardware_has_not_confirmed_is_not_handled(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.Bench.Smmu.Fail(new GError { SFM_ERR = true });
        scene.Bench.System.MicrosecondsPerRelax = 1000;

        var result = scene.Bench.Invalidate(
            scene.Guest,
            Command.From(new TlbiNhAsid { ASID = new(1) }),
            Command.From(new TlbiNhAsid { ASID = new(2) }),
            Command.From(new TlbiNhAsid { ASID = new(3) })
        );

        Refusal.MustBe(ErrorClass.TimedOut, result.Outcome.Error);
        result.Handled.Should().Be(0, "no CMD_SYNC has confirmed any of them");
    }

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);
}
