using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>Arithmetic of address ranges that cannot overflow.</summary>
internal static class Ranges
{
    /// <summary>Offset of an address within a range, or null if it lies outside.</summary>
    public static ulong? Within(this PhysicalAddress address, PhysicalAddress start, ulong bytes) =>
        address.Value >= start.Value && address.Value - start.Value < bytes
            ? address.Value - start.Value
            : null;
}
