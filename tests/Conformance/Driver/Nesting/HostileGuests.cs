using FluentAssertions;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Guests that write what they like.</summary>
public sealed class HostileGuests
{
    /// <summary>A command that is not a guest's to give.</summary>
    public sealed class Forbidden
    {
        private readonly string _name;

        internal Forbidden(string name, Command command) => (_name, Command) = (name, command);

        internal Command Command { get; }

        public override string ToString() => _name;
    }

    public static Forbidden[] All =>
        [
            new("cfgi-ste", Command.From(new CfgiSte { StreamID = GuestScene.Number })),
            new("cfgi-all", Command.From(CfgiSteRange.All)),
            new("tlbi-el2-all", Command.From(new TlbiEl2All())),
            new("tlbi-el2-asid", Command.From(new TlbiEl2Asid())),
            new("tlbi-el2-va", Command.From(new TlbiEl2Va())),
            new("tlbi-s12", Command.From(new TlbiS12Vmall())),
            new("tlbi-s2-ipa", Command.From(new TlbiS2Ipa())),
            new("sync", Command.From(new Sync())),
            new("prefetch", Command.From(new PrefetchConfig { StreamID = GuestScene.Number })),
            new("resume", Command.From(new Resume { StreamID = GuestScene.Number })),
            new("stall-term", Command.From(new StallTerm { StreamID = GuestScene.Number })),
            new("pri-resp", Command.From(new PriResp { StreamID = GuestScene.Number })),
            new("zero", default),
            new("unknown", new Command(0xff, 0)),
            new("stranger", Command.From(new CfgiCd { StreamID = 0x778 })),
            new("stranger-all", Command.From(new CfgiCdAll { StreamID = 0x778 })),
            // The host's number of the device is nothing to the guest.
            new("hosts-number", Command.From(new CfgiCdAll { StreamID = GuestScene.Stream })),
            new(
                "secure",
                Command.From(new CfgiCdAll { StreamID = GuestScene.Number, SSec = true })
            ),
            new("atc-size", Command.From(new AtcInv { StreamID = GuestScene.Number, Size = 53 })),
            new("range-of-nothing", new Command(0x12, 1ul << 10)),
            new("hint-without-granule", new Command(0x12, 3ul << 8)),
            new("range-without-granule", new Command(0x12 | 1ul << 12, 0)),
            new("scale-without-granule", new Command(0x12 | 1ul << 20, 0)),
        ];

    [Case("vinv.refused", Level.Linux, "linux.vinv.allowed", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(All))]
    public void What_is_not_a_guests_to_give_is_refused_and_not_issued(
        Profile profile,
        Forbidden forbidden
    )
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.MustReach(GuestScene.Here, scene.Data);
        scene.Bench.Machine.Run();

        var result = scene.Bench.Invalidate(scene.Guest, forbidden.Command);

