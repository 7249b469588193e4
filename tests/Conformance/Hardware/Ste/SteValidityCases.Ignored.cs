using SmmuConformance.Architecture;

namespace SmmuConformance.Conformance.Hardware;

// Entries whose odd fields nobody reads.
public sealed partial class SteValidityCases
{
    public static IEnumerable<Rule> Ignored =>
        [
            .. AtsIgnored,
            Stage1Rule(
                "stage2-fields-of-stage1",
                s => s with { S2TG = (Tg0)0b11, S2S = true, S2ENDI = true },
                p => p with { IDR0 = p.IDR0 with { ATS = false } }
            ),
            Stage1Rule(
                "strw-without-hyp",
                s => s with { STRW = (Strw)0b01 },
                p => p with { IDR0 = p.IDR0 with { Hyp = false } }
            ),
            Stage1Rule(
                "s1cdmax-without-substreams",
                s => s with { S1CDMax = 31, S1Fmt = S1Fmt.TwoLevel4K },
                p => p with { IDR1 = p.IDR1 with { SSIDSIZE = 0 } }
            ),
            Stage1Rule(
                "s1fmt-of-one-cd",
                s => s with { S1Fmt = S1Fmt.TwoLevel4K },
                p => p with { IDR0 = p.IDR0 with { CD2L = false } }
            ),
            Stage1Rule(
                "s2vmid-without-stage2",
                s => s with { S2VMID = 0xffff },
                p => p with { IDR0 = p.IDR0 with { S2P = false, VMID16 = false } }
            ),
            Stage1Rule(
                "stage1-fields-of-bypass",
                s => s with { S1CDMax = 31, S1STALLD = true },
                p => p with { IDR0 = p.IDR0 with { STALL_MODEL = StallModel.TerminateOnly } },
                new Ste { V = true, Config = SteConfig.Bypass }
            ),
            Stage1Rule(
                "everything-of-abort",
                s => s with { S1CDMax = 31, S2TG = (Tg0)0b11, STRW = (Strw)0b11 },
                p => p,
                new Ste { V = true, Config = SteConfig.Abort }
            ),
        ];
}
