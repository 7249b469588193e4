using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Compares what an SMMU remembers with what memory says, for everything that a stream can reach now. Reads memory
/// without the caches and leaves them as they are.
/// </summary>
internal sealed class Staleness(PhysicalMemory memory, SmmuState state, SmmuCaches caches)
{
    private readonly Lookup _truth = new(memory, state, cache: null);

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
            new StaleTranslations(memory, caches).Add(Contexts(), stale);
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
            if (!TrySte(stream, out var now))
                Add(stale, CachedKind.Ste, stream, Text(in cached), "no entry", Removal(stream));
            else if (Differ(in cached, in now.Ste))
                Add(
                    stale,
                    CachedKind.Ste,
                    stream,
                    Text(in cached),
                    Text(in now.Ste),
                    Removal(stream)
                );
        }

        static string Removal(StreamId stream) => $"CMD_CFGI_STE StreamID={stream}";
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
            if (!memory.TryRead64(StreamTable.Level1(state, stream), out var word))
                continue;
            var now = new L1Std([word]);
            if (Differ(in cached, in now))
            {
                Add(
                    stale,
                    CachedKind.L1Std,
                    stream,
                    Text(in cached),
                    Text(in now),
                    $"CMD_CFGI_STE StreamID={stream} Leaf=0"
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
            var removal = $"CMD_CFGI_CD StreamID={stream} SubstreamID=0x{index:x}";
            var subject = $"stream {stream} CD 0x{index:x}";
            if (!TryCd(stream, in ste, index, out var now))
                stale.Add(new(CachedKind.Cd, subject, Text(in cached), "no descriptor", removal));
            else if (Differ(in cached, in now.Cd))
                stale.Add(new(CachedKind.Cd, subject, Text(in cached), Text(in now.Cd), removal));
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
                || !memory.TryRead64(ContextTable.Level1(in ste.Ste, leafBits, index), out var word)
            )
                continue;
            var cached = entries.At(slot).Value;
            var now = new L1Cd([word]);
            if (Differ(in cached, in now))
            {
                Add(
                    stale,
                    CachedKind.L1Cd,
                    stream,
                    Text(in cached),
                    Text(in now),
                    $"CMD_CFGI_CD StreamID={stream} SubstreamID=0x{index:x} Leaf=0"
                );
            }
        }
    }

    // Every address space that a known stream reaches according to memory.
    private IEnumerable<Stage1Context> Contexts()
    {
        foreach (var stream in caches.Configuration.Streams)
        {
            if (!TryStage1(stream, out var ste))
                continue;
            var leafBits = ContextTable.LeafBits(in ste.Ste, ste.Substreams);
            for (var index = 0u; index < Count(in ste); index++)
            {
                if (TryCd(stream, in ste, index, out var cd) && IsUsable(in cd))
                    yield return cd.Context;
                else if (!HasLeaf(in ste, leafBits, index))
                    index |= (1u << leafBits) - 1;
            }
        }

        static bool IsUsable(in CdEntry cd) => cd.Broken is null && !cd.NotModelled;
    }

    private bool HasLeaf(in SteEntry ste, int leafBits, uint index) =>
        leafBits == 0
        || (
            memory.TryRead64(ContextTable.Level1(in ste.Ste, leafBits, index), out var word)
            && new L1Cd([word]).V
        );

    private static uint Count(in SteEntry ste) => ste.Substreams ? 1u << ste.Ste.S1CDMax : 1;

    private bool TryStage1(StreamId stream, out SteEntry entry) =>
        TrySte(stream, out entry) && entry.Broken is null && entry.Ste.Stage1 && !entry.Ste.Stage2;

    private bool TrySte(StreamId stream, out SteEntry entry) =>
        _truth.TryReadSte(stream, out entry);

    private bool TryCd(StreamId stream, in SteEntry ste, uint index, out CdEntry entry) =>
        _truth.TryReadCd(stream, in ste, index, out entry);

    private static void Add(
        List<StaleEntry> stale,
        CachedKind kind,
        StreamId stream,
        string cached,
        string now,
        string removedBy
    ) => stale.Add(new StaleEntry(kind, $"stream {stream}", cached, now, removedBy));

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
}
