using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What becomes of a guest's stream table entry.</summary>
public sealed class GuestEntries
{
    // By hand from 5.2: V, Config, S1Fmt, S1ContextPtr, S1CDMax; S1DSS, S1CIR, S1COR, S1CSH, S1STALLD, EATS.
    private const ulong Allowed0 = 0xf8ff_ffff_ffff_ffff;
    private const ulong Allowed1 = 0x0000_0000_3800_00ff;

    // V and Config = 0b101.
    private const ulong Stage1 = 0b1011;

    [Case("vste.translate", Level.Contract, "contract.nest-translates", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_guest_translates_on_top_of_its_host(Profile profile)
    {
        using var scene = new GuestScene(profile);

        scene.AttachNested();

        scene.MustReach(GuestScene.Here, scene.Data);
        scene.MustRefuse(GuestScene.Here + 0x10_0000);
    }

    [Case("vste.bypass", Level.Contract, "contract.nest-translates", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_guest_that_bypasses_meets_stage_2_alone(Profile profile)
    {
        using var scene = new GuestScene(profile);

        scene.Bench.Must(
            scene.Bench.Attach(
                scene.Nic,
                scene.Bench.Must(scene.Bench.CreateNested(scene.Guest, 0b1001, 0))
            )
        );

        scene.MustReach(scene.Data.Value, scene.Data);
        scene.MustRefuse(GuestScene.Here);
    }

    public static ulong[] Aborts => [0b0001, 0, 0xffff_ffff_ffff_fffe];

    [Case("vste.abort", Level.Contract, "contract.nest-translates", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Aborts))]
    public void A_guest_that_aborts_or_has_no_entry_reaches_nothing(Profile profile, ulong word0)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        var nothing = scene.Bench.Must(scene.Bench.CreateNested(scene.Guest, word0, 0));

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, nothing));

        scene.MustRefuse(GuestScene.Here);
        scene.MustRefuse(scene.Data.Value);
        Assert.Equal(SteConfig.Abort, scene.Bench.SteOf(GuestScene.Stream).Config);
    }

    [Case("vste.bits", Level.Linux, "linux.vste.allowed", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_bit_that_is_not_the_guests_is_refused(Profile profile)
    {
        using var scene = new GuestScene(profile);

        for (var bit = 0; bit < 128; bit++)
        {
            // What would change the meaning of the rest has cases of its own.
            if (bit is <= 3 or 92 or 93)
                continue;
            var (word0, word1) = bit < 64 ? (Stage1 | 1ul << bit, 0ul) : (Stage1, 1ul << bit - 64);
            var allowed = (word0 & ~Allowed0) == 0 && (word1 & ~Allowed1) == 0;

            var outcome = scene.Bench.CreateNested(scene.Guest, word0, word1);

            Assert.True(
                outcome.IsDone == allowed && (allowed || outcome.Error == ErrorClass.Malformed),
                $"bit [{bit}]: {outcome}"
            );
        }
    }

    public static int[] Configs => [.. Enumerable.Range(0, 8)];

    [Case("vste.config", Level.Linux, "linux.vste.config", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Configs))]
    public void A_guest_has_no_stage_2_of_its_own(Profile profile, int config)
    {
        using var scene = new GuestScene(profile);

        var outcome = scene.Bench.CreateNested(scene.Guest, 1ul | (ulong)config << 1, 0);

        if (config is 0 or 4 or 5)
            Assert.True(outcome.IsDone, $"{outcome}");
        else
            Refusal.MustBe(ErrorClass.Malformed, outcome.Error);
    }

    public static int[] Kinds => [0, 1, 2, 3];

    [Case("vste.eats", Level.Linux, "linux.vste.config", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Kinds))]
    public void A_guest_has_full_ATS_or_none(Profile profile, int eats)
    {
        using var scene = new GuestScene(profile);

        var outcome = scene.Bench.CreateNested(scene.Guest, Stage1, (ulong)eats << 28);

        if (eats < 2)
            Assert.True(outcome.IsDone, $"{outcome}");
        else
            Refusal.MustBe(ErrorClass.Malformed, outcome.Error);
    }

