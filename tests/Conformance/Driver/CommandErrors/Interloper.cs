using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// Lets the world change at the worst moment: right after the driver has read a register, or as it writes one. What the
/// bench watches is passed on.
/// </summary>
internal sealed class Interloper : ISmmuObserver
{
    private readonly ISmmuObserver _bench;

    /// <summary>Steps between a bench and its first SMMU.</summary>
    public Interloper(TestBench bench)
    {
        _bench = bench.Smmu.Observer!;
        bench.Smmu.Observer = this;
    }

    /// <summary>Called when the driver has read a register: its offset and the value.</summary>
    public Action<uint, ulong>? Read { get; set; }

    /// <summary>Called before a write of a register takes effect: its offset and the value.</summary>
    public Action<uint, ulong>? Writing { get; set; }

    /// <summary>Called when global errors have become active.</summary>
    public Action<GError>? Raised { get; set; }

    public void RegisterRead(uint offset, int bytes, ulong value)
    {
        _bench.RegisterRead(offset, bytes, value);
        Read?.Invoke(offset, value);
    }

    public void RegisterWritten(uint offset, int bytes, ulong value)
    {
        _bench.RegisterWritten(offset, bytes, value);
        Writing?.Invoke(offset, value);
    }

    public void RegisterMisused(in RegisterMisuse misuse) => _bench.RegisterMisused(in misuse);

    public void CommandConsumed(in Command command, PhysicalAddress slot, CommandError error) =>
        _bench.CommandConsumed(in command, slot, error);

    public void CommandIgnored(in Command command, string clause) =>
        _bench.CommandIgnored(in command, clause);

    public void EventRecorded(in EventRecord record, bool lost) =>
        _bench.EventRecorded(in record, lost);

    public void Fetched(
        FetchKind kind,
        StreamId stream,
        PhysicalAddress address,
        MemoryAttributes attributes
    ) => _bench.Fetched(kind, stream, address, attributes);

    public void MsiWritten(PhysicalAddress address, uint data, MemoryAttributes attributes) =>
        _bench.MsiWritten(address, data, attributes);

    public void Accessed(in Transaction transaction, in Translation translation) =>
        _bench.Accessed(in transaction, in translation);

    public void ErrorRaised(GError bits)
    {
        _bench.ErrorRaised(bits);
        Raised?.Invoke(bits);
    }
}
