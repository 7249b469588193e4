using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

public static partial class IdentificationRules
{
    private static IEnumerable<IdentificationRule> Addresses() =>
        [
            new("VMSAv8-32 tables need the 4 KiB granule", "6.3.6", p => !Lpae(p) || p.IDR5.GRAN4K),
            new("VMSAv8-32 tables exclude DPT", "6.3.1", p => !Lpae(p) || !p.IDR3.DPT),
            new("VMSAv8-32 tables exclude D128", "6.3.6", p => !Lpae(p) || !p.IDR5.D128),
            new(
                "52-bit output needs GRAN64K, DS or D128",
                "6.3.6",
                p => p.IDR5.OAS != PhysicalSize.Bits52 || p.IDR5.GRAN64K || p.IDR5.DS || p.IDR5.D128
            ),
            new(
                "56-bit output needs D128",
                "6.3.6",
                p => p.IDR5.OAS != PhysicalSize.Bits56 || p.IDR5.D128
            ),
            new(
                "56-bit output needs 3.4",
                "6.3.6",
                p => p.IDR5.OAS != PhysicalSize.Bits56 || From(p, 4)
            ),
            new(
                "Input beyond 48 bits needs GRAN64K or DS",
                "6.3.6",
                p => p.IDR5.VAX == VirtualAddressSize.Bits48 || p.IDR5.GRAN64K || p.IDR5.DS
            ),
            new(
                "56-bit input needs D128",
                "6.3.6",
                p => p.IDR5.VAX != VirtualAddressSize.Bits56 || p.IDR5.D128
            ),
            new(
                "DS needs the 4 KiB or 16 KiB granule",
                "6.3.6",
                p => !p.IDR5.DS || p.IDR5.GRAN4K || p.IDR5.GRAN16K
            ),
            new(
                "DS needs 52-bit input",
                "6.3.6",
                p => !p.IDR5.DS || p.IDR5.VAX != VirtualAddressSize.Bits48
            ),
            new(
                "D128 needs VMSAv8-64, S1PI, S2PO, AIE and MTEPERM",
                "6.3.6",
                p =>
                    !p.IDR5.D128
                    || (
                        p.IDR0.TTF == TableFormats.AArch64
                        && p.IDR3 is { S1PI: true, S2PO: true, AIE: true, MTEPERM: true }
                    )
            ),
        ];

    // What a version demands, then what it cannot have yet: features of the version after the next. §2.9
    private static IEnumerable<IdentificationRule> Versions() =>
        [
            new(
                "From 3.1 HAD is there with stage 1",
                "6.3.4",
                p => !(From(p, 1) && p.IDR0.S1P) || p.IDR3.HAD
            ),
            new(
                "From 3.1 XNX is there with stage 2",
                "6.3.4",
                p => !(From(p, 1) && p.IDR0.S2P) || p.IDR3.XNX
            ),
            new("From 3.2 RIL is there", "6.3.4", p => !From(p, 2) || p.IDR3.RIL),
            new("From 3.2 FWB is there", "6.3.4", p => !From(p, 2) || p.IDR3.FWB),
            new(
                "From 3.2 BBML is 1 or 2",
                "6.3.4",
                p => !From(p, 2) || p.IDR3.BBML != BreakBeforeMake.Level0
            ),
            new(
                "From 3.2 Hyp is there with both stages",
                "6.3.1",
                p => !(From(p, 2) && p.BothStages) || p.IDR0.Hyp
            ),
            new("From 3.3 E0PD is there", "6.3.4", p => !From(p, 3) || p.IDR3.E0PD),
            new(
                "From 3.3 PTWNNC is there with stage 2",
                "6.3.4",
                p => !(From(p, 3) && p.IDR0.S2P) || p.IDR3.PTWNNC
            ),
            new("From 3.4 EPAN is there", "6.3.4", p => !From(p, 4) || p.IDR3.EPAN),
            new(
                "From 3.4 MTEPERM is there with stage 2",
                "6.3.4",
                p => !(From(p, 4) && p.IDR0.S2P) || p.IDR3.MTEPERM
            ),
            new(
                "3.0 has neither XNX nor PBHA, VAX or 52-bit output",
                "6.3.4",
                p =>
                    From(p, 1)
                    || (
                        p
                            is {
                                IDR3: { XNX: false, PBHA: false },
                                IDR5.VAX: VirtualAddressSize.Bits48
                            }
                        && p.IDR5.OAS <= PhysicalSize.Bits48
                    )
            ),
            new(
                "3.0 has nothing of 3.2",
                "2.9",
                p =>
                    From(p, 1)
                    || p.IDR3
                        is {
                            MPAM: false,
                            FWB: false,
                            STT: false,
                            RIL: false,
                            BBML: BreakBeforeMake.Level0
                        }
            ),
            new(
                "3.1 and before have nothing of 3.3",
                "2.9",
                p =>
                    From(p, 2)
                    || p
                        is {
                            IDR0: { ATSRECERR: false, RME_IMPL: false },
                            IDR1.ECMDQ: false,
                            IDR3: { E0PD: false, PTWNNC: false, DPT: false }
                        }
            ),
            new(
                "3.2 and before have nothing of 3.4",
                "2.9",
                p =>
                    From(p, 3)
                    || p
                        is {
                            IDR3:
                            {
                                PASIDTT: false,
                                EPAN: false,
                                S1PI: false,
                                S2PI: false,
                                S2PO: false,
                                THE: false,
                                MTEPERM: false,
                                AIE: false
                            },
                            IDR5: { DS: false, D128: false }
                        }
                        && p.IDR0.HTTU != HardwareUpdate.AccessDirtyAndTable
            ),
        ];

    private static bool From(Profile profile, int minor) => profile.AIDR.ArchMinorRev >= minor;

    private static bool Lpae(Profile profile) => ((int)profile.IDR0.TTF & 0b01) != 0;
}