        Refusal.MustBe(ErrorClass.Malformed, result.Outcome.Error);
        result.Handled.Should().Be(0, "the guest's only command was refused");
        scene
            .Bench.Trace.Since<CommandEntry>(scene.Bench.LastOperation)
            .Should()
            .BeEmpty($"{forbidden} is not a guest's to give");
    }

    public static Forbidden[] Wide =>
        [
            // TG = 4 KB, SCALE = 32; TG = 16 KB, TTL = 1: for tables of 52 bits.
            new("scale", new Command(0x12 | 1ul << 25, 1ul << 10)),
            new("level", new Command(0x12, 2ul << 10 | 1ul << 8)),
        ];

    [Case("vinv.wide", Level.Linux, "linux.vinv.allowed", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    [AppliesWhere("SMMU_IDR5.DS", 0)]
    [Rows(nameof(Wide))]
    public void What_belongs_to_tables_of_52_bits_is_refused_where_there_are_none(
        Profile profile,
        Forbidden forbidden
    )
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();

        var result = scene.Bench.Invalidate(scene.Guest, forbidden.Command);

        Assert.Equal((0, ErrorClass.Malformed), (result.Handled, result.Outcome.Error));
        Assert.Empty(scene.Bench.Trace.Since<CommandEntry>(scene.Bench.LastOperation));
    }

    /// <summary>A command that a guest may give, and by hand from chapter 4 the bits that it may set in it.</summary>
    public sealed record Shape(string Name, byte Opcode, ulong Word0, ulong Word1)
    {
        public override string ToString() => Name;
    }

    public static Shape[] Shapes =>
        [
            new("nsnh-all", 0x30, 0, 0),
            new("nh-all", 0x10, 0x0000_ffff_0000_0000, 0),
            new("nh-asid", 0x11, 0xffff_ffff_0000_0000, 0),
            new("nh-va", 0x12, 0xffff_ffff_01f1_f000, 0xffff_ffff_ffff_ff01),
            new("nh-vaa", 0x13, 0x0000_ffff_01f1_f000, 0xffff_ffff_ffff_ff01),
            new("cfgi-cd", 0x05, 0xffff_ffff_ffff_f000, 0x1),
            new("cfgi-cd-all", 0x06, 0xffff_ffff_0000_0000, 0),
            new("atc-inv", 0x40, 0xffff_ffff_ffff_fa00, 0xffff_ffff_ffff_f03f),
        ];

    [Case(
        "vinv.bits",
        Level.Contract,
        "contract.guest-untrusted",
        "linux.vinv.allowed",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    [Rows(nameof(Shapes))]
    public void A_bit_that_the_manual_does_not_define_is_refused(Profile profile, Shape shape)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        scene.Bench.Machine.Run();

        for (var bit = 8; bit < 128; bit++)
        {
            var stray =
                bit < 64 ? (shape.Word0 & 1ul << bit) == 0 : (shape.Word1 & 1ul << bit - 64) == 0;
            if (!stray)
                continue;
            var number = shape.Opcode is 0x05 or 0x06 or 0x40
                ? (ulong)GuestScene.Number.Value << 32
                : 0;
            var command = new Command(
                shape.Opcode | number | (bit < 64 ? 1ul << bit : 0),
                bit < 64 ? 0 : 1ul << bit - 64
            );

            var result = scene.Bench.Invalidate(scene.Guest, command);

            Assert.True(
                result.Outcome.Error == ErrorClass.Malformed && result.Handled == 0,
                $"bit [{bit}] of {shape.Name}: {result}"
            );
            Assert.Empty(scene.Bench.Trace.Since<CommandEntry>(scene.Bench.LastOperation));
        }
    }

    [Case("vinv.hostile", Level.Contract, "contract.guest-untrusted", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void Whatever_a_guest_says_the_queue_goes_on(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        var random = new Random(20_26);
        byte[] opcodes = [0x05, 0x06, 0x10, 0x11, 0x12, 0x13, 0x30, 0x40];
        var mark = scene.Bench.Trace.Mark;

        for (var n = 0; n < 400; n++)
        {
            var opcode = n % 4 == 0 ? (byte)random.Next(256) : opcodes[random.Next(opcodes.Length)];
            // Few bits at a time, so that many are let through.
            var word0 = Sparse(random) & ~0xfful | opcode;
            if (opcode is 0x05 or 0x06 or 0x40 && n % 3 != 0)
                word0 = word0 & 0xffff_ffff | (ulong)GuestScene.Number.Value << 32;
            scene.Bench.Invalidate(scene.Guest, new Command(word0, Sparse(random)));
        }

        Assert.DoesNotContain(
            scene.Bench.Trace.Since<CommandEntry>(mark),
            entry => entry.Error != CommandError.None
        );
        scene.MustReach(GuestScene.Here, scene.Data);
    }

    [Case("vste.hostile", Level.Contract, "contract.guest-untrusted", Needs = GuestScene.Needs)]
    [AppliesIf(nameof(CannotNest))]
    public void Whatever_a_guest_writes_only_its_own_device_suffers(Profile profile)
    {
        using var scene = new GuestScene(profile);
        var plain = scene.AddDevice("plain", 0x11);
        scene.Bench.Must(scene.Bench.Attach(plain, scene.Parent));
        var random = new Random(5);
        var taken = 0;

        for (var n = 0; n < 120; n++)
        {
            var word0 = Sparse(random) & 0xf8ff_ffff_ffff_fff1 | 0b1010 | 1;
            var word1 = Sparse(random) & 0x0000_0000_1800_00ff;
            var domain = scene.Bench.CreateNested(scene.Guest, word0, word1);
            if (!domain.IsDone)
                continue;
            taken++;
            scene.Bench.Must(scene.Bench.Attach(scene.Nic, domain.Value));
            scene.Bench.Dma(scene.Nic, GuestScene.Here);
            scene.MustReach(scene.Data.Value, scene.Data, plain);
            scene.Bench.ServeInterrupts();
        }

        Assert.InRange(taken, 60, 120);
        scene.AttachNested();
        scene.MustReach(GuestScene.Here, scene.Data);
    }

    [Case(
        "vste.hostile.tables",
        Level.Contract,
        "contract.guest-untrusted",
        Needs = GuestScene.Needs
    )]
    [AppliesIf(nameof(CannotNest))]
    public void Tables_of_a_guest_lead_nowhere_but_into_its_memory(Profile profile)
    {
        using var scene = new GuestScene(profile);
        scene.AttachNested();
        // IPAs that the host has not mapped; among them addresses at which the driver's own tables are.
        var at = GuestScene.Here;
        foreach (var ipa in new ulong[] { 0x8000_0000, 0x8002_0000, 0xc000_0000, 0 })
        {
            at += 0x100_0000;
            scene.Space.Map(at, ipa & ~(scene.Page - 1));
            scene.MustRefuse(at);
        }

        scene.Space.WriteContext(cd => cd with { TTB0 = 0x8000_0000 });
        scene.ForgetContext(Command.From(new CfgiCdAll { StreamID = GuestScene.Number }));
        scene.MustRefuse(GuestScene.Here);
    }

    private static ulong Sparse(Random random)
    {
        var word = 0ul;
        for (var bits = random.Next(4); bits > 0; bits--)
            word |= 1ul << random.Next(64);
        return word;
    }

    private static string? CannotNest(Profile profile) => GuestScene.CannotNest(profile);
}
