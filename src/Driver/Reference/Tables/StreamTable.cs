using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// The stream table: one array of entries, or an array of descriptors that point to leaves of 256 entries, each
/// allocated when a master first needs it. An entry nobody owns aborts. §3.3
/// </summary>
internal sealed class StreamTable
{
    private const int Split = Features.StreamTableSplit;
    private const int EntryBytes = 64;
    private const int DescriptorBytes = 8;

    // 1 MiB of level 1 descriptors: StreamIDs of 25 bits. Larger ones are refused.
    private const int MostLevel1Bits = 17;

    private readonly SharedMemory _memory;
    private readonly PhysicalAddress _base;
    private readonly bool _twoLevel;
    private readonly int _streamBits;
    private readonly SortedDictionary<uint, PhysicalAddress> _leaves = [];

    // Leaves of which the SMMU may not know yet.
    private readonly SortedSet<uint> _unannounced = [];

    private StreamTable(SharedMemory memory, PhysicalAddress table, bool twoLevel, int streamBits)
    {
        _memory = memory;
        _base = table;
        _twoLevel = twoLevel;
        _streamBits = streamBits;
    }

    /// <summary>Value of SMMU_STRTAB_BASE.</summary>
    public StrtabBase Base => new() { ADDR = _base, RA = true };

    /// <summary>Value of SMMU_STRTAB_BASE_CFG.</summary>
    public StrtabBaseCfg Format =>
        _twoLevel
            ? new StrtabBaseCfg
            {
                FMT = StreamTableFormat.TwoLevel,
                SPLIT = Split,
                LOG2SIZE = (byte)_streamBits,
            }
            : new StrtabBaseCfg { LOG2SIZE = (byte)_streamBits };

    /// <summary>Allocates a table in which every stream aborts; null if there is no memory.</summary>
    public static StreamTable? Create(SharedMemory memory, Features features)
    {
        var twoLevel = features.TwoLevelStreamTable;
        var bits = twoLevel
            ? int.Min(features.StreamIdBits, MostLevel1Bits + Split)
            : features.StreamIdBits;
        var bytes = twoLevel
            ? DescriptorBytes * (1ul << (bits - Split))
            : EntryBytes * (1ul << bits);
        if (memory.Allocate(bytes) is not { } table)
            return null;
        if (!twoLevel)
            FillWithAborts(memory, table, 1ul << bits);
        return new StreamTable(memory, table, twoLevel, bits);
    }

    /// <summary>Gives back all memory; the SMMU must be off.</summary>
    public void Free()
    {
        foreach (var leaf in _leaves.Values)
            _memory.Free(leaf);
        _memory.Free(_base);
    }

    /// <summary>The stream has a place in the table.</summary>
    public bool Covers(StreamId stream) => (ulong)stream.Value >> _streamBits == 0;

    /// <summary>Address of a stream's entry, which has been made reachable.</summary>
    public PhysicalAddress EntryOf(StreamId stream) =>
        _twoLevel
            ? _leaves[stream.Value >> Split]
                + (EntryBytes * (ulong)(stream.Value & ((1 << Split) - 1)))
            : _base + (EntryBytes * (ulong)stream.Value);

    /// <summary>Makes the entries of streams reachable. All of them, or on failure none.</summary>
    /// <returns><see cref="ErrorClass.OutOfMemory"/>, or <see cref="ErrorClass.TimedOut"/>.</returns>
    public Outcome Reach(IEnumerable<StreamId> streams, CommandQueue commands)
    {
        if (!_twoLevel)
            return Outcome.Done;

        // 1. A leaf for every range of streams that has none yet.
        SortedDictionary<uint, PhysicalAddress> added = [];
        foreach (var stream in streams)
        {
            var index = stream.Value >> Split;
            if (_leaves.ContainsKey(index) || added.ContainsKey(index))
                continue;
            if (_memory.Allocate(EntryBytes << Split) is not { } leaf)
            {
                foreach (var useless in added.Values)
                    _memory.Free(useless);
                return ErrorClass.OutOfMemory;
            }

            added.Add(index, leaf);
        }

        if (added.Count == 0)
            return Announce(commands);

        // 2. They abort, visibly, before they can be reached.
        foreach (var leaf in added.Values)
            FillWithAborts(_memory, leaf, 1 << Split);
        _memory.Barrier();

        // 3. Install them.
        foreach (var (index, leaf) in added)
        {
            _leaves.Add(index, leaf);
            _unannounced.Add(index);
            var slot = _base + (DescriptorBytes * (ulong)index);
            _memory.Store(slot, new L1Std { L2Ptr = leaf, Span = Split + 1 }.Word(0));
            _memory.Clean(slot, DescriptorBytes);
        }

        return Announce(commands);
    }

    // Makes the SMMU forget that there were none: it may cache that, too. §3.21.3
    private Outcome Announce(CommandQueue commands)
    {
        var batch = new CommandBatch(commands, stackalloc Command[CommandQueue.MostPerBatch]);
        foreach (var index in _unannounced)
            batch.Add(new CfgiSte { StreamID = index << Split, Leaf = false });
        var announced = batch.Complete();
        if (announced.IsDone)
            _unannounced.Clear();
        return announced;
    }

    /// <summary>Lets streams pass that a device uses already; before the SMMU is told of the table.</summary>
    /// <returns><see cref="ErrorClass.OutOfMemory"/>.</returns>
    public Outcome LetPass(IReadOnlyCollection<StreamId> streams, Ste entry, CommandQueue commands)
    {
        var reachable = Reach(streams, commands);
        if (!reachable.IsDone)
            return reachable;
        foreach (var at in streams.Select(EntryOf))
        {
            for (var i = 0; i < Ste.Layout.WordCount; i++)
                _memory.Store(at + (8 * (ulong)i), entry.Word(i));
            _memory.Clean(at, EntryBytes);
        }

        return Outcome.Done;
    }

    private static void FillWithAborts(SharedMemory memory, PhysicalAddress entries, ulong count)
    {
        // The memory is zeroed: only word 0 of an abort differs.
        var abort = StreamEntries.Abort().Word(0);
        for (var i = 0ul; i < count; i++)
            memory.Store(entries + (EntryBytes * i), abort);
        memory.Clean(entries, EntryBytes * count);
    }
}
