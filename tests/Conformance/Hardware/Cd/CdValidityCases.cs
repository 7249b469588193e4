using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Each sentence that makes a CD ILLEGAL: the descriptor is fine until it breaks that one (§5.4.2).</summary>
public sealed class CdValidityCases
{
    /// <summary>One sentence.</summary>
    public sealed record Rule(string Name)
    {
        public Func<Profile, Profile> Hardware { get; init; } = profile => profile;
        public Func<Ste, Ste> Entry { get; init; } = ste => ste;
        public Func<Cd, Cd> Legal { get; init; } = cd => cd;
        public required Func<Cd, Cd> Break { get; init; }

        public override string ToString() => Name;
    }

    [Case(
        "hw.cd.illegal",
        Level.Architecture,
        "cd.044",
        "cd.045",
        "cd.010",
        "events.076",
        "stage1.010",
        "cd.012",
        "cd.013",
        "cd.016",
        "cd.017",
        "cd.018",
        "cd.020",
        "cd.028",
        "cd.032",
        "cd.036",
        "ste.003",
        "ste.038"
    )]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Rules))]
    public void A_descriptor_is_refused_for_one_illegal_field(Profile profile, Rule row)
    {
        var hardware = row.Hardware(Plain(profile));

        Assert.False(Refuses(hardware, row, row.Legal), "refused before it breaks the rule");
        Assert.True(Refuses(hardware, row, cd => row.Break(row.Legal(cd))), "accepted");
    }

    [Case("hw.cd.ignored", Level.Architecture, "cd.043", "asid.015", "cd.017", "cd.020", "cd.036")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    [Rows(nameof(Ignored))]
    public void A_field_that_is_IGNORED_may_hold_anything(Profile profile, Rule row)
    {
        var hardware = row.Hardware(Plain(profile));

        Assert.False(Refuses(hardware, row, cd => row.Break(row.Legal(cd))));
    }

    [Case("hw.cd.not-valid", Level.Architecture, "cd.021", "events.076")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_descriptor_without_V_is_reported_as_C_BAD_CD(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Attach(0xd, adjust: cd => cd with { V = false });

        var answer = rig.Access(0xd, 0x1000, write: true);

        Assert.Equal(new CBadCd { StreamID = 0xd }, answer.Event.As<CBadCd>());
        Assert.True(answer.RecordEvent);
        Assert.Equal(FaultResponse.Abort, answer.Response);
    }

    [Case("hw.cd.fetch-abort", Level.Architecture, "config-cache.014", "cd.047", "events.074")]
    [AppliesWhere("SMMU_IDR0.S1P", 1)]
    public void A_descriptor_that_cannot_be_read_faults_and_is_read_again_next_time(Profile profile)
    {
        var rig = new TranslationRig(profile);
        var cd = rig.Allocate(4096, 4096);
        rig.StoreSte(0xd, TranslationRig.Stage1(cd));
        rig.Memory.AbortRange(cd, 64);

        var answer = rig.Access(0xd, 0x1000);
        rig.Memory.ClearAborts();

        Assert.Equal(new FCdFetch { StreamID = 0xd, FetchAddr = cd }, answer.Event.As<FCdFetch>());
        Assert.True(rig.Access(0xd, 0x1000).Event.Is<CBadCd>());
    }

    public static IEnumerable<Rule> Rules =>
        [
            new("v") { Break = cd => cd with { V = false } },
            new("s-s1stalld")
            {
                Hardware = Stalling(StallModel.StallAndTerminate),
                Entry = ste => ste with { S1STALLD = true },
                Break = cd => cd with { S = true },
            },
            new("s-terminate-only")
            {
                Hardware = Stalling(StallModel.TerminateOnly),
                Break = cd => cd with { S = true },
            },
            new("s-stall-only")
            {
                Hardware = Stalling(StallModel.StallOnly),
                Legal = cd => cd with { S = true },
                Break = cd => cd with { S = false },
            },
            new("a-term-model")
            {
                Hardware = p => p with { IDR0 = p.IDR0 with { TERM_MODEL = true } },
                Break = cd => cd with { A = false },
            },
            new("endi-little")
            {
                Hardware = p => p with { IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Little } },
                Break = cd => cd with { ENDI = true },
            },
            new("endi-big")
            {
                Hardware = p => p with { IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Big } },
                Legal = cd => cd with { ENDI = true },
                Break = cd => cd with { ENDI = false },
            },
            new("aa64-no-lpae") { Break = cd => cd with { AA64 = false } },
            new("aa64-lpae-only")
            {
                Hardware = p => p with { IDR0 = p.IDR0 with { TTF = TableFormats.Lpae } },
                Legal = cd => cd with { AA64 = false, T0SZ = 0 },
                Break = cd => cd with { AA64 = true, T0SZ = 16 },
            },
            new("ha")
            {
                Hardware = Updating(HardwareUpdate.None),
                Break = cd => cd with { HA = true },
            },
            new("hd")
            {
                Hardware = Updating(HardwareUpdate.AccessFlag),
                Legal = cd => cd with { HA = true },
                Break = cd => cd with { HD = true },
            },
            new("haft")
            {
                Hardware = Updating(HardwareUpdate.AccessDirtyAndTable),
                Legal = cd => cd with { HA = true, HAFT = true },
                Break = cd => cd with { HA = false },
            },
            new("asid")
            {
                Hardware = p => p with { IDR0 = p.IDR0 with { ASID16 = false } },
                Legal = cd => cd with { ASID = 0xff },
                Break = cd => cd with { ASID = 0x100 },
            },
            new("t0sz-small") { Break = cd => cd with { T0SZ = 15 } },
            new("t0sz-large")
            {
                Legal = cd => cd with { T0SZ = 39 },
                Break = cd => cd with { T0SZ = 40 },
            },
            new("t0sz-large-stt")
            {
                Hardware = p => p with { IDR3 = p.IDR3 with { STT = true } },
                Legal = cd => cd with { T0SZ = 48 },
                Break = cd => cd with { T0SZ = 49 },
            },
            new("t1sz")
            {
                Legal = cd => cd with { EPD1 = false, T1SZ = 16, TG1 = Tg1.Size4K },
                Break = cd => cd with { T1SZ = 15 },
            },
            new("tg0-reserved") { Break = cd => cd with { TG0 = (Tg0)0b11 } },
            new("tg0-unsupported")
            {
                Hardware = p => p with { IDR5 = p.IDR5 with { GRAN64K = false } },
                Break = cd => cd with { TG0 = Tg0.Size64K },
            },
            new("tg1-reserved")
            {
                Legal = cd => cd with { EPD1 = false, T1SZ = 16, TG1 = Tg1.Size4K },
                Break = cd => cd with { TG1 = 0 },
            },
            new("tg1-unsupported")
            {
                Hardware = p => p with { IDR5 = p.IDR5 with { GRAN16K = false } },
                Legal = cd => cd with { EPD1 = false, T1SZ = 16, TG1 = Tg1.Size4K },
                Break = cd => cd with { TG1 = Tg1.Size16K },
            },
            new("ttb0-beyond-ips")
            {
                Legal = cd => cd with { IPS = PhysicalSize.Bits32 },
                Break = cd => cd with { TTB0 = 1ul << 32 },
            },
            new("ttb0-beyond-oas")
            {
                Hardware = p => p with { IDR5 = p.IDR5 with { OAS = PhysicalSize.Bits40 } },
                Legal = cd => cd with { IPS = PhysicalSize.Bits48 },
                Break = cd => cd with { TTB0 = 1ul << 40 },
            },
            new("ttb0-beyond-48")
            {
                Hardware = p => p with { IDR5 = p.IDR5 with { OAS = PhysicalSize.Bits52 } },
                Legal = cd => cd with { IPS = PhysicalSize.Bits52 },
                Break = cd => cd with { TTB0 = 1ul << 48 },
            },
            new("ttb1-beyond-ips")
            {
                Legal = cd =>
                    cd with
                    {
                        EPD1 = false,
                        T1SZ = 16,
                        TG1 = Tg1.Size4K,
                        IPS = PhysicalSize.Bits32,
                    },
                Break = cd => cd with { TTB1 = 1ul << 32 },
            },
        ];

    public static IEnumerable<Rule> Ignored =>
        [
            new("lower-half-with-epd0")
            {
                Legal = cd => cd with { EPD0 = true },
                Break = cd => cd with { T0SZ = 63, TG0 = (Tg0)0b11, TTB0 = 1ul << 50 },
            },
            new("upper-half-with-epd1")
            {
                Break = cd => cd with { T1SZ = 63, TG1 = 0, TTB1 = 1ul << 50 },
            },
            new("endi-with-both-epd")
            {
                Hardware = p => p with { IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Little } },
                Legal = cd => cd with { EPD0 = true, EPD1 = true },
                Break = cd => cd with { ENDI = true },
            },
            new("asid-in-el2")
            {
                Hardware = p =>
                    p with
                    {
                        IDR0 = p.IDR0 with { S2P = true, Hyp = true, ASID16 = false },
                    },
                Entry = ste => ste with { STRW = Strw.El2 },
                Break = cd => cd with { ASID = 0x100 },
            },
            new("upper-half-in-el2")
            {
                Hardware = p => p with { IDR0 = p.IDR0 with { S2P = true, Hyp = true } },
                Entry = ste => ste with { STRW = Strw.El2 },
                Break = cd => cd with { EPD1 = false, T1SZ = 63, TG1 = 0 },
            },
            new("affd-and-overrides")
            {
                Break = cd => cd with { AFFD = true, WXN = true, TBI0 = true, ASET = true },
            },
        ];

    private static Func<Profile, Profile> Stalling(StallModel model) =>
        p => p with { IDR0 = p.IDR0 with { STALL_MODEL = model } };

    private static Func<Profile, Profile> Updating(HardwareUpdate update) =>
        p => p with { IDR0 = p.IDR0 with { HTTU = update } };

    // The profile at hand with nothing that other rules could object to.
    private static Profile Plain(Profile profile) =>
        profile with
        {
            IDR0 = profile.IDR0 with
            {
                TTF = TableFormats.AArch64,
                STALL_MODEL = StallModel.StallAndTerminate,
                TERM_MODEL = false,
                TTENDIAN = WalkEndianness.Mixed,
            },
            IDR3 = profile.IDR3 with { STT = false },
            IDR5 = profile.IDR5 with
            {
                GRAN4K = true,
                D128 = false,
                DS = false,
                VAX = VirtualAddressSize.Bits48,
                OAS = PhysicalSize.Bits44,
            },
        };

    // A descriptor that asks for what is not modelled is legal if it comes as far as that.
    private static bool Refuses(Profile profile, Rule row, Func<Cd, Cd> adjust)
    {
        var rig = new TranslationRig(profile);
        rig.Attach(0xd, adjust: cd => adjust(cd with { S = false }), adjustEntry: row.Entry);
        try
        {
            return rig.Access(0xd, 0x1000).Event.Is<CBadCd>();
        }
        catch (NotModelledException)
        {
            return false;
        }
    }
}
