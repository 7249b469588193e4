using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>What a guest says of a stream, as far as it is the guest's to say. §5.2</summary>
/// <param name="Config">Abort, bypass or stage 1.</param>
/// <param name="Stage1">The fields of stage 1.</param>
/// <param name="Ats">The guest wants ATS.</param>
internal readonly record struct GuestEntry(SteConfig Config, Ste Stage1, bool Ats)
{
    // V, Config, S1Fmt, S1ContextPtr, S1CDMax; and S1DSS, S1CIR, S1COR, S1CSH, S1STALLD, EATS. All else is the host's.
    private static readonly Ste s_allowed = new()
    {
        V = true,
        Config = (SteConfig)0b111,
        S1Fmt = (S1Fmt)0b11,
        S1ContextPtr = 0x00ff_ffff_ffff_ffc0,
        S1CDMax = 0b1_1111,
        S1DSS = (S1Dss)0b11,
        S1CIR = (Cacheability)0b11,
        S1COR = (Cacheability)0b11,
        S1CSH = (Shareability)0b11,
        S1STALLD = true,
        EATS = (Eats)0b11,
    };

    /// <summary>Reads the words of a guest.</summary>
    /// <returns><see cref="ErrorClass.Malformed"/> if a bit is set that is not the guest's.</returns>
    public static Outcome<GuestEntry> Parse(ulong word0, ulong word1)
    {
        var entry = new Ste([word0, word1, 0, 0, 0, 0, 0, 0]);
        // An entry that is not valid has no other bits.
        if (!entry.V)
            return new GuestEntry(SteConfig.Abort, default, Ats: false);
        if ((word0 & ~s_allowed.Word(0)) != 0 || (word1 & ~s_allowed.Word(1)) != 0)
            return ErrorClass.Malformed;
        if (entry.Config is not (SteConfig.Abort or SteConfig.Bypass or SteConfig.Stage1))
            return ErrorClass.Malformed;
        // The other kinds of ATS tell a device addresses that are not a guest's to know.
        if (entry.EATS is not (Eats.Disabled or Eats.Full))
            return ErrorClass.Malformed;
        return new GuestEntry(entry.Config, entry, entry.EATS == Eats.Full);
    }
}
