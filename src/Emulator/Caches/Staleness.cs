using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Compares what an SMMU remembers with what memory says, for everything that a stream can reach now. Reads memory
/// without the caches and leaves them as they are.
/// </summary>
internal sealed class Staleness(SmmuPort port, SmmuState state, SmmuCaches caches)
{
    private readonly StreamLookup _streams = new(Reader(port, state), state, cache: null);
    private readonly ContextLookup _contexts = new(
        Reader(port, state),
        state.Profile,
        cache: null,
        new Stage2(port, caches: null, new DescriptorUpdater(port, writes: false))
    );

    /// <summary>Every copy that is out of date.</summary>
    public IEnumerable<StaleEntry> All()
    {
        if (!state.Enabled)
            return [];
        var stale = new List<StaleEntry>();
        StreamEntries(stale);
        Level1Entries(stale);
        ContextEntries(stale);
        Level1Contexts(stale);
        // A table of substreams may have a million entries: do not look through it for nothing.
        if (caches.Translations + caches.Tables > 0)
            Translations(stale);
        return stale;
    }

    private void StreamEntries(List<StaleEntry> stale)
    {
        var entries = caches.Configuration.Stes;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot))
                continue;
            StreamId stream = (uint)entries.KeyAt(slot).Place;
            if (!StreamTable.Contains(state, stream))
                continue;
            var cached = entries.At(slot).Ste;
            var found = TrySte(stream, out var now);
            if (!found || Differ(in cached, in now.Ste))
                stale.Add(
                    new(
                        CachedKind.Ste,
                        $"stream {stream}",
                        Text(in cached),
                        found ? Text(in now.Ste) : "no entry",
                        $"CMD_CFGI_STE StreamID={stream}"
                    )
                    {
                        Key = entries.KeyAt(slot),
                    }
                );
        }
    }

    private void Level1Entries(List<StaleEntry> stale)
    {
        var entries = caches.Configuration.L1Stds;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot) || !StreamTable.IsTwoLevel(state))
                continue;
            var (split, index) = ((int)entries.KeyAt(slot).Tag, entries.KeyAt(slot).Place);
            StreamId stream = (uint)(index << split);
            if (split != StreamTable.Split(state) || !StreamTable.Contains(state, stream))
                continue;
            var cached = entries.At(slot).Value;
            if (!_streams.TryReadLevel1(stream, out var now))
                continue;
            if (Differ(in cached, in now))
            {
                stale.Add(
                    new(
                        CachedKind.L1Std,
                        $"stream {stream}",
                        Text(in cached),
                        Text(in now),
                        $"CMD_CFGI_STE StreamID={stream} Leaf=0"
                    )
                    {
                        Key = entries.KeyAt(slot),
                    }
                );
            }
        }
    }

    private void ContextEntries(List<StaleEntry> stale)
    {
        var entries = caches.Configuration.Cds;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot))
                continue;
            StreamId stream = (uint)entries.KeyAt(slot).Tag;
            var index = (uint)entries.KeyAt(slot).Place;
            if (!TryStage1(stream, out var ste) || index >= Count(in ste))
                continue;
            var cached = entries.At(slot).Cd;
            var found = TryCd(stream, in ste, index, out var now);
            if (!found || Differ(in cached, in now.Cd))
                stale.Add(
                    new(
                        CachedKind.Cd,
                        $"stream {stream} CD 0x{index:x}",
                        Text(in cached),
                        found ? Text(in now.Cd) : "no descriptor",
                        $"CMD_CFGI_CD StreamID={stream} SubstreamID=0x{index:x}"
                    )
                    {
                        Key = entries.KeyAt(slot),
                    }
                );
        }
    }

    private void Level1Contexts(List<StaleEntry> stale)
    {
        var entries = caches.Configuration.L1Cds;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot))
                continue;
            var key = entries.KeyAt(slot);
            StreamId stream = (uint)key.Tag;
            var leafBits = (int)(key.Place & 0xff);
            var index = (uint)(key.Place >> 8 << leafBits);
            if (
                !TryStage1(stream, out var ste)
                || index >= Count(in ste)
                || ContextTable.LeafBits(in ste.Ste, ste.Substreams) != leafBits
                || !_contexts.TryReadLevel1(stream, in ste, index, out var now)
            )
                continue;
            var cached = entries.At(slot).Value;
            if (Differ(in cached, in now))
            {
                stale.Add(
                    new(
                        CachedKind.L1Cd,
                        $"stream {stream}",
                        Text(in cached),
                        Text(in now),
                        $"CMD_CFGI_CD StreamID={stream} SubstreamID=0x{index:x} Leaf=0"
                    )
                    {
                        Key = key,
                    }
                );
            }
        }
    }

    // Through every address space that a known stream reaches according to memory.
    private void Translations(List<StaleEntry> stale)
    {
        var translations = new StaleTranslations(port, caches);
        foreach (var stream in caches.Configuration.Streams)
        {
            if (!TrySte(stream, out var ste) || ste.Broken is not null || ste.Stage2NotModelled)
                continue;
            if (ste.Ste.Stage2)
                translations.Add(in ste.Stage2, stale);
            if (!ste.Ste.Stage1)
                continue;
            var leafBits = ContextTable.LeafBits(in ste.Ste, ste.Substreams);
            for (var index = 0u; index < Count(in ste); index++)
            {
                if (TryCd(stream, in ste, index, out var cd) && IsUsable(in cd))
                    translations.Add(in ste, in cd.Context, stale);
                else if (!HasLeaf(stream, in ste, leafBits, index))
                    index |= (1u << leafBits) - 1;
            }
        }

        static bool IsUsable(in CdEntry cd) => cd.Broken is null && !cd.NotModelled;
    }

    private bool HasLeaf(StreamId stream, in SteEntry ste, int leafBits, uint index) =>
        leafBits == 0
        || (_contexts.TryReadLevel1(stream, in ste, index, out var level1) && level1.V);

    private static uint Count(in SteEntry ste) => ste.Substreams ? 1u << ste.Ste.S1CDMax : 1;

    private bool TryStage1(StreamId stream, out SteEntry entry) =>
        TrySte(stream, out entry)
        && entry.Broken is null
        && entry.Ste.Stage1
        && !entry.Stage2NotModelled;

    private bool TrySte(StreamId stream, out SteEntry entry) => _streams.TryRead(stream, out entry);

    private bool TryCd(StreamId stream, in SteEntry ste, uint index, out CdEntry entry) =>
        _contexts.TryRead(stream, in ste, index, out entry);

    // Only bits that either side lets the SMMU read can make a difference.
    private static bool Differ<T>(in T cached, in T now)
        where T : struct, ILayout<T>
    {
        var (before, after) = (cached.UsedBits(), now.UsedBits());
        for (var w = 0; w < T.Layout.WordCount; w++)
            if (((cached.Word(w) ^ now.Word(w)) & (before.Word(w) | after.Word(w))) != 0)
                return true;
        return false;
    }

    private static string Text<T>(in T value)
        where T : struct, ILayout<T>
    {
        Span<ulong> words = stackalloc ulong[T.Layout.WordCount];
        for (var w = 0; w < words.Length; w++)
            words[w] = value.Word(w);
        return LayoutText.Line(T.Layout, words);
    }

    private static StructureReader Reader(SmmuPort port, SmmuState state) =>
        new(port, state.Profile.OutputAddressBits);
}
