using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Each sentence that makes an STE ILLEGAL: the entry is fine until it breaks that one (§5.2.2).</summary>
public sealed partial class SteValidityCases
{
    /// <summary>One sentence.</summary>
    public sealed record Rule(string Name)
    {
        public required Func<Profile, Profile> Hardware { get; init; }
        public required Ste Legal { get; init; }
        public required Func<Ste, Ste> Break { get; init; }

        public override string ToString() => Name;
    }

    private static readonly PhysicalAddress Cd = 0x0200_0000;

    private static readonly Ste Stage1 = new()
    {
        V = true,
        Config = SteConfig.Stage1,
        S1ContextPtr = Cd,
    };

    private static readonly Ste Stage2 = new()
    {
        V = true,
        Config = SteConfig.Stage2,
        S2T0SZ = 64 - 40,
        S2SL0 = 1,
        S2PS = PhysicalSize.Bits40,
        S2AA64 = true,
        S2TTB = 0x0300_0000,
    };

    [Case(
        "hw.ste.illegal",
        Level.Architecture,
        "ste.035",
        "ste.036",
        "ste.013",
        "events.066",
        "stage1.001",
        "stage2.012",
        "stage2.014",
        "stage2.015",
        "stage2.017",
        "ste.003",
        "ste.006",
        "ste.007",
        "ste.015",
        "ste.016",
        "ste.026",
        "ste.029",
        "ste.038",
        "ste.022",
        "ste.023",
        "vmid.010",
        "probe.028",
        "probe.029",
        "probe.041",
        "ats.061",
        "ats.062",
        "ats.063"
    )]
    [Rows(nameof(Rules))]
    public void An_entry_is_refused_for_one_illegal_field(Profile profile, Rule row)
    {
        var hardware = row.Hardware(profile);

        Assert.False(
            Refuses(hardware, row.Legal),
            "the entry is refused before it breaks the rule"
        );
        Assert.True(Refuses(hardware, row.Break(row.Legal)), "the entry is accepted");
    }

    [Case("hw.ste.ignored", Level.Architecture, "ste.011", "ste.037", "ats.064", "ats.062")]
    [Rows(nameof(Ignored))]
    public void A_field_that_is_IGNORED_may_hold_anything(Profile profile, Rule row)
    {
        var hardware = row.Hardware(profile);

        Assert.False(Refuses(hardware, row.Break(row.Legal)));
    }

