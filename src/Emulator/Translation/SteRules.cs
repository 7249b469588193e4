using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The sentences of §5.2 that say ILLEGAL, in the order of §5.2.2: general and stage 1.</summary>
internal static partial class SteRules
{
    /// <summary>V = 0.</summary>
    public static readonly ValidityRule<SteSubject> NotValid = new("V", "is clear", (in _) => true);

    /// <summary>Rules on the stream as a whole.</summary>
    public static readonly ValidityRule<SteSubject>[] General =
    [
        new("Config", "stage 1 is not implemented", (in s) => s.Ste.Stage1 && !s.IDR0.S1P),
        new("Config", "stage 2 is not implemented", (in s) => s.Ste.Stage2 && !s.IDR0.S2P),
        new(
            "EATS",
            "split-stage ATS needs both stages, no stage 2 stall, and support",
            (in s) =>
                s.ReadsEats
                && s.Ste.EATS == Eats.SplitStage
                && (!s.Ste.Nested || s.Ste.S2S || s.IDR0.NS1ATS)
        ),
        new(
            "EATS",
            "full ATS and a stage 2 stall exclude one another",
            (in s) => s.ReadsEats && s.Ste.EATS == Eats.Full && s.Ste.Stage2 && s.Ste.S2S
        ),
        new(
            "EATS",
            "ATS with DPT checks and a stage 2 stall exclude one another",
            (in s) =>
                s.ReadsEats
                && s.IDR3.DPT
                && s.Ste.EATS == Eats.FullWithDpt
                && s.Ste.Stage2
                && s.Ste.S2S
        ),
        new(
            "EATS",
            "DPT checks are for EL1 streams",
            (in s) =>
                s.ReadsEats
                && s.IDR3.DPT
                && s.Ste.EATS == Eats.FullWithDpt
                && s.ReadsStrw
                && s.Ste.STRW != Strw.NsEl1
        ),
        new("STRW", "is reserved", (in s) => s.ReadsStrw && ((int)s.Ste.STRW & 0b01) != 0),
        new(
            "S2VMID",
            "has more than the 8 bits that exist",
            (in s) => s.ReadsVmid && !s.IDR0.VMID16 && s.Ste.S2VMID.Value > 0xff
        ),
        new(
            "VMSPtr",
            "is beyond the output address size",
            (in s) =>
                s.IDR3.MPAM
                && s.Ste.Nested
                && s.Ste.S1MPAM
                && !s.Ste.VMSPtr.Value.Fits(s.IDR5.OAS.ToBits())
        ),
    ];

    /// <summary>Rules on fields that count when stage 1 translates.</summary>
    public static readonly ValidityRule<SteSubject>[] Stage1 =
    [
        new(
            "S1STALLD",
            "stalling cannot be configured",
            (in s) =>
                s.Ste.Stage1 && s.Ste.S1STALLD && s.IDR0.STALL_MODEL != StallModel.StallAndTerminate
        ),
        new(
            "S1CDMax",
            "is more than the SubstreamID size",
            (in s) => s.Ste.Stage1 && s.IDR1.SSIDSIZE != 0 && s.Ste.S1CDMax > s.IDR1.SSIDSIZE
        ),
        new(
            "S1Fmt",
            "two-level CD tables are not supported",
            (in s) =>
                s.Substreams && !s.IDR0.CD2L && s.Ste.S1Fmt is S1Fmt.TwoLevel4K or S1Fmt.TwoLevel64K
        ),
        new(
            "S1ContextPtr",
            "is beyond the address size",
            (in s) =>
                s.Ste.Stage1
                && !s.Ste.S1ContextPtr.Value.Fits(
                    s.Ste.Stage2 ? s.IntermediateBits : s.IDR5.OAS.ToBits()
                )
        ),
    ];
}
