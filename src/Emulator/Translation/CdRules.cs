using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The sentences of §5.4 that say ILLEGAL, in the order of §5.4.2.</summary>
internal static class CdRules
{
    /// <summary>V = 0.</summary>
    public static readonly ValidityRule<CdSubject> NotValid = new("V", "is clear", (in _) => true);

    /// <summary>Every other rule.</summary>
    public static readonly ValidityRule<CdSubject>[] All =
    [
        new("S", "the STE forbids stalling (S1STALLD)", (in c) => c.Ste.S1STALLD && c.Cd.S),
        new("A", "every terminated transaction aborts", (in c) => c.IDR0.TERM_MODEL && !c.Cd.A),
        new(
            "S",
            "stalling is not supported",
            (in c) => c.IDR0.STALL_MODEL == StallModel.TerminateOnly && c.Cd.S
        ),
        new(
            "S",
            "stalling is forced",
            (in c) => c.IDR0.STALL_MODEL == StallModel.StallOnly && !c.Cd.S
        ),
        new(
            "ENDI",
            "only little-endian tables are supported",
            (in c) => (c.Lower || c.Upper) && c.IDR0.TTENDIAN == WalkEndianness.Little && c.Cd.ENDI
        ),
        new(
            "ENDI",
            "only big-endian tables are supported",
            (in c) => (c.Lower || c.Upper) && c.IDR0.TTENDIAN == WalkEndianness.Big && !c.Cd.ENDI
        ),
        new(
            "AA64",
            "VMSAv8-32 LPAE tables are not supported",
            (in c) => c.Lpae && ((int)c.IDR0.TTF & 0b01) == 0
        ),
        new(
            "AA64",
            "EL2-E2H has no VMSAv8-32 LPAE tables",
            (in c) => c.Lpae && c.World == StreamWorld.NsEl2E2h
        ),
        new(
            "AA64",
            "VMSAv8-64 tables are not supported",
            (in c) => c.Cd.AA64 && ((int)c.IDR0.TTF & 0b10) == 0
        ),
        new(
            "AA64",
            "VMSAv8-64 tables do not stand on a VMSAv8-32 LPAE stage 2",
            (in c) => c.Cd.AA64 && c.Ste.Stage2 && !c.Ste.S2AA64 && !c.IDR5.D128
        ),
        new(
            "HA",
            "hardware update of flags is not supported",
            (in c) => !c.Lpae && (c.Cd.HA || c.Cd.HD) && c.IDR0.HTTU == HardwareUpdate.None
        ),
        new(
            "HD",
            "hardware update of the dirty state is not supported",
            (in c) => !c.Lpae && c.Cd.HD && c.IDR0.HTTU == HardwareUpdate.AccessFlag
        ),
        new(
            "HAFT",
            "needs HA",
            (in c) =>
                !c.Lpae
                && c.IDR0.HTTU == HardwareUpdate.AccessDirtyAndTable
                && c.Cd.HAFT
                && !c.Cd.HA
        ),
        new(
            "ASID",
            "has more than the 8 bits that exist",
            (in c) => c.TwoRanges && !c.IDR0.ASID16 && c.Cd.ASID.Value > 0xff
        ),
        new(
            "T0SZ",
            "is out of range",
            (in c) => !c.Lpae && c.Lower && !c.SizeInRange(c.Cd.T0SZ, c.Cd.TG0.ToGranule())
        ),
        new(
            "T1SZ",
            "is out of range",
            (in c) => !c.Lpae && c.Upper && !c.SizeInRange(c.Cd.T1SZ, c.Cd.TG1.ToGranule())
        ),
        new(
            "TG0",
            "is reserved or a granule that is not supported",
            (in c) => !c.Lpae && c.Lower && !c.Supports(c.Cd.TG0.ToGranule())
        ),
        new(
            "TTB0",
            "is beyond the output address size",
            (in c) => c.Lower && !c.BaseInRange(c.Cd.TTB0, c.Cd.TG0.ToGranule())
        ),
        new(
            "TG1",
            "is reserved or a granule that is not supported",
            (in c) => !c.Lpae && c.Upper && !c.Supports(c.Cd.TG1.ToGranule())
        ),
        new(
            "TTB1",
            "is beyond the output address size",
            (in c) => c.Upper && !c.BaseInRange(c.Cd.TTB1, c.Cd.TG1.ToGranule())
        ),
        new("AA64", "VMSAv9-128 tables need STE.S1PIE", (in c) => c.Wide && !c.Ste.S1PIE),
        new(
            "AA64",
            "EL2 has no VMSAv9-128 tables",
            (in c) => c.Wide && c.World == StreamWorld.NsEl2
        ),
        new("PIIP", "holds a reserved permission", (in c) => c.Indirect && HasReserved(c.Cd.PIIP)),
        new(
            "PIIU",
            "holds a reserved permission",
            (in c) => c.Indirect && c.TwoRanges && HasReserved(c.Cd.PIIU)
        ),
        new(
            "PIIP",
            "lets privileged code run what unprivileged code may write",
            (in c) => c.Indirect && c.TwoRanges && RunsWhatUsersWrite(in c)
        ),
    ];

    // 0b100 and 0b110 are reserved.
    private static bool HasReserved(ulong permissions)
    {
        for (var i = 0; i < 48; i += 3)
            if ((permissions >> i & 0b111) is 0b100 or 0b110)
                return true;
        return false;
    }

    private static bool RunsWhatUsersWrite(in CdSubject c)
    {
        for (var i = 0; i < 48; i += 3)
            if ((c.Cd.PIIP >> i & 0b010) != 0 && (c.Cd.PIIU >> i & 0b100) != 0)
                return true;
        return false;
    }
}
