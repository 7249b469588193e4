using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>Where a capture's tables and queues lie: addresses that it names, or that follow from its registers.</summary>
public sealed class CapturedMemory
{
    private const ulong PageBytes = 0x1000;
    private const int EntryBytes = 64;

    private readonly StrtabBase _streamTable;
    private readonly StrtabBaseCfg _format;
    private readonly Dictionary<uint, L1Std> _leaves;
    private readonly SortedSet<ulong> _pages = [];

    /// <summary>Looks through a capture. Leaves of the stream table never move, so one address a leaf is enough.</summary>
    public CapturedMemory(Capture capture)
    {
        _streamTable = new StrtabBase(capture.Register("STRTAB_BASE"));
        _format = new StrtabBaseCfg(capture.Register("STRTAB_BASE_CFG"));
        CommandQueue = new CmdqBase(capture.Register("CMDQ_BASE"));
        var events = capture.Phases.SelectMany(phase => phase.Events).ToList();
        _leaves = events
            .OfType<L1StdStore>()
            .DistinctBy(store => store.Index)
            .ToDictionary(store => store.Index, store => store.Descriptor);

        ClaimTables(events);
        Claim(CommandQueue.ADDR, 16ul << CommandQueue.LOG2SIZE);
        var eventQueue = new EventqBase(capture.Register("EVENTQ_BASE"));
        Claim(eventQueue.ADDR, 32ul << eventQueue.LOG2SIZE);
        var pageRequests = new PriqBase(capture.Register("PRIQ_BASE"));
        if (pageRequests.Value != 0)
            Claim(pageRequests.ADDR, 16ul << pageRequests.LOG2SIZE);
    }

    /// <summary>The command queue's base register.</summary>
    public CmdqBase CommandQueue { get; }

    /// <summary>Base of every page of 4 KiB that holds something.</summary>
    public IEnumerable<PhysicalAddress> Pages => _pages.Select(page => new PhysicalAddress(page));

    /// <summary>Bytes of each of <see cref="Pages"/>.</summary>
    public static ulong BytesOfPage => PageBytes;

    /// <summary>Address of a stream's entry.</summary>
    /// <exception cref="CaptureFormatException">No store of the capture makes it reachable.</exception>
    public PhysicalAddress EntryOf(SteStore store) => EntryOf(store.Stream, store.Source);

    /// <summary>Address of a stream's entry.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="source">Who asks, for the message.</param>
    /// <exception cref="CaptureFormatException">No store of the capture makes it reachable.</exception>
    public PhysicalAddress EntryOf(StreamId stream, string source)
    {
        if ((ulong)stream.Value >> _format.LOG2SIZE != 0)
            throw new CaptureFormatException(
                $"{source}: stream {stream} is beyond the stream table: STRTAB_BASE_CFG.LOG2SIZE is {_format.LOG2SIZE}"
            );
        if (_format.FMT == StreamTableFormat.Linear)
            return _streamTable.ADDR + EntryBytes * (ulong)stream.Value;
        var index = stream.Value >> _format.SPLIT;
        if (!_leaves.TryGetValue(index, out var leaf))
            throw new CaptureFormatException(
                $"{source}: no L1STD_W of the capture leads to the entry of stream {stream}"
            );
        return leaf.L2Ptr + EntryBytes * (ulong)(stream.Value & ((1u << _format.SPLIT) - 1));
    }

    /// <summary>Address of a level 1 stream table descriptor.</summary>
    public PhysicalAddress DescriptorOf(uint index) => _streamTable.ADDR + 8ul * index;

    /// <summary>Address of a slot of the command queue.</summary>
    /// <exception cref="CaptureFormatException">The queue has no such slot.</exception>
    public PhysicalAddress SlotOf(CommandStore store) =>
        (ulong)store.Slot >> CommandQueue.LOG2SIZE == 0
            ? CommandQueue.ADDR + (ulong)Command.Size * store.Slot
            : throw new CaptureFormatException(
                $"{store.Source}: slot {store.Slot} is beyond the queue: CMDQ_BASE.LOG2SIZE is {CommandQueue.LOG2SIZE}"
            );

    private void ClaimTables(List<CaptureEvent> events)
    {
        var entries = 1ul << _format.LOG2SIZE;
        if (_format.FMT == StreamTableFormat.Linear)
            Claim(_streamTable.ADDR, EntryBytes * entries);
        else
            Claim(_streamTable.ADDR, 8 * (entries >> _format.SPLIT));
        foreach (var leaf in _leaves.Values)
            Claim(leaf.L2Ptr, EntryBytes * (ulong)leaf.Entries);
        foreach (var store in events.OfType<CdStore>())
            Claim(store.Cd, EntryBytes);
        foreach (var store in events.OfType<L1CdStore>())
        {
            Claim(store.Address, 8);
            Claim(store.Descriptor.L2Ptr, EntryBytes << 10);
        }
    }

    private void Claim(PhysicalAddress start, ulong bytes)
    {
        for (var at = start.Value & ~(PageBytes - 1); at < start.Value + bytes; at += PageBytes)
            _pages.Add(at);
    }
}
