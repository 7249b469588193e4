using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>
/// One rule that is watched in every case, whether or not the case asks. A rule sees every act on the border between
/// driver and hardware and says <see cref="Violate"/> when it is broken. It must not touch the driver or the machine.
/// </summary>
public abstract class MonitorRule
{
    private Monitor? _monitor;

    /// <summary>Stable dotted name, e.g. <c>monitor.every-view</c>.</summary>
    public abstract string Id { get; }

    /// <summary>The section of the manual that demands it, or the part of the contract.</summary>
    public abstract string Clause { get; }

    /// <summary>The rule in one sentence.</summary>
    public abstract string Sentence { get; }

    /// <summary>
    /// It follows what one operation does in its own order: where several go on at once, it has nothing to say.
    /// </summary>
    public virtual bool IsAboutOneThread => false;

    /// <summary>
    /// It is about the order of stores: where a driver shows only what memory holds at a doorbell, it has nothing to say.
    /// </summary>
    public virtual bool NeedsOrder => false;

    /// <summary>The monitor that this rule belongs to.</summary>
    /// <exception cref="InvalidOperationException">The rule has not been given to a monitor.</exception>
    protected Monitor Monitor =>
        _monitor ?? throw new InvalidOperationException($"{Id} has no monitor yet");

    /// <summary>The driver has stored a word; memory already holds it.</summary>
    public virtual void Stored(StoreEntry store) { }

    /// <summary>The driver loaded a word.</summary>
    public virtual void Loaded(PhysicalAddress address) { }

    /// <summary>The driver named an address that is not a multiple of 8.</summary>
    public virtual void Misaligned(PhysicalAddress address) { }

    /// <summary>The driver issued a barrier.</summary>
    public virtual void BarrierDone() { }

    /// <summary>The driver cleaned cache lines.</summary>
    public virtual void Cleaned(PhysicalAddress address, ulong bytes) { }

    /// <summary>The driver allocated memory.</summary>
    public virtual void Allocated(PhysicalAddress address, ulong bytes) { }

    /// <summary>The driver is about to free memory; it is still there.</summary>
    /// <param name="address">What it freed; not necessarily an allocation.</param>
    /// <param name="bytes">Size of the allocation; 0 if there is none at that address.</param>
    public virtual void Freeing(PhysicalAddress address, ulong bytes) { }

    /// <summary>The driver is about to write a register; the SMMU has not seen it yet.</summary>
    public virtual void RegisterWriting(int smmu, uint offset, ulong value) { }

    /// <summary>The driver has written a register.</summary>
    public virtual void RegisterWritten(int smmu, uint offset, ulong value) { }

    /// <summary>The driver has read a register.</summary>
    public virtual void RegisterRead(int smmu, uint offset, ulong value) { }

    /// <summary>The driver did something to a register that the manual forbids.</summary>
    public virtual void RegisterMisused(int smmu, in RegisterMisuse misuse) { }

    /// <summary>The driver has written the enables of a device.</summary>
    public virtual void Switched(DeviceSwitch change) { }

    /// <summary>The SMMU consumed a command, or stopped at it.</summary>
    public virtual void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    ) { }

    /// <summary>The SMMU fetched a structure.</summary>
    public virtual void Fetched(
        int smmu,
        FetchKind kind,
        StreamId stream,
        PhysicalAddress address
    ) { }

    /// <summary>A device's transaction was translated.</summary>
    public virtual void Accessed(
        int smmu,
        in Transaction transaction,
        in Translation translation
    ) { }

    /// <summary>An operation asked of the driver begins.</summary>
    public virtual void OperationStarted() { }

    /// <summary>An operation asked of the driver has returned.</summary>
    public virtual void OperationEnded() { }

    /// <summary>Says that the rule was broken just now.</summary>
    /// <param name="message">What happened: the entry decoded, and what would have been right.</param>
    protected void Violate(string message) => Monitor.Report(this, message);

    internal void JoinTo(Monitor monitor) => _monitor = monitor;
}
