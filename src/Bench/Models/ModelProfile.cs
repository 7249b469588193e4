using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench.Models;

/// <summary>What a model says of itself in its registers.</summary>
public static class ModelProfile
{
    /// <summary>A profile from the registers of hardware as reset leaves it.</summary>
    /// <param name="hardware">The hardware.</param>
    /// <param name="like">What registers do not tell: firmware, faults, choices, name and reason.</param>
    public static Profile Read(IOtherHardware hardware, Profile like)
    {
        uint At(uint offset) => unchecked((uint)hardware.Read(offset, sizeof(uint)));

        return like with
        {
            Coherent = new Idr0(At(Idr0.Offset)).COHACC,
            IDR0 = new(At(Idr0.Offset)),
            IDR1 = new(At(Idr1.Offset)),
            IDR2 = new(At(Idr2.Offset)),
            IDR3 = new(At(Idr3.Offset)),
            IDR4 = new(At(Idr4.Offset)),
            IDR5 = new(At(Idr5.Offset)),
            IDR6 = new(At(Idr6.Offset)),
            IIDR = new(At(Iidr.Offset)),
            AIDR = new(At(Aidr.Offset)),
            GBPA = new(At(Gbpa.Offset)),
        };
    }
}
