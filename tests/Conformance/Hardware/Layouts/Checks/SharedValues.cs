namespace SmmuConformance.Conformance.Hardware.Layouts;

/// <summary>Encodings that the manual prints once and gives to several fields.</summary>
internal static class SharedValues
{
    /// <summary>Memory type: STE.MemAttr, and every field that is encoded the same. §5.2, Arm ARM D8.6</summary>
    // csharpier-ignore
    public static (ulong, string)[] MemAttr { get; } =
    [
        (0b0000, "DeviceNGnRnE"),   (0b0001, "DeviceNGnRE"),    (0b0010, "DeviceNGRE"),     (0b0011, "DeviceGRE"),
                                    (0b0101, "OuterNcInnerNc"), (0b0110, "OuterNcInnerWt"), (0b0111, "OuterNcInnerWb"),
                                    (0b1001, "OuterWtInnerNc"), (0b1010, "OuterWtInnerWt"), (0b1011, "OuterWtInnerWb"),
                                    (0b1101, "OuterWbInnerNc"), (0b1110, "OuterWbInnerWt"), (0b1111, "OuterWbInnerWb"),
    ];

    /// <summary>Shareability; 0b01 is Reserved everywhere. §5.2, §5.4, §6.3.11</summary>
    public static (ulong, string)[] Shareability { get; } =
    [(0b00, "NonShareable"), (0b10, "Outer"), (0b11, "Inner")];

    /// <summary>Cacheability of fetches in STE and CD. §5.2, §5.4</summary>
    public static (ulong, string)[] Cacheability { get; } =
    [
        (0b00, "NonCacheable"),
        (0b01, "WriteBackAllocate"),
        (0b10, "WriteThrough"),
        (0b11, "WriteBack"),
    ];

    /// <summary>Cacheability in CR1, where 0b11 is Reserved. §6.3.11</summary>
    public static (ulong, string)[] AccessCacheability { get; } =
    [(0b00, "NonCacheable"), (0b01, "WriteBack"), (0b10, "WriteThrough")];

    /// <summary>Size of an address. §5.2, §5.4, §6.3.6</summary>
    // csharpier-ignore
    public static (ulong, string)[] AddressSize { get; } =
    [
        (0b000, "Bits32"), (0b001, "Bits36"), (0b010, "Bits40"), (0b011, "Bits42"),
        (0b100, "Bits44"), (0b101, "Bits48"), (0b110, "Bits52"), (0b111, "Bits56"),
    ];
}
