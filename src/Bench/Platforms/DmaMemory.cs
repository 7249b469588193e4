using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>
/// Where memory for DMA is. Below it are devices of real machines: a driver that mixes up 0 and an address is seen at once.
/// </summary>
public static class DmaMemory
{
    /// <summary>The first address.</summary>
    public static PhysicalAddress Start => 0x8000_0000;

    /// <summary>The first address behind it.</summary>
    public static PhysicalAddress End => 0xC000_0000;
}
