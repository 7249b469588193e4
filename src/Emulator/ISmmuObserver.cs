using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Watches one SMMU. Every method does nothing unless overridden, and none may touch the SMMU.</summary>
public interface ISmmuObserver
{
    /// <summary>Software read a register.</summary>
    /// <param name="offset">Byte offset from page 0.</param>
    /// <param name="bytes">4 or 8.</param>
    /// <param name="value">What it read.</param>
    void RegisterRead(uint offset, int bytes, ulong value) { }

    /// <summary>Software wrote a register; told before the write has any effect.</summary>
    /// <param name="offset">Byte offset from page 0.</param>
    /// <param name="bytes">4 or 8.</param>
    /// <param name="value">What it wrote.</param>
    void RegisterWritten(uint offset, int bytes, ulong value) { }

    /// <summary>The access just told of is forbidden, or its result is unpredictable.</summary>
    void RegisterMisused(in RegisterMisuse misuse) { }

    /// <summary>A command was consumed, or refused with an error.</summary>
    /// <param name="command">Its sixteen bytes; zero if they could not be read.</param>
    /// <param name="slot">Where it stood.</param>
    /// <param name="error">Why it was refused.</param>
    void CommandConsumed(in Command command, PhysicalAddress slot, CommandError error) { }

    /// <summary>The command just consumed had no effect: a parameter was out of range, or the state made it void.</summary>
    /// <param name="command">Its sixteen bytes.</param>
    /// <param name="clause">The section by which it is ignored, without the sign.</param>
    void CommandIgnored(in Command command, string clause) { }

    /// <summary>An event was recorded, or lost because the queue was full, disabled or aborted.</summary>
    void EventRecorded(in EventRecord record, bool lost) { }

    /// <summary>The SMMU read a structure of its own from memory.</summary>
    /// <param name="kind">What it read.</param>
    /// <param name="stream">For which stream; 0 for a command.</param>
    /// <param name="address">Where it stands in memory.</param>
    /// <param name="attributes">With which attributes it was read (§13.8).</param>
    void Fetched(
        FetchKind kind,
        StreamId stream,
        PhysicalAddress address,
        MemoryAttributes attributes
    ) { }

    /// <summary>The SMMU wrote an MSI.</summary>
    /// <param name="address">Where to.</param>
    /// <param name="data">What.</param>
    /// <param name="attributes">With which attributes (§13.8).</param>
    void MsiWritten(PhysicalAddress address, uint data, MemoryAttributes attributes) { }

    /// <summary>The SMMU wrote an entry of an output queue.</summary>
    /// <param name="address">Where it stands.</param>
    /// <param name="attributes">With which attributes it was written (§13.8).</param>
    void QueueWritten(PhysicalAddress address, MemoryAttributes attributes) { }

    /// <summary>A transaction of a device was translated, aborted or stalled.</summary>
    void Accessed(in Transaction transaction, in Translation translation) { }

    /// <summary>Global errors became active: the bits of GERROR that the SMMU toggled.</summary>
    void ErrorRaised(GError bits) { }
}
