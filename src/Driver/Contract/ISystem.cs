using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// The machine around the SMMUs, as a PE sees it. Words are little-endian in memory whatever the host. Memory is weakly
/// ordered: two stores may become visible to an SMMU in either order unless a <see cref="Barrier"/> stands between them.
/// </summary>
public interface ISystem
{
    /// <summary>Allocates zeroed memory that SMMUs and devices can reach.</summary>
    /// <param name="bytes">Size; rounded up to a multiple of 64.</param>
    /// <param name="alignment">Alignment in bytes; a power of two, at least 64.</param>
    /// <returns>The address, or null if there is none left (the caller answers <see cref="ErrorClass.OutOfMemory"/>).</returns>
    PhysicalAddress? Allocate(ulong bytes, ulong alignment);

    /// <summary>Gives back memory; no SMMU may be able to reach it any more.</summary>
    /// <param name="address">What <see cref="Allocate"/> returned.</param>
    void Free(PhysicalAddress address);

    /// <summary>Loads an aligned 64-bit word.</summary>
    ulong Load(PhysicalAddress address);

    /// <summary>Stores an aligned 64-bit word in one piece.</summary>
    void Store(PhysicalAddress address, ulong value);

    /// <summary>
    /// Stores an aligned 64-bit word if memory holds what is expected, in one piece with the comparison: an SMMU that updates
    /// flags in descriptors comes before or after, never in between (§3.13).
    /// </summary>
    /// <returns>What memory held; the word was stored if that is what was expected.</returns>
    ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value);

    /// <summary>Every store before becomes visible to every SMMU before any store or register write after.</summary>
    void Barrier();

    /// <summary>Writes cached lines back, for an SMMU that is not coherent.</summary>
    /// <param name="address">First byte.</param>
    /// <param name="bytes">Number of bytes.</param>
    void Clean(PhysicalAddress address, ulong bytes);

    /// <summary>Lets hardware and time go on: the only clock. Every polling loop calls it once a round, also one that waits for another thread of the driver.</summary>
    void Relax();

    /// <summary>Virtual time in microseconds; moves only in <see cref="Relax"/>. For bounds of polling loops.</summary>
    ulong Microseconds { get; }

    /// <summary>Hands a fault to whoever owns the device.</summary>
    void Report(in FaultReport report);

    /// <summary>Hands an event to a guest: the record as the guest's SMMU would have written it.</summary>
    /// <param name="guest">Whose event queue it is for.</param>
    /// <param name="record">With the guest's StreamID.</param>
    void Forward(VirtualSmmuHandle guest, in EventRecord record);

    /// <summary>Asks for a page that an access waits for. It is answered by <see cref="IPageFaults.Answer"/>, at any time.</summary>
    void Ask(in PageFault fault);

    /// <summary>A line for the engineer.</summary>
    void Log(LogLevel level, string message);
}

/// <summary>How bad what is logged is.</summary>
public enum LogLevel : byte
{
    /// <summary>For the curious.</summary>
    Information,

    /// <summary>Something is not as it should be, but the driver goes on.</summary>
    Warning,

    /// <summary>Something failed.</summary>
    Error,
}

/// <summary>What a driver says of an event record it has read.</summary>
/// <param name="Smmu">The SMMU that recorded it.</param>
/// <param name="Master">The master that owns the stream, or null if none does.</param>
/// <param name="Kind">Whether a page of the owner's or the driver's own configuration is at fault.</param>
/// <param name="Record">The record as read from the event queue.</param>
public readonly record struct FaultReport(
    SmmuHandle Smmu,
    MasterHandle? Master,
    FaultKind Kind,
    EventRecord Record
);

/// <summary>Whose matter a fault is.</summary>
public enum FaultKind : byte
{
    /// <summary>The owner's: a translation, permission, access-flag or address-size fault.</summary>
    Translation,

    /// <summary>The driver's: a stream table entry, context descriptor or fetch went wrong.</summary>
    Configuration,

    /// <summary>An event this driver has no use for.</summary>
    Other,
}
