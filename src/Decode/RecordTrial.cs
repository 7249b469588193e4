using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Decode;

/// <summary>What a record of the Event queue, or an entry of the PRI queue, says that an SMMU could not.</summary>
internal static class RecordTrial
{
    private static readonly (
        string Field,
        Func<Profile, bool> Present,
        string Because
    )[] s_features =
    [
        ("SSV", p => p.IDR1.SSIDSIZE > 0, "SMMU_IDR1.SSIDSIZE = 0  (§6.3.2)"),
        ("S2", p => p.IDR0.S2P, "SMMU_IDR0.S2P = 0  (§6.3.1)"),
        ("Stall", p => p.CanStall, "SMMU_IDR0.STALL_MODEL says that nothing stalls  (§6.3.1)"),
    ];

    /// <summary>Each thing that the SMMU could not say, with the register that tells.</summary>
    /// <param name="layout">Which record.</param>
    /// <param name="words">Its words.</param>
    /// <param name="stream">The stream it names.</param>
    /// <param name="profile">The SMMU.</param>
    public static IEnumerable<string> Of(
        Layout layout,
        ulong[] words,
        StreamId stream,
        Profile profile
    )
    {
        if ((ulong)stream.Value >> profile.IDR1.SIDSIZE != 0)
            yield return $"StreamID = 0x{stream.Value:x}, but SMMU_IDR1.SIDSIZE = {profile.IDR1.SIDSIZE}  (§6.3.2)";
        foreach (var (name, present, because) in s_features)
            if (
                !present(profile)
                && layout.Fields.FirstOrDefault(field => field.Name == name) is { } field
                && field.RawIn(words[field.Word]) != 0
            )
                yield return $"{name} = 1, but {because}";
    }
}
