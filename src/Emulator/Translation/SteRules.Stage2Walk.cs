using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

// Rules on the shape of a stage 2 walk: granule, sizes, start level and base.
internal static partial class SteRules
{
    /// <summary>Rules on S2TG, S2TTB, S2T0SZ and S2SL0.</summary>
    public static readonly ValidityRule<SteSubject>[] Stage2Walk =
    [
        new(
            "S2TG",
            "is reserved or a granule that is not supported",
            (in s) =>
                s.Ste.Stage2
                && !s.Lpae2
                && !(s.Ste.S2TG.ToGranule() is { } granule && s.IDR5.Supports(granule))
        ),
        new(
            "S2TTB",
            "is beyond the output address size",
            (in s) => s.Ste.Stage2 && !s.Ste.S2TTB.Value.Fits(BaseBits(in s))
        ),
        new("S2T0SZ", "is out of range", (in s) => s.Ste.Stage2 && !s.Lpae2 && !InRange(in s)),
        new("S2SL0", "does not fit S2T0SZ and S2TG", (in s) => s.Lpae2 && !LpaeFits(s.Ste)),
        new(
            "S2SL0",
            "does not fit S2T0SZ and S2TG",
            (in s) => s.Aarch64Stage2 && !Aarch64Fits(in s)
        ),
    ];

    private static int BaseBits(in SteSubject s)
    {
        if (s.Lpae2)
            return 40;
        var bits = s.Ste.S2PS.Cap(s.IDR5.OAS);
        var small = s.Ste.S2TG != Tg0.Size64K;
        return s.Aarch64Stage2 && small && !s.Ds2 ? Math.Min(bits, 48) : bits;
    }

    private static bool InRange(in SteSubject s)
    {
        var large = s.Ste.S2TG == Tg0.Size64K;
        var most =
            !s.IDR3.STT ? 39
            : large ? 47
            : 48;
        var least =
            s.Wide2 ? 8
            : large || s.Ds2 ? 12
            : 16;
        return s.Ste.S2T0SZ >= Math.Max(least, 64 - s.IntermediateBits) && s.Ste.S2T0SZ <= most;
    }

    // S2T0SZ[3:0] is signed; the walk starts at level 2 or 1. Arm ARM G5.5
    private static bool LpaeFits(Ste ste)
    {
        var size = ste.S2T0SZ & 0xf;
        var inputBits = 32 - (size >= 8 ? size - 16 : size);
        return ste.S2SL0 <= 1 && Spans(Granule.Size4K, 2 - ste.S2SL0, inputBits);
    }

    private static bool Aarch64Fits(in SteSubject s)
    {
        if (s.Ste.S2TG.ToGranule() is not { } granule || StartLevel(in s, granule) is not { } start)
            return false;
        return Spans(granule, start, 64 - s.Ste.S2T0SZ);
    }

    // Arm ARM D8.2: what SL2:SL0 mean for each granule; null where the combination does not exist.
    private static int? StartLevel(in SteSubject s, Granule granule)
    {
        var outputBits = s.IDR5.OAS.ToBits();
        var high = s.Ds2 && granule == Granule.Size4K && s.Ste.S2SL0_2;
        return (granule.PageShift, high, s.Ste.S2SL0) switch
        {
            (12, false, 0) => 2,
            (12, false, 1) => 1,
            (12, false, 2) when outputBits >= 44 => 0,
            (12, false, 3) when s.IDR3.STT => 3,
            (12, true, 0) when outputBits >= 52 => -1,
            (14, _, 0) => 3,
            (14, _, 1) => 2,
            (14, _, 2) when outputBits >= 42 => 1,
            (14, _, 3) when s.Ds2 => 0,
            (16, _, 0) => 3,
            (16, _, 1) => 2,
            (16, _, 2) when outputBits >= 44 => 1,
            _ => null,
        };
    }

    // From just more than one level's worth of bits to sixteen concatenated tables. Arm ARM D8.2
    private static bool Spans(Granule granule, int startLevel, int inputBits)
    {
        var least = ((3 - startLevel) * granule.BitsPerLevel) + granule.PageShift + 1;
        return inputBits >= least && inputBits <= least + granule.BitsPerLevel - 1 + 4;
    }
}
