using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>The profile at hand, with what every case on cached translations uses.</summary>
internal static class CachingProfiles
{
    /// <summary>Stage 1, 4 KB tables, faults that end transactions, and range invalidation.</summary>
    public static Profile Able(Profile profile) =>
        profile with
        {
            IDR0 = profile.IDR0 with
            {
                S1P = true,
                STALL_MODEL = StallModel.TerminateOnly,
                TTENDIAN = WalkEndianness.Little,
            },
            IDR3 = profile.IDR3 with { RIL = true },
            IDR5 = profile.IDR5 with { GRAN4K = true },
        };

    /// <summary>A rig in which nothing is remembered that no transaction has asked for.</summary>
    public static TranslationRig Quiet(Profile profile)
    {
        var rig = new TranslationRig(profile);
        rig.Smmu.Caches.AdversarialPrefetch = false;
        return rig;
    }
}
