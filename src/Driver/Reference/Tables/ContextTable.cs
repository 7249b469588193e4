using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>A master's own table of context descriptors. There is one: without substreams a stream has one address space. §5.4</summary>
internal sealed class ContextTable
{
    private const int EntryBytes = 64;

    private readonly SharedMemory _memory;

    private ContextTable(SharedMemory memory, PhysicalAddress address) =>
        (_memory, Address) = (memory, address);

    /// <summary>Where the table is: what STE.S1ContextPtr says.</summary>
    public PhysicalAddress Address { get; }

    /// <summary>Allocates a table whose descriptor is invalid; null if there is no memory.</summary>
    public static ContextTable? Create(SharedMemory memory) =>
        memory.Allocate(EntryBytes) is { } address ? new ContextTable(memory, address) : null;

    /// <summary>Gives back the memory; no entry may point to it any more, and the SMMU must know.</summary>
    public void Free() => _memory.Free(Address);

    /// <summary>Replaces the descriptor.</summary>
    /// <param name="target">The new one.</param>
    /// <param name="streams">Every stream whose entry points to the table: each may have a copy of its own. §4.3.3</param>
    /// <param name="commands">Queue of the SMMU.</param>
    public Outcome Write(Cd target, IReadOnlyCollection<StreamId> streams, CommandQueue commands)
    {
        var writer = new EntryWriter<Cd>(
            _memory,
            Address,
            mayChange: static (_, _) => default,
            announce: () =>
            {
                var batch = new CommandBatch(commands);
                foreach (var stream in streams)
                    batch.Add(new CfgiCd { StreamID = stream, Leaf = true });
                return batch.Complete();
            }
        );
        return writer.Write(target);
    }
}
