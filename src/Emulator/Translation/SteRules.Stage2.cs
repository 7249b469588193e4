using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// Rules on fields that count when stage 2 translates.
internal static partial class SteRules
{
    /// <summary>Rules on stage 2 but for the shape of its walk.</summary>
    public static readonly ValidityRule<SteSubject>[] Stage2 =
    [
        new(
            "S2FWB",
            "is not for VMSAv8-32 LPAE tables",
            (in s) => s.Lpae2 && s.IDR3.FWB && s.Ste.S2FWB
        ),
        new(
            "S2S",
            "stalling is not supported",
            (in s) => s.Ste.Stage2 && s.Ste.S2S && s.IDR0.STALL_MODEL == StallModel.TerminateOnly
        ),
        new(
            "S2S",
            "stalling is forced",
            (in s) => s.Ste.Stage2 && !s.Ste.S2S && s.IDR0.STALL_MODEL == StallModel.StallOnly
        ),
        new(
            "S2AA64",
            "VMSAv8-32 LPAE tables are not supported",
            (in s) => s.Lpae2 && ((int)s.IDR0.TTF & 0b01) == 0
        ),
        new(
            "S2AA64",
            "VMSAv8-64 tables are not supported",
            (in s) => s.Aarch64Stage2 && ((int)s.IDR0.TTF & 0b10) == 0
        ),
        new(
            "S2HA",
            "hardware update of flags is not supported",
            (in s) =>
                s.Ste.Stage2
                && (s.Ste.S2HA || s.Ste.S2HD)
                && (s.Lpae2 || s.IDR0.HTTU == HardwareUpdate.None)
        ),
        new(
            "S2HD",
            "hardware update of the dirty state is not supported",
            (in s) => s.Ste.Stage2 && s.Ste.S2HD && s.IDR0.HTTU == HardwareUpdate.AccessFlag
        ),
        new(
            "S2HAFT",
            "needs S2HA",
            (in s) =>
                s.Ste.Stage2
                && s.Ste.S2HAFT
                && !s.Ste.S2HA
                && s.IDR0.HTTU == HardwareUpdate.AccessDirtyAndTable
        ),
        new(
            "S2ENDI",
            "only little-endian tables are supported",
            (in s) => s.Ste.Stage2 && s.Ste.S2ENDI && s.IDR0.TTENDIAN == WalkEndianness.Little
        ),
        new(
            "S2ENDI",
            "only big-endian tables are supported",
            (in s) => s.Ste.Stage2 && !s.Ste.S2ENDI && s.IDR0.TTENDIAN == WalkEndianness.Big
        ),
        new(
            "S2PIE",
            "is not for VMSAv8-32 LPAE tables",
            (in s) => s.Lpae2 && s.IDR3.S2PI && s.Ste.S2PIE
        ),
        new(
            "S2POE",
            "needs indirect permissions",
            (in s) => s.Ste.Stage2 && s.IDR3.S2PO && s.Ste.S2POE && !s.Ste.S2PIE && !s.Wide2
        ),
        new(
            "S2POE",
            "excludes hardware use of descriptor bits [62:59]",
            (in s) =>
                s.Ste.Stage2
                && s.IDR3.S2PO
                && s.IDR3.PBHA
                && s.Ste.S2POE
                && (s.Ste.S2HWU59 || s.Ste.S2HWU60 || s.Ste.S2HWU61 || s.Ste.S2HWU62)
        ),
        new(
            "S2POI",
            "holds a reserved permission",
            (in s) => s.Ste.Stage2 && s.IDR3.S2PO && s.Ste.S2POE && HasReservedOverlay(s.Ste.S2POI)
        ),
    ];

    // 0b0001 and 0b0101 are reserved.
    private static bool HasReservedOverlay(ulong overlays)
    {
        for (var i = 0; i < 64; i += 4)
            if ((overlays >> i & 0xf) is 0b0001 or 0b0101)
                return true;
        return false;
    }
}
