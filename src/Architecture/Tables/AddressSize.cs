namespace SmmuConformance.Architecture;

/// <summary>
/// Size of an output address space (CD.IPS, STE.S2PS, §5.2, §5.4). Sizes above the implementation's OAS act as OAS.
/// </summary>
public enum PhysicalSize : byte
{
    /// <summary>32 bits, 4 GB.</summary>
    Bits32 = 0b000,

    /// <summary>36 bits, 64 GB.</summary>
    Bits36 = 0b001,

    /// <summary>40 bits, 1 TB.</summary>
    Bits40 = 0b010,

    /// <summary>42 bits, 4 TB.</summary>
    Bits42 = 0b011,

    /// <summary>44 bits, 16 TB.</summary>
    Bits44 = 0b100,

    /// <summary>48 bits, 256 TB.</summary>
    Bits48 = 0b101,

    /// <summary>52 bits, 4 PB; from SMMUv3.1.</summary>
    Bits52 = 0b110,

    /// <summary>56 bits, 64 PB; from SMMUv3.4 and only with 128-bit descriptors.</summary>
    Bits56 = 0b111,
}

/// <summary>Between a <see cref="PhysicalSize"/> and a count of bits.</summary>
public static class PhysicalSizes
{
    /// <summary>The number of address bits: 32 to 56.</summary>
    public static int ToBits(this PhysicalSize size) =>
        size switch
        {
            PhysicalSize.Bits32 => 32,
            PhysicalSize.Bits36 => 36,
            PhysicalSize.Bits40 => 40,
            PhysicalSize.Bits42 => 42,
            PhysicalSize.Bits44 => 44,
            PhysicalSize.Bits48 => 48,
            PhysicalSize.Bits52 => 52,
            PhysicalSize.Bits56 => 56,
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, "A size is three bits."),
        };

    /// <summary>The smallest size of at least this many bits.</summary>
    /// <param name="bits">1 to 56.</param>
    public static PhysicalSize AtLeast(int bits)
    {
        for (var size = PhysicalSize.Bits32; size <= PhysicalSize.Bits56; size++)
        {
            if (size.ToBits() >= bits)
                return size;
        }

        throw new ArgumentOutOfRangeException(
            nameof(bits),
            bits,
            "No size holds more than 56 bits."
        );
    }
}
