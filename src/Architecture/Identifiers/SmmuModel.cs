namespace SmmuConformance.Architecture;

/// <summary>
/// What firmware says a part is, where its ID registers do not: the model of an IORT node, or the first name in the
/// compatible property of a device tree. A driver knows by it what faults to expect.
/// </summary>
public enum SmmuModel : byte
{
    /// <summary>An SMMUv3 that firmware has nothing more to say of; its SMMU_IIDR may.</summary>
    Generic,

    /// <summary>HiSilicon Hi161x.</summary>
    HiSiliconHi161x,

    /// <summary>Cavium ThunderX2 CN99xx.</summary>
    CaviumCn99xx,

    /// <summary>NVIDIA Tegra264; in a device tree only.</summary>
    NvidiaTegra264,
}
