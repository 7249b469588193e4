using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// One SMMU node as firmware describes it, with its registers. Everything a driver does to the node goes through here,
/// so everything it does is seen.
/// </summary>
public interface IPlatform
{
    /// <summary>The part all nodes share: memory, barriers, time, log.</summary>
    ISystem System { get; }

    /// <summary>What firmware says of this node.</summary>
    SmmuFirmware Firmware { get; }

    /// <summary>Loads a 32-bit register.</summary>
    /// <param name="offset">Byte offset from the base of page 0; a multiple of 4.</param>
    uint Read32(uint offset);

    /// <summary>Loads a 64-bit register.</summary>
    /// <param name="offset">Byte offset from the base of page 0; a multiple of 8.</param>
    ulong Read64(uint offset);

    /// <summary>Stores a 32-bit register. Earlier memory stores are not ordered before it: see <see cref="ISystem.Barrier"/>.</summary>
    /// <param name="offset">Byte offset from the base of page 0; a multiple of 4.</param>
    /// <param name="value">The value.</param>
    void Write32(uint offset, uint value);

    /// <summary>Stores a 64-bit register. Earlier memory stores are not ordered before it: see <see cref="ISystem.Barrier"/>.</summary>
    /// <param name="offset">Byte offset from the base of page 0; a multiple of 8.</param>
    /// <param name="value">The value.</param>
    void Write64(uint offset, ulong value);

    /// <summary>
    /// Writes the enables of a PCIe device behind this SMMU: what the driver's bus would do for it. The device obeys at
    /// once; requests it has made before may still be on their way.
    /// </summary>
    /// <param name="stream">The device, by any of its StreamIDs.</param>
    /// <param name="enables">What is on from now on; everything else is off.</param>
    /// <param name="unit">
    /// With <see cref="DeviceEnables.Ats"/>: log2 of the smallest unit in bytes that it may ask a translation for (STU), 12 to 16. It is
    /// the smallest granule of the SMMU, for every device behind it (§3.9.1).
    /// </param>
    void Switch(StreamId stream, DeviceEnables enables, byte unit);
}

/// <summary>What can be switched on at a PCIe device.</summary>
[Flags]
public enum DeviceEnables : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It may put a PASID into its requests. To be changed only while ATS is off.</summary>
    Pasid = 1 << 0,

    /// <summary>It may ask for translations, and use those that it has cached.</summary>
    Ats = 1 << 1,

    /// <summary>It may ask for pages.</summary>
    Pri = 1 << 2,
}

/// <summary>What firmware (a device tree node or an IORT node) says of one SMMU.</summary>
public sealed record SmmuFirmware
{
    /// <summary>True if the SMMU's own accesses are coherent with the PEs' caches; overrules SMMU_IDR0.COHACC.</summary>
    public bool Coherent { get; init; } = true;

    /// <summary>What the part is, where SMMU_IIDR does not tell.</summary>
    public SmmuModel Model { get; init; }

    /// <summary>Bytes of register space the node has; both pages need 128 KiB.</summary>
    public ulong RegisterBytes { get; init; } = 0x2_0000;

    /// <summary>Which flags hardware may update in tables; overrules SMMU_IDR0.HTTU. Null: that counts.</summary>
    public HardwareUpdate? HardwareUpdate { get; init; }

    /// <summary>
    /// Streams of devices that are at work already and must stay so, such as a display (IORT: reserved memory ranges). From
    /// the moment the SMMU is enabled they reach memory unchanged, until their device is attached for the first time.
    /// </summary>
    public ImmutableArray<StreamId> BusyStreams { get; init; } = [];

    /// <summary>Where an MSI for each interrupt is to be written; null: the lines are wired.</summary>
    public MsiTarget? MsiTarget { get; init; }
}

/// <summary>The doorbell that turns a write into an interrupt.</summary>
/// <param name="Doorbell">Address to write to.</param>
/// <param name="EventQueueData">Data for the event queue's interrupt.</param>
/// <param name="GlobalErrorData">Data for the global error interrupt.</param>
/// <param name="PriQueueData">Data for the PRI queue's interrupt.</param>
public sealed record MsiTarget(
    PhysicalAddress Doorbell,
    uint EventQueueData,
    uint GlobalErrorData,
    uint PriQueueData
);
