using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Stream table entries, context descriptors and the level 1 descriptors to them, valid or not (§3.21.3). STEs are
/// found by StreamID, CDs by StreamID and index (§5.4.1). A copy lives until a command that must remove it.
/// </summary>
/// <param name="changes">Counts what leaves or is replaced.</param>
internal sealed class ConfigurationCache(Epoch changes)
{
    private readonly HashSet<StreamId> _streams = [];

    private SteEntry _none;

    /// <summary>Some entry that was held since everything was forgotten has CONT set; else none covers another.</summary>
    public bool AnyCovers { get; private set; }

    /// <summary>Stream table entries.</summary>
    public PackedTable<SteEntry> Stes { get; } = new(changes: changes);

    /// <summary>Level 1 stream table descriptors.</summary>
    public PackedTable<L1StdEntry> L1Stds { get; } = new();

    /// <summary>Context descriptors.</summary>
    public PackedTable<CdEntry> Cds { get; } = new(changes: changes);

    /// <summary>Level 1 context descriptors.</summary>
    public PackedTable<L1CdEntry> L1Cds { get; } = new();

    /// <summary>Every stream that was ever looked up.</summary>
    public IReadOnlyCollection<StreamId> Streams => _streams;

    /// <summary>Key of a stream's entry.</summary>
    public static CacheKey OfSte(StreamId stream) => new(0, stream.Value);

    /// <summary>Key of the level 1 descriptor of a stream, with the SPLIT under which it was read.</summary>
    public static CacheKey OfL1Std(StreamId stream, int split) =>
        new((uint)split, stream.Value >> split);

    /// <summary>Key of a context descriptor.</summary>
    public static CacheKey OfCd(StreamId stream, uint index) => new(stream.Value, index);

    /// <summary>Key of a level 1 context descriptor, with log2 of the CDs in its leaf.</summary>
    public static CacheKey OfL1Cd(StreamId stream, uint index, int leafBits) =>
        new(stream.Value, (ulong)(index >> leafBits) << 8 | (uint)leafBits);

    /// <summary>
    /// The entry of a neighbour that says by its CONT that a stream's entry is like it (§5.2, CONT); a reference to nothing
    /// useful if there is none.
    /// </summary>
    public ref SteEntry Covering(StreamId stream, out bool found)
    {
        found = false;
        for (var slot = 0; slot < Stes.Slots; slot++)
        {
            if (!Stes.IsUsed(slot) || Stes.KeyAt(slot).Place == stream.Value)
                continue;
            ref var entry = ref Stes.At(slot);
            var span = entry.Broken is null ? entry.Ste.CONT : 0;
            if (span != 0 && (Stes.KeyAt(slot).Place ^ stream.Value) >> span == 0)
            {
                found = true;
                return ref entry;
            }
        }
        return ref _none;
    }

    /// <summary>Remembers an entry, and whether it speaks for its neighbours.</summary>
    public ref SteEntry Add(StreamId stream, in SteEntry entry)
    {
        AnyCovers |= entry.Ste.CONT != 0;
        // A neighbour may have answered for this stream before.
        if (AnyCovers)
            changes.Advance();
        ref var added = ref Stes.FindOrAdd(OfSte(stream));
        added = entry;
        return ref added;
    }

    /// <summary>Notes that a stream exists.</summary>
    public void Saw(StreamId stream) => _streams.Add(stream);

    /// <summary>Forgets everything, but not which streams exist.</summary>
    public void Clear()
    {
        Stes.Clear();
        AnyCovers = false;
        L1Stds.Clear();
        Cds.Clear();
        L1Cds.Clear();
    }
}