    [Case(
        "vste.fields",
        Level.Contract,
        "nested.004",
        "linux.ste.mev",
        "contract.nest-translates",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void The_entry_has_stage_1_of_the_guest_and_all_else_of_the_host(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var plain = scene.AddDevice("plain", 0x11);
        scene.Bench.Must(scene.Bench.Attach(plain, scene.Parent));
        var host = scene.Bench.SteOf(0x11);
        // S1CIR 0b10, S1COR 0b11, S1CSH 0b11: not what a host says of its own tables.
        var (word0, _) = GuestScene.Translating(scene.Space);
        var domain = scene.Bench.Must(scene.Bench.CreateNested(scene.Guest, word0, 0b1111_1000));

        scene.Bench.Must(scene.Bench.Attach(scene.Nic, domain));

        var entry = scene.Bench.SteOf(GuestScene.Stream);
        Assert.Equal(SteConfig.Nested, entry.Config);
        Assert.Equal(scene.Space.Context.Value, entry.S1ContextPtr.Value);
        Assert.Equal(
            (Cacheability.WriteThrough, Cacheability.WriteBack, Shareability.Inner),
            (entry.S1CIR, entry.S1COR, entry.S1CSH)
        );
        Assert.Equal(host.Word(3), entry.Word(3));
        const ulong Vmid = 0xffff;
        Assert.Equal(host.Word(2) & ~Vmid, entry.Word(2) & ~Vmid);
        Assert.Equal((host.S2FWB, host.SHCFG, Strw.NsEl1), (entry.S2FWB, entry.SHCFG, entry.STRW));
        Assert.True(entry.MEV, "a guest could crowd out the events of others");
    }

    [Case("vste.bypass.golden", Level.Linux, "linux.ste.s2", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void A_bypass_of_a_guest_is_the_hosts_stage_2_but_for_the_VMID(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var plain = scene.AddDevice("plain", 0x11);
        scene.Bench.Must(scene.Bench.Attach(plain, scene.Parent));

        scene.Bench.Must(
            scene.Bench.Attach(
                scene.Nic,
                scene.Bench.Must(scene.Bench.CreateNested(scene.Guest, 0b1001, 0))
            )
        );

        var (host, guest) = (scene.Bench.SteOf(0x11), scene.Bench.SteOf(GuestScene.Stream));
        Assert.Equal(host with { S2VMID = guest.S2VMID }, guest);
    }

    [Case("vste.stall", Level.Architecture, "stall.020", "stall.006", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR0.STALL_MODEL", 0)]
    public void A_guest_does_not_make_a_device_stall_that_must_not(Profile profile)
    {
        using var scene = new GuestScene(profile);

        scene.AttachNested();

        Assert.True(scene.Bench.SteOf(GuestScene.Stream).S1STALLD, "CD.S would be obeyed");
        scene.Space.WriteContext(cd => cd with { S = true });
        scene.Bench.Invalidate(
            scene.Guest,
            Command.From(new CfgiCdAll { StreamID = GuestScene.Number })
        );
        scene.MustRefuse(GuestScene.Here + 0x10_0000);
        Assert.Empty(scene.Bench.Smmu.Stalled);
    }

    [Case(
        "vste.change",
        Level.Contract,
        "contract.nest-translates",
        "contract.attach-replaces",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void A_guest_changes_its_entry_as_often_as_it_likes(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var first = scene.AttachNested();
        var other = scene.NewSpace(0x66);
        var elsewhere = scene.Memory.Allocate(scene.Page, scene.Page);
        other.Map(GuestScene.Here, elsewhere);
        var second = scene.Nested(other);
        var bypass = scene.Bench.Must(scene.Bench.CreateNested(scene.Guest, 0b1001, 0));

        for (var round = 0; round < 2; round++)
        {
            scene.MustReach(GuestScene.Here, scene.Data);
            scene.Bench.Must(scene.Bench.Attach(scene.Nic, second));
            scene.MustReach(GuestScene.Here, elsewhere);
            scene.Bench.Must(scene.Bench.Attach(scene.Nic, bypass));
            scene.MustReach(scene.Data.Value, scene.Data);
            scene.Bench.Must(scene.Bench.Attach(scene.Nic, first));
        }

        scene.Bench.Must(scene.Bench.Detach(scene.Nic));
        scene.MustRefuse(GuestScene.Here);
    }

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);
}
