using System.Collections.Immutable;

namespace SmmuConformance.Emulator;

/// <summary>
/// The SMMUs that cases run on. Each differs from the others in something a driver has to notice. What is published of a
/// real part is said there; the rest is chosen, and a real one may differ in it.
/// </summary>
public static partial class Profiles
{
    // Made late: the parts of this class are initialized in no order that could be relied on.
    private static readonly Lazy<ImmutableArray<Profile>> Listed = new(List);

    /// <summary>Every profile; a new one comes last, so that the others keep their places.</summary>
    public static ImmutableArray<Profile> All => Listed.Value;

    /// <summary>The profile of that name.</summary>
    /// <exception cref="KeyNotFoundException">There is none; the message lists those there are.</exception>
    public static Profile ByName(string name) =>
        All.FirstOrDefault(profile => profile.Name == name)
        ?? throw new KeyNotFoundException(
            $"there is no profile {name}; there are {string.Join(", ", All)}"
        );

    private static ImmutableArray<Profile> List() =>
        [
            Minimal,
            Maximal,
            Mmu600,
            Mmu700,
            Qemu10,
            NonCoherent,
            EightBitIds,
            ForcedStall,
            MsiSync,
            LinearTable,
            NoRangeInvalidation,
            AttributeOverrides,
            Oas48,
            BigEndian,
            Mmu600R1,
            Mmu700R0,
            MmuS3,
            HiSilicon,
            ThunderX2,
            Tegra241,
            Tegra264,
            AmpereOne,
            Stage2Only,
            Substreams,
            Granule16K,
            Granule64K,
            Lpa2,
        ];
}
