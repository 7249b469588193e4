using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Notes what one SMMU does and shows it to the monitor.</summary>
/// <param name="index">Which SMMU.</param>
/// <param name="trace">Where acts are noted.</param>
/// <param name="map">What stands at which address.</param>
/// <param name="monitor">Who watches.</param>
internal sealed class SmmuWatcher(int index, Trace trace, StructureMap map, Monitor monitor)
    : ISmmuObserver
{
    public void RegisterRead(uint offset, int bytes, ulong value) =>
        trace.Add(new RegisterReadEntry(index, offset, bytes, value));

    public void RegisterWritten(uint offset, int bytes, ulong value) =>
        trace.Add(new RegisterWriteEntry(index, offset, bytes, value));

    public void RegisterMisused(in RegisterMisuse misuse)
    {
        trace.Add(new MisuseEntry(index, misuse));
        monitor.Tell(
            Act.RegisterMisused,
            static (rule, it) => rule.RegisterMisused(it.Item1, it.Item2),
            (index, misuse)
        );
    }

    public void CommandConsumed(in Command command, PhysicalAddress slot, CommandError error)
    {
        trace.Add(new CommandEntry(index, command, slot, error));
        map.CommandConsumed(index, in command, error);
        monitor.Tell(
            Act.CommandConsumed,
            static (rule, it) => rule.CommandConsumed(it.Item1, it.Item2, it.Item3, it.Item4),
            (index, command, slot, error)
        );
    }

    public void EventRecorded(in EventRecord record, bool lost) =>
        trace.Add(new EventEntry(index, record, lost));

    public void Fetched(
        FetchKind kind,
        StreamId stream,
        PhysicalAddress address,
        MemoryAttributes attributes
    )
    {
        monitor.Tell(
            Act.Fetched,
            static (rule, it) => rule.Fetched(it.Item1, it.Item2, it.Item3, it.Item4),
            (index, kind, stream, address)
        );
    }

    public void MsiWritten(PhysicalAddress address, uint data, MemoryAttributes attributes) =>
        trace.Add(new MsiEntry(index, address, data));

    public void Accessed(in Transaction transaction, in Translation translation)
    {
        trace.Add(new AccessEntry(index, transaction, translation));
        monitor.Tell(
            Act.Accessed,
            static (rule, it) => rule.Accessed(it.Item1, it.Item2, it.Item3),
            (index, transaction, translation)
        );
    }

    public void ErrorRaised(GError bits) => trace.Add(new ErrorEntry(index, bits));
}