    public static IEnumerable<Rule> Rules =>
        [
            .. AtsRules,
            Stage1Rule(
                "config-stage1",
                s => s with { Config = SteConfig.Stage1 },
                p => p with { IDR0 = p.IDR0 with { S1P = false, S2P = true } },
                new Ste { V = true, Config = SteConfig.Bypass }
            ),
            Stage1Rule(
                "config-stage2",
                s => s with { Config = SteConfig.Stage2 },
                p => p with { IDR0 = p.IDR0 with { S2P = false } },
                Stage2 with
                {
                    Config = SteConfig.Bypass,
                }
            ),
            Stage1Rule(
                "s1stalld",
                s => s with { S1STALLD = true },
                p => p with { IDR0 = p.IDR0 with { STALL_MODEL = StallModel.TerminateOnly } }
            ),
            Stage1Rule(
                "s1cdmax",
                s => s with { S1CDMax = 5 },
                p => p with { IDR1 = p.IDR1 with { SSIDSIZE = 4 } }
            ),
            Stage1Rule(
                "s1fmt",
                s => s with { S1Fmt = S1Fmt.TwoLevel4K },
                p =>
                    p with
                    {
                        IDR0 = p.IDR0 with { CD2L = false },
                        IDR1 = p.IDR1 with { SSIDSIZE = 4 },
                    },
                Stage1 with
                {
                    S1CDMax = 4,
                }
            ),
            Stage1Rule(
                "s1contextptr",
                s => s with { S1ContextPtr = 1ul << 40 },
                p => p with { IDR5 = p.IDR5 with { OAS = PhysicalSize.Bits40 } }
            ),
            Stage1Rule(
                "strw-reserved",
                s => s with { STRW = (Strw)0b01 },
                p => p with { IDR0 = p.IDR0 with { S2P = true, Hyp = true } }
            ),
            Stage1Rule(
                "s2vmid-stage1",
                s => s with { S2VMID = 0x100 },
                p => p with { IDR0 = p.IDR0 with { S2P = true, VMID16 = false } },
                Stage1 with
                {
                    S2VMID = 0xff,
                }
            ),
            Stage2Rule(
                "s2s-terminate-only",
                s => s with { S2S = true },
                p => p with { IDR0 = p.IDR0 with { STALL_MODEL = StallModel.TerminateOnly } }
            ),
            Stage2Rule(
                "s2s-stall-only",
                s => s with { S2S = false },
                p => p with { IDR0 = p.IDR0 with { STALL_MODEL = StallModel.StallOnly } },
                Stage2 with
                {
                    S2S = true,
                }
            ),
            Stage2Rule("s2aa64-no-lpae", s => s with { S2AA64 = false }, p => p),
            Stage2Rule(
                "s2aa64-lpae-only",
                s => s with { S2AA64 = true },
                p => p with { IDR0 = p.IDR0 with { TTF = TableFormats.Lpae } },
                Lpae2
            ),
            Stage2Rule(
                "s2fwb-lpae",
                s => s with { S2FWB = true },
                p =>
                    p with
                    {
                        IDR0 = p.IDR0 with { TTF = TableFormats.Both },
                        IDR3 = p.IDR3 with { FWB = true },
                    },
                Lpae2
            ),
            Stage2Rule(
                "s2ha",
                s => s with { S2HA = true },
                p => p with { IDR0 = p.IDR0 with { HTTU = HardwareUpdate.None } }
            ),
            Stage2Rule(
                "s2hd",
                s => s with { S2HD = true },
                p => p with { IDR0 = p.IDR0 with { HTTU = HardwareUpdate.AccessFlag } },
                Stage2 with
                {
                    S2HA = true,
                }
            ),
            Stage2Rule(
                "s2haft",
                s => s with { S2HA = false },
                p => p with { IDR0 = p.IDR0 with { HTTU = HardwareUpdate.AccessDirtyAndTable } },
                Stage2 with
                {
                    S2HA = true,
                    S2HAFT = true,
                }
            ),
            Stage2Rule(
                "s2endi-little",
                s => s with { S2ENDI = true },
                p => p with { IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Little } }
            ),
            Stage2Rule(
                "s2endi-big",
                s => s with { S2ENDI = false },
                p => p with { IDR0 = p.IDR0 with { TTENDIAN = WalkEndianness.Big } },
                Stage2 with
                {
                    S2ENDI = true,
                }
            ),
            Stage2Rule("s2tg-reserved", s => s with { S2TG = (Tg0)0b11 }, p => p),
            Stage2Rule(
                "s2tg-unsupported",
                s => s with { S2TG = Tg0.Size64K, S2T0SZ = 64 - 40, S2SL0 = 1 },
                p => p with { IDR5 = p.IDR5 with { GRAN64K = false } }
            ),
            Stage2Rule("s2ttb-beyond-s2ps", s => s with { S2TTB = 1ul << 40 }, p => p),
            Stage2Rule("s2t0sz-large", s => s with { S2T0SZ = 40, S2SL0 = 0 }, p => p),
            Stage2Rule("s2t0sz-small", s => s with { S2T0SZ = 15, S2SL0 = 2 }, p => p),
            Stage2Rule("s2sl0-inconsistent", s => s with { S2SL0 = 0 }, p => p),
            Stage2Rule("s2sl0-reserved", s => s with { S2SL0 = 3 }, p => p),
            Stage2Rule(
                "s2vmid",
                s => s with { S2VMID = 0x100 },
                p => p with { IDR0 = p.IDR0 with { VMID16 = false } },
                Stage2 with
                {
                    S2VMID = 0xff,
                }
            ),
            Stage2Rule(
                "s2poe-direct",
                s => s with { S2POE = true },
                p => p with { IDR3 = p.IDR3 with { S2PI = true, S2PO = true } }
            ),
            Stage2Rule(
                "s2poi-reserved",
                s => s with { S2POI = 0b0101ul << 8 },
                p => p with { IDR3 = p.IDR3 with { S2PI = true, S2PO = true } },
                Stage2 with
                {
                    S2PIE = true,
                    S2POE = true,
                }
            ),
            Stage2Rule(
                "s2poe-pbha",
                s => s with { S2HWU60 = true },
                p => p with { IDR3 = p.IDR3 with { S2PI = true, S2PO = true, PBHA = true } },
                Stage2 with
                {
                    S2PIE = true,
                    S2POE = true,
                }
            ),
            Stage2Rule(
                "s2pie-lpae",
                s => s with { S2PIE = true },
                p =>
                    p with
                    {
                        IDR0 = p.IDR0 with { TTF = TableFormats.Both },
                        IDR3 = p.IDR3 with { S2PI = true },
                    },
                Lpae2
            ),
            Stage2Rule(
                "vmsptr",
                s => s with { VMSPtr = 1ul << 44 },
                p => p with { IDR3 = p.IDR3 with { MPAM = true } },
                Nested with
                {
                    S1MPAM = true,
                }
            ),
        ];

    private static Ste Nested => Stage2 with { Config = SteConfig.Nested, S1ContextPtr = Cd };

    // Forty bits: T0SZ is -8, the walk starts at level 1.
    private static Ste Lpae2 => Stage2 with { S2AA64 = false, S2T0SZ = 0b1000, S2SL0 = 1 };

    private static Rule Stage1Rule(
        string name,
        Func<Ste, Ste> breaks,
        Func<Profile, Profile> hardware,
        Ste? legal = null
    ) =>
        new(name)
        {
            Hardware = p => hardware(Plain(p, S1P: true, S2P: p.IDR0.S2P)),
            Legal = legal ?? Stage1,
            Break = breaks,
        };

    private static Rule Stage2Rule(
        string name,
        Func<Ste, Ste> breaks,
        Func<Profile, Profile> hardware,
        Ste? legal = null
    ) =>
        new(name)
        {
            Hardware = p => hardware(Plain(p, S1P: true, S2P: true)),
            Legal = legal ?? Stage2,
            Break = breaks,
        };

    // The profile at hand with nothing that other rules could object to.
    private static Profile Plain(Profile profile, bool S1P, bool S2P) =>
        profile with
        {
            IDR0 = profile.IDR0 with
            {
                S1P = S1P,
                S2P = S2P,
                Hyp = false,
                TTF = TableFormats.AArch64,
                STALL_MODEL = StallModel.StallAndTerminate,
                TTENDIAN = WalkEndianness.Mixed,
            },
            IDR3 = profile.IDR3 with { STT = false, S2PI = false, S2PO = false, MPAM = false },
            IDR5 = profile.IDR5 with
            {
                OAS = PhysicalSize.Bits44,
                GRAN4K = true,
                D128 = false,
                DS = false,
            },
        };

    // An entry that asks for stage 2 is legal if it comes as far as that.
    private static bool Refuses(Profile profile, Ste ste)
    {
        var rig = new TranslationRig(profile);
        rig.StoreSte(0xd, ste);
        try
        {
            return rig.Access(0xd, 0x1000).Event.Is<CBadSte>();
        }
        catch (NotModelledException)
        {
            return false;
        }
    }
}
