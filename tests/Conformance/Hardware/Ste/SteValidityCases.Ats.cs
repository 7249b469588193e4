using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

// EATS: which values go with which stages, and with stalls of stage 2. §5.2
public sealed partial class SteValidityCases
{
    private static IEnumerable<Rule> AtsRules =>
        [
            Stage1Rule(
                "eats-split-stage1-only",
                s => s with { EATS = Eats.SplitStage },
                p => p with { IDR0 = p.IDR0 with { ATS = true, NS1ATS = false } }
            ),
            Stage2Rule(
                "eats-split-stage2-only",
                s => s with { EATS = Eats.SplitStage },
                p => p with { IDR0 = p.IDR0 with { ATS = true, NS1ATS = false } }
            ),
            Stage2Rule(
                "eats-split-unsupported",
                s => s with { EATS = Eats.SplitStage },
                p => p with { IDR0 = p.IDR0 with { ATS = true, NS1ATS = true } },
                Nested
            ),
            Stage2Rule(
                "eats-split-s2s",
                s => s with { S2S = true },
                p => p with { IDR0 = p.IDR0 with { ATS = true, NS1ATS = false } },
                Nested with
                {
                    EATS = Eats.SplitStage,
                }
            ),
            Stage2Rule("eats-full-s2s", s => s with { S2S = true }, WithAts, Full(Stage2)),
            Stage2Rule("eats-full-s2s-nested", s => s with { S2S = true }, WithAts, Full(Nested)),
            Stage1Rule(
                "eats-dpt-el2",
                s => s with { STRW = Strw.El2 },
                p => WithDpt(p) with { IDR0 = WithDpt(p).IDR0 with { S2P = true, Hyp = true } },
                Stage1 with
                {
                    EATS = Eats.FullWithDpt,
                }
            ),
            Stage2Rule(
                "eats-dpt-s2s",
                s => s with { S2S = true },
                WithDpt,
                Nested with
                {
                    EATS = Eats.FullWithDpt,
                }
            ),
        ];

    private static IEnumerable<Rule> AtsIgnored =>
        [
            Stage1Rule(
                "eats-without-ats",
                s => s with { EATS = Eats.SplitStage },
                p => p with { IDR0 = p.IDR0 with { ATS = false } }
            ),
            Stage2Rule(
                "eats-without-ats-s2s",
                s => s with { EATS = Eats.Full, S2S = true },
                p => p with { IDR0 = p.IDR0 with { ATS = false } }
            ),
            Stage2Rule(
                "eats-of-bypass",
                s => s with { EATS = Eats.SplitStage, S2S = true },
                WithAts,
                new Ste { V = true, Config = SteConfig.Bypass }
            ),
            Stage2Rule(
                "eats-of-abort",
                s => s with { EATS = Eats.SplitStage, S2S = true },
                WithAts,
                new Ste { V = true, Config = SteConfig.Abort }
            ),
            // Reserved without DPT: it is as 0b00, and not ILLEGAL.
            Stage2Rule(
                "eats-dpt-without-dpt",
                s => s with { EATS = Eats.FullWithDpt, S2S = true },
                WithAts,
                Nested
            ),
        ];

    private static Ste Full(Ste entry) => entry with { EATS = Eats.Full };

    private static Profile WithAts(Profile p) => p with { IDR0 = p.IDR0 with { ATS = true } };

    private static Profile WithDpt(Profile p) =>
        WithAts(p) with
        {
            IDR3 = p.IDR3 with { DPT = true },
        };
}
