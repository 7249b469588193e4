using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Where one SMMU's stream table, context descriptors, translation tables and queues stand (§3.3).</summary>
public sealed class StreamStructures(PhysicalMemory memory, Smmu smmu)
{
    // Leaves of a two-level stream table, by index of the level 1 descriptor.
    private readonly SortedList<uint, L1Std> _leaves = [];
    private readonly List<ContextTable> _contexts = [];

    // Entries whose stage 2 translates, by stream.
    private readonly SortedList<StreamId, Ste> _second = [];
    private readonly TranslationTables _tables = new(memory);
    private CmdqBase _commandQueue;
    private EventqBase _eventQueue;

    /// <summary>Every table of context descriptors the SMMU can reach, or could until the last CMD_SYNC.</summary>
    public IReadOnlyList<ContextTable> Contexts => _contexts;

    /// <summary>Every translation table the SMMU can reach, or could.</summary>
    public TranslationTables Tables => _tables;

    /// <summary>The entries whose stage 2 translates, each with its stream.</summary>
    public IReadOnlyDictionary<StreamId, Ste> Stage2 => _second;

    /// <summary>The command queue's base register as last written.</summary>
    public CmdqBase CommandQueue => _commandQueue;

    /// <summary>The event queue's base register as last written.</summary>
    public EventqBase EventQueue => _eventQueue;

    /// <summary>Base of the stream table.</summary>
    public PhysicalAddress StreamTable => smmu.Inside.State.StrtabBase.ADDR;

    /// <summary>Bytes of the linear table, or of the level 1 table.</summary>
    public ulong StreamTableBytes =>
        TwoLevel ? 8ul << Math.Max(0, Log2Size - Split) : 64ul << Log2Size;

    /// <summary>True for a two-level stream table.</summary>
    public bool TwoLevel => smmu.Inside.State.StrtabBaseCfg.FMT == StreamTableFormat.TwoLevel;

    /// <summary>StreamID bits that index the second level.</summary>
    public int Split =>
        smmu.Inside.State.StrtabBaseCfg.SPLIT is 8 or 10
            ? smmu.Inside.State.StrtabBaseCfg.SPLIT
            : 6;

    // UNKNOWN at reset: never believe more than the architecture allows.
    private int Log2Size => Math.Min((int)smmu.Inside.State.StrtabBaseCfg.LOG2SIZE, 32);

    /// <summary>The leaves of a two-level stream table: first StreamID, address, number of entries.</summary>
    public IEnumerable<(StreamId First, PhysicalAddress Address, int Entries)> Leaves =>
        _leaves.Select(leaf =>
            ((StreamId)(leaf.Key << Split), leaf.Value.L2Ptr, leaf.Value.Entries)
        );

    /// <summary>Address of a stream's entry, or null if no table covers it.</summary>
    public PhysicalAddress? EntryOf(StreamId stream)
    {
        if ((ulong)stream.Value >> Log2Size != 0)
            return null;
        if (!TwoLevel)
            return StreamTable + 64ul * stream.Value;
        var within = stream.Value & ((1u << Split) - 1);
        return _leaves.TryGetValue(stream.Value >> Split, out var leaf) && within < leaf.Entries
            ? leaf.L2Ptr + 64ul * within
            : null;
    }

    /// <summary>A stream's entry as memory has it, or null if no table covers it.</summary>
    public Ste? SteOf(StreamId stream) =>
        EntryOf(stream) is { } at ? memory.Structure<Ste>(at) : null;

    /// <summary>What of this SMMU stands at an address.</summary>
    public Place At(PhysicalAddress address) =>
        StreamPlace(address)
        ?? ContextPlace(address)
        ?? QueuePlace(address)
        ?? TablePlace(address)
        ?? default;

    internal void RegisterWritten(uint offset, ulong value)
    {
        switch (offset)
        {
            case CmdqBase.Offset:
                _commandQueue = new(value);
                break;
            case EventqBase.Offset:
                _eventQueue = new(value);
                break;
            case StrtabBase.Offset or StrtabBaseCfg.Offset:
                _leaves.Clear();
                _contexts.Clear();
                _second.Clear();
                break;
            case Cr0.Offset when new Cr0(value).SMMUEN:
                Survey();
                break;
        }
    }

