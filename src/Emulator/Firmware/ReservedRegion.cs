using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Why a range of input addresses is not free.</summary>
public enum RegionKind : byte
{
    /// <summary>Accesses there never reach the SMMU, or must not be made: nothing may be mapped.</summary>
    Forbidden,

    /// <summary>
    /// The device is using this memory before any driver runs, and goes on: it must stay reachable at the same address, from
    /// the moment the SMMU is enabled (IORT: a reserved memory range).
    /// </summary>
    InUse,

    /// <summary>Writes there are turned into interrupts before they reach the SMMU.</summary>
    HardwareMsi,

    /// <summary>Where software is free to map the doorbell of the interrupt controller.</summary>
    SoftwareMsi,
}

/// <summary>How memory in use is accessed, as the IORT gives it.</summary>
public enum RegionAttributes : byte
{
    /// <summary>Device-nGnRnE.</summary>
    DeviceNgnrne = 0,

    /// <summary>Device-nGnRE.</summary>
    DeviceNgnre = 1,

    /// <summary>Device-nGRE.</summary>
    DeviceNgre = 2,

    /// <summary>Device-GRE.</summary>
    DeviceGre = 3,

    /// <summary>Normal, Non-cacheable.</summary>
    NonCacheable = 4,

    /// <summary>Normal, Write-Back, Inner Shareable.</summary>
    WriteBack = 5,
}

/// <summary>A range of a device's input addresses that is not free.</summary>
/// <param name="Kind">Why.</param>
/// <param name="First">First address.</param>
/// <param name="Bytes">Size in bytes; not zero.</param>
public sealed record ReservedRegion(RegionKind Kind, Iova First, ulong Bytes)
{
    /// <summary>Of memory in use: software may move it, if it asks the device to follow.</summary>
    public bool CanMove { get; init; }

    /// <summary>Of memory in use: the device's accesses are privileged.</summary>
    public bool Privileged { get; init; }

    /// <summary>Of memory in use: how it is accessed.</summary>
    public RegionAttributes Attributes { get; init; } = RegionAttributes.WriteBack;
}
