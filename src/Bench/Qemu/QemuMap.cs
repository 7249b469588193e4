namespace SmmuConformance.Bench.Qemu;

/// <summary>Where things are on QEMU's machine "virt", with its configuration space of PCI below 4 GB.</summary>
internal static class QemuMap
{
    /// <summary>Page 0 of the SMMU.</summary>
    public const ulong Smmu = 0x0905_0000;

    /// <summary>Configuration space of PCI: 4 KB a function.</summary>
    public const ulong Configuration = 0x3f00_0000;

    /// <summary>Memory.</summary>
    public const ulong Memory = 0x4000_0000;

    /// <summary>Memory below this is written by the machine itself at every reset.</summary>
    public const ulong FreeMemory = Memory + 0x20_0000;

    /// <summary>Bytes of memory. Nothing of it exists before it is written.</summary>
    public const ulong MemoryBytes = 64ul << 30;

    /// <summary>Slots of PCI that have devices, eight functions each; slot 0 belongs to the bridge.</summary>
    public const int LastSlot = 7;

    /// <summary>The last StreamID of a device: bus, slot and function.</summary>
    public const uint LastStream = (8 * LastSlot) + 7;

    /// <summary>The first StreamID of a device.</summary>
    public const uint FirstStream = 8;

    // The devices' registers stand at the end of the window, where no case maps anything.
    private const ulong Devices = 0x3a00_0000;

    /// <summary>Where the registers of a device are put.</summary>
    public static ulong RegistersOf(uint stream) => Devices + ((ulong)stream << 20);

    /// <summary>Configuration of a device.</summary>
    public static ulong ConfigurationOf(uint stream) => Configuration + ((ulong)stream << 12);
}
