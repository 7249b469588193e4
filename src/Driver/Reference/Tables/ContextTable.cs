using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// A master's own table of context descriptors, one for each of its address spaces: number 0 for what carries no
/// substream, the others by SubstreamID. One array; or, where that would be large, leaves of 1024 descriptors, each
/// allocated when one of them is first needed. §5.4
/// </summary>
internal sealed class ContextTable
{
    private const int EntryBytes = 64;
    private const int DescriptorBytes = 8;
    private const int LeafBits = 10;

    private readonly SharedMemory _memory;
    private readonly SortedDictionary<uint, PhysicalAddress> _leaves = [];

    // Leaves of which the SMMU may not know yet.
    private readonly SortedSet<uint> _unannounced = [];

    private ContextTable(SharedMemory memory, PhysicalAddress address, int bits)
    {
        _memory = memory;
        Shape = new ContextTableShape(
            address,
            IsTwoLevel(bits) ? S1Fmt.TwoLevel64K : S1Fmt.Linear,
            bits
        );
    }

    /// <summary>Where it is and how it is laid out.</summary>
    public ContextTableShape Shape { get; }

    /// <summary>Allocates a table whose descriptors are all invalid; null if there is no memory.</summary>
    public static ContextTable? Create(SharedMemory memory, int bits)
    {
        var bytes = IsTwoLevel(bits)
            ? DescriptorBytes * (1ul << (bits - LeafBits))
            : EntryBytes * (1ul << bits);
        return memory.Allocate(bytes) is { } address
            ? new ContextTable(memory, address, bits)
            : null;
    }

    /// <summary>Gives back the memory; no entry may point to it any more, and the SMMU must know.</summary>
    public void Free()
    {
        foreach (var leaf in _leaves.Values)
            _memory.Free(leaf);
        _memory.Free(Shape.Address);
    }

    /// <summary>Makes a descriptor reachable. The SMMU may have cached that there was no leaf, so it is told.</summary>
    /// <returns><see cref="ErrorClass.OutOfMemory"/>, or <see cref="ErrorClass.TimedOut"/>: the leaf is there all the same.</returns>
    public Outcome Reach(SubstreamId substream, Master master)
    {
        var index = substream.Value >> LeafBits;
        if (!IsTwoLevel(Shape.Bits))
            return Outcome.Done;
        if (_leaves.ContainsKey(index))
            return _unannounced.Contains(index) ? AnnounceLeaf(substream, master) : Outcome.Done;
        if (_memory.Allocate(EntryBytes << LeafBits) is not { } leaf)
            return ErrorClass.OutOfMemory;

        // The memory is zeroed; that, too, must be visible before it can be reached.
        _memory.Publish(leaf, EntryBytes << LeafBits);
        _leaves.Add(index, leaf);
        var slot = Shape.Address + (DescriptorBytes * (ulong)index);
        _memory.Store(slot, new L1Cd { V = true, L2Ptr = leaf }.Word(0));
        _memory.Clean(slot, DescriptorBytes);
        _unannounced.Add(index);
        return AnnounceLeaf(substream, master);
    }

    private Outcome AnnounceLeaf(SubstreamId substream, Master master)
    {
        var announced = Announce(substream, master, leaf: false);
        if (announced.IsDone)
            _unannounced.Remove(substream.Value >> LeafBits);
        return announced;
    }

    /// <summary>Replaces a descriptor that can be reached.</summary>
    /// <param name="substream">Which one.</param>
    /// <param name="target">The new one.</param>
    /// <param name="master">Whose table this is: each of its streams may have a copy of its own. §4.3.3</param>
    /// <param name="unsure">It was not confirmed the last time.</param>
    public Outcome Write(SubstreamId substream, Cd target, Master master, bool unsure = false)
    {
        var writer = new EntryWriter<Cd>(
            _memory,
            EntryOf(substream),
            mayChange: static (_, _) => default,
            announce: () => Announce(substream, master, leaf: true)
        );
        return writer.Write(target, unsure);
    }

    private PhysicalAddress EntryOf(SubstreamId substream) =>
        IsTwoLevel(Shape.Bits)
            ? _leaves[substream.Value >> LeafBits]
                + (EntryBytes * (ulong)(substream.Value & ((1 << LeafBits) - 1)))
            : Shape.Address + (EntryBytes * (ulong)substream.Value);

    private static Outcome Announce(SubstreamId substream, Master master, bool leaf)
    {
        var batch = new CommandBatch(
            master.Smmu.Commands,
            stackalloc Command[CommandQueue.MostPerBatch]
        );
        foreach (var stream in master.Streams)
            batch.Add(
                new CfgiCd
                {
                    StreamID = stream,
                    SubstreamID = substream,
                    Leaf = leaf,
                }
            );
        return batch.Complete();
    }

    private static bool IsTwoLevel(int bits) => bits > LeafBits;
}

/// <summary>A context table as a stream table entry tells the SMMU of it. §5.2</summary>
/// <param name="Address">Where it is: S1ContextPtr.</param>
/// <param name="Format">Its levels: S1Fmt.</param>
/// <param name="Bits">log2 of the number of descriptors: S1CDMax.</param>
internal readonly record struct ContextTableShape(PhysicalAddress Address, S1Fmt Format, int Bits);