    internal void Stored(PhysicalAddress address, ulong value)
    {
        var place = At(address);
        switch (place.Kind)
        {
            case PlaceKind.L1Std:
                LinkLeaf(place.Stream.Value >> Split, new L1Std([value]));
                break;
            // The words of stage 2 count from the moment word 0 says so, and may change after.
            case PlaceKind.Ste when place.Word is 0 or 2 or 3:
                Link(place.Stream, place.Base);
                break;
            case PlaceKind.L1Cd:
                var table = _contexts.First(t => t.Owner == place.Stream);
                LinkContextLeaf(
                    table,
                    (int)(place.Substream.Value >> table.LeafBits),
                    new L1Cd([value])
                );
                break;
            case PlaceKind.Cd:
                _tables.Link(memory.Structure<Cd>(place.Base));
                break;
            case PlaceKind.TranslationTable:
                _tables.Stored(address, value);
                break;
        }
    }

    // After a CMD_SYNC nothing is read through a pointer that is gone from memory (§4.7.3).
    internal void Synchronised() => _contexts.RemoveAll(table => table.Streams.Count == 0);

    // Tables are built before they are enabled; what stands in them is found when the SMMU starts to read.
    private void Survey()
    {
        if (TwoLevel)
        {
            // Most of it is empty, and it may be large.
            var end = StreamTable + StreamTableBytes;
            for (
                var at = memory.FirstNonZero(StreamTable, StreamTableBytes);
                at is { } found;
                at = memory.FirstNonZero(found + 8, end.Value - found.Value - 8)
            )
                LinkLeaf(
                    (uint)((found.Value - StreamTable.Value) / 8),
                    new L1Std([memory.Read64(found)])
                );
            return;
        }
        SurveyEntries(0, StreamTable, 1 << Math.Min(Log2Size, 20));
    }

    private void SurveyEntries(StreamId first, PhysicalAddress at, int count)
    {
        for (var i = 0u; i < count; i++)
            if (
                memory.TryRead64(at + 64ul * i, out var word)
                && new Ste([word, 0, 0, 0, 0, 0, 0, 0]).Config > SteConfig.Bypass
            )
                Link(first.Value + i, at + 64ul * i);
    }

    private void LinkLeaf(uint index, L1Std leaf)
    {
        if (leaf.Valid)
        {
            _leaves[index] = leaf;
            SurveyEntries(index << Split, leaf.L2Ptr, leaf.Entries);
        }
        else
            _leaves.Remove(index);
    }

    private void Link(StreamId stream, PhysicalAddress entry)
    {
        foreach (var table in _contexts)
            if (table.Streams.Remove(stream))
                table.LastStream = stream;
        var ste = memory.Structure<Ste>(entry);
        _second.Remove(stream);
        if (ste.V && ste.Stage2)
        {
            _second.Add(stream, ste);
            _tables.Link(in ste);
        }
        // Under a stage 2 the context descriptors are a guest's, at an IPA.
        if (!ste.V || ste.Config != SteConfig.Stage1)
            return;
        // Without substreams the SMMU takes S1ContextPtr for one CD, whatever S1CDMax and S1Fmt say. §5.2
        var log2Count = smmu.Profile.IDR1.SSIDSIZE == 0 ? (byte)0 : ste.S1CDMax;
        var format = log2Count == 0 ? S1Fmt.Linear : ste.S1Fmt;
        var found = _contexts.Find(t =>
            t.Base == ste.S1ContextPtr && t.Format == format && t.Log2Count == log2Count
        );
        if (found is null)
        {
            found = new()
            {
                Base = ste.S1ContextPtr,
                Format = format,
                Log2Count = log2Count,
            };
            _contexts.Add(found);
        }
        found.Streams.Add(stream);
        SurveyContexts(found);
    }

