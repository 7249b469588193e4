using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Reference;

/// <summary>Where a part does not do what the architecture says, by SMMU_IIDR (§6.3.7) or by what firmware calls it.</summary>
internal static class Errata
{
    private const ushort Arm = 0x43b;
    private const ushort Mmu600 = 0x483;
    private const ushort Mmu700 = 0x487;
    private const ushort MmuL1 = 0x48a;
    private const ushort MmuS3 = 0x498;

    /// <summary>
    /// Commands must not pile up unfinished: each batch ends in a CMD_SYNC of its own. Arm MMU-700 before r1p1,
    /// erratum 2812531.
    /// </summary>
    public static bool WaitsForEveryBatch(Iidr part) => IsEarlyMmu700(part);

    /// <summary>
    /// Entries of nested translations survive what should remove them. Arm MMU-600 before r2p0, erratum 1209401, and MMU-700
    /// before r1p1, errata 2268618 and 2812531.
    /// </summary>
    public static bool CannotNest(Iidr part) =>
        part is { Implementer: Arm, ProductID: Mmu600, Variant: < 2 } || IsEarlyMmu700(part);

    /// <summary>
    /// Broadcast TLB maintenance may be missed. Arm MMU-700, MMU-L1 (erratum 3878312) and MMU-S3 (erratum 3995052).
    /// </summary>
    public static bool IsDeaf(Iidr part) =>
        part is { Implementer: Arm, ProductID: Mmu700 or MmuL1 or MmuS3 };

    /// <summary>One invalidation may miss an entry; a second, behind a CMD_SYNC, does not. Erratum T264-SMMU-3.</summary>
    public static bool InvalidatesTwice(SmmuModel model) => model == SmmuModel.NvidiaTegra264;

    /// <summary>CMD_PREFETCH_CONFIG stops the command queue.</summary>
    public static bool RefusesPrefetch(SmmuModel model) => model == SmmuModel.HiSiliconHi161x;

    /// <summary>Registers of page 1 stand on page 0, at the same offsets. Cavium erratum 74.</summary>
    public static bool HasOnePage(SmmuModel model) => model == SmmuModel.CaviumCn99xx;

    private static bool IsEarlyMmu700(Iidr part) =>
        part is { Implementer: Arm, ProductID: Mmu700 }
        && (part.Variant, part.Revision).CompareTo(((byte)1, (byte)1)) < 0;
}
