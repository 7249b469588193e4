namespace SmmuConformance.Architecture;

/// <summary>Stream table formats an SMMU offers: IDR0.ST_LEVEL. §6.3.1</summary>
public enum StreamTableLevels : byte
{
    /// <summary>Only a linear table.</summary>
    Linear = 0b00,

    /// <summary>A linear or a two-level table, as software likes.</summary>
    TwoLevel = 0b01,
}

/// <summary>What an SMMU can do with a faulting transaction: IDR0.STALL_MODEL. §6.3.1</summary>
public enum StallModel : byte
{
    /// <summary>Software chooses for each context.</summary>
    StallAndTerminate = 0b00,

    /// <summary>Nothing stalls; CMD_RESUME and CMD_STALL_TERM do not exist.</summary>
    TerminateOnly = 0b01,

    /// <summary>Every fault that may stall does; never behind PCIe.</summary>
    StallOnly = 0b10,
}

/// <summary>Byte orders a table walk can use: IDR0.TTENDIAN. §6.3.1</summary>
public enum WalkEndianness : byte
{
    /// <summary>Each CD and STE chooses its own.</summary>
    Mixed = 0b00,

    /// <summary>Little-endian tables only.</summary>
    Little = 0b10,

    /// <summary>Big-endian tables only.</summary>
    Big = 0b11,
}

/// <summary>Flags that hardware writes into translation tables: IDR0.HTTU. §6.3.1</summary>
public enum HardwareUpdate : byte
{
    /// <summary>None.</summary>
    None = 0b00,

    /// <summary>The Access flag.</summary>
    AccessFlag = 0b01,

    /// <summary>The Access flag and the dirty state.</summary>
    AccessAndDirty = 0b10,

    /// <summary>Both, and the Access flag of Table descriptors.</summary>
    AccessDirtyAndTable = 0b11,
}

/// <summary>Translation table formats, the same for both stages: IDR0.TTF. §6.3.1</summary>
public enum TableFormats : byte
{
    /// <summary>VMSAv8-32 LPAE only.</summary>
    Lpae = 0b01,

    /// <summary>VMSAv8-64 only.</summary>
    AArch64 = 0b10,

    /// <summary>Both.</summary>
    Both = 0b11,
}

/// <summary>How freely a live block mapping may change its size: IDR3.BBML. §3.21.1</summary>
public enum BreakBeforeMake : byte
{
    /// <summary>Only through an invalid descriptor.</summary>
    Level0 = 0b00,

    /// <summary>Directly, when the block carries nT.</summary>
    Level1 = 0b01,

    /// <summary>Directly, without nT.</summary>
    Level2 = 0b10,
}

/// <summary>Input size of one translation table base: IDR5.VAX. §6.3.6</summary>
public enum VirtualAddressSize : byte
{
    /// <summary>48 bits.</summary>
    Bits48 = 0b00,

    /// <summary>52 bits.</summary>
    Bits52 = 0b01,

    /// <summary>56 bits.</summary>
    Bits56 = 0b10,
}

/// <summary>The number behind an input size encoding.</summary>
public static class VirtualAddressSizes
{
    /// <summary>The number of address bits: 48 to 56.</summary>
    public static int ToBits(this VirtualAddressSize size) =>
        size switch
        {
            VirtualAddressSize.Bits48 => 48,
            VirtualAddressSize.Bits52 => 52,
            VirtualAddressSize.Bits56 => 56,
            _ => throw new ArgumentOutOfRangeException(nameof(size), size, "The size is reserved."),
        };
}