    private void SurveyContexts(ContextTable table)
    {
        if (table.Format == S1Fmt.Linear)
            for (var i = 0u; i < 1u << table.Log2Count; i++)
                _tables.Link(memory.Structure<Cd>(table.Base + 64ul * i));
        else
            for (var i = 0; i < table.Level1Count; i++)
                if (memory.TryRead64(table.Base + 8ul * (ulong)i, out var word))
                    LinkContextLeaf(table, i, new L1Cd([word]));
    }

    private void LinkContextLeaf(ContextTable table, int index, L1Cd leaf)
    {
        if (!leaf.V)
        {
            table.Leaves.Remove(index);
            return;
        }
        table.Leaves[index] = leaf.L2Ptr;
        for (var i = 0u; i < 1u << table.LeafBits; i++)
            _tables.Link(memory.Structure<Cd>(leaf.L2Ptr + 64ul * i));
    }

    private Place? StreamPlace(PhysicalAddress address)
    {
        if (address.Within(StreamTable, StreamTableBytes) is { } offset)
            return TwoLevel
                ? new(PlaceKind.L1Std, smmu.Index, address, 0, (uint)(offset / 8) << Split, default)
                : Entry(PlaceKind.Ste, StreamTable, offset, 0, default);
        foreach (var (index, leaf) in _leaves)
            if (address.Within(leaf.L2Ptr, 64ul * (ulong)leaf.Entries) is { } inLeaf)
                return Entry(PlaceKind.Ste, leaf.L2Ptr, inLeaf, index << Split, default);
        return null;
    }

    private Place? ContextPlace(PhysicalAddress address)
    {
        foreach (var table in _contexts)
        {
            if (table.Format == S1Fmt.Linear)
            {
                if (address.Within(table.Base, 64ul << table.Log2Count) is { } offset)
                    return Entry(PlaceKind.Cd, table.Base, offset, table.Owner, 0u);
                continue;
            }
            if (address.Within(table.Base, 8ul * (ulong)table.Level1Count) is { } level1)
                return new(
                    PlaceKind.L1Cd,
                    smmu.Index,
                    address,
                    0,
                    table.Owner,
                    (uint)(level1 / 8) << table.LeafBits
                );
            foreach (var (index, leaf) in table.Leaves)
                if (address.Within(leaf, 64ul << table.LeafBits) is { } inLeaf)
                    return Entry(
                        PlaceKind.Cd,
                        leaf,
                        inLeaf,
                        table.Owner,
                        (uint)index << table.LeafBits
                    );
        }
        return null;
    }

    private Place? QueuePlace(PhysicalAddress address)
    {
        if (
            address.Within(_commandQueue.ADDR, 16ul << Math.Min((int)_commandQueue.LOG2SIZE, 19))
                is { } command
            && _commandQueue.Value != 0
        )
            return new(
                PlaceKind.CommandQueue,
                smmu.Index,
                _commandQueue.ADDR + command / 16 * 16,
                (int)(command % 16 / 8),
                default,
                default
            );
        if (
            address.Within(_eventQueue.ADDR, 32ul << Math.Min((int)_eventQueue.LOG2SIZE, 19))
                is { } record
            && _eventQueue.Value != 0
        )
            return new(
                PlaceKind.EventQueue,
                smmu.Index,
                _eventQueue.ADDR + record / 32 * 32,
                (int)(record % 32 / 8),
                default,
                default
            );
        return null;
    }

    private Place? TablePlace(PhysicalAddress address) =>
        _tables.Contains(address)
            ? new(PlaceKind.TranslationTable, smmu.Index, address, 0, default, default)
            : null;

    // An entry of 64 bytes; its index counts streams in a stream table and substreams in a context table.
    private Place Entry(
        PlaceKind kind,
        PhysicalAddress table,
        ulong offset,
        StreamId stream,
        SubstreamId? substream
    )
    {
        var index = (uint)(offset / 64);
        return new(
            kind,
            smmu.Index,
            table + (ulong)index * 64,
            (int)(offset % 64 / 8),
            kind == PlaceKind.Ste ? stream.Value + index : stream,
            kind == PlaceKind.Ste ? default : (substream?.Value ?? 0) + index
        );
    }
}
