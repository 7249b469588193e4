using System.Collections.Immutable;

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

    /// <summary>Bytes of memory, from its start, that the machine itself writes at every reset.</summary>
    public const int BytesWrittenAtReset = 1 << 20;

    /// <summary>Bytes of memory. Nothing of it exists before it is written.</summary>
    public const ulong MemoryBytes = 64ul << 30;

    /// <summary>Slots of PCI that have devices, eight functions each; slot 0 belongs to the bridge.</summary>
    public static readonly ImmutableArray<int> Slots = [1, 2, 3, 4, 5, 6, 7, 8, 24];

    // The devices' registers stand at the end of the window, where no case maps anything.
    private const ulong Devices = 0x2f00_0000;

    /// <summary>There is a device of that StreamID: bus 0, slot and function.</summary>
    public static bool HasDevice(uint stream) =>
        stream <= byte.MaxValue && Slots.Contains((int)stream / 8);

    /// <summary>Where the registers of a device are put.</summary>
    public static ulong RegistersOf(uint stream) => Devices + ((ulong)stream << 20);

    /// <summary>Configuration of a device.</summary>
    public static ulong ConfigurationOf(uint stream) => Configuration + ((ulong)stream << 12);
}
