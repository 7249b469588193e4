using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Finds the stream table entry of a transaction, in the cache or in memory, in the order in which its errors have
/// priority (§7.3.22). A lookup that fails fills in the outcome.
/// </summary>
/// <param name="reader">Reads structures.</param>
/// <param name="state">Where the Stream table is.</param>
/// <param name="cache">What was read before, or null to read memory every time.</param>
internal sealed class StreamLookup(
    StructureReader reader,
    SmmuState state,
    ConfigurationCache? cache
)
{
    private readonly JudgedStes _judged = new(state);

    // What a lookup that found nothing refers to.
    private SteEntry _none;

    /// <summary>The valid STE of a transaction.</summary>
    public ref readonly SteEntry Find(
        scoped in Transaction t,
        scoped ref Translation outcome,
        scoped out bool found
    )
    {
        found = false;

        // 1. The stream must be inside the table. §6.3.25
        if (!StreamTable.Contains(state, t.Stream))
        {
            outcome = BadStreamId(in t);
            return ref _none;
        }

        // 2. A copy that was read before will do, whatever memory says now. §3.21.3
        ref var ste = ref _none;
        var cached = false;
        if (cache is not null)
            ste = ref cache.Stes.Find(ConfigurationCache.OfSte(t.Stream), out cached);

        // 3. A neighbour's copy may speak for it; if both are there and differ, that is an error. §5.2, CONT; §7.3.18
        var at = default(PhysicalAddress);
        if (!cached && !Locate(in t, ref outcome, out at))
            return ref _none;
        if (cache is { AnyCovers: true })
        {
            ref var neighbour = ref cache.Covering(t.Stream, out var covered);
            if (covered && cached && !AreAlike(in ste.Ste, in neighbour.Ste))
            {
                outcome = Early(EventRecords.ConfigurationConflict(in t)) with { MayMerge = false };
                return ref _none;
            }
            if (covered && !cached)
            {
                ste = ref neighbour;
                cached = true;
            }
        }

        // 4. Otherwise it is read, and remembered even if it is not valid. §3.21.3
        if (!cached)
        {
            ste = ref Fetch(in t, at, ref outcome, out var fetched);
            if (!fetched)
                return ref _none;
        }

        // 5. It must be valid. §5.2.2
        if (ste.Broken is not null)
        {
            outcome = Early(EventRecords.BadSte(in t));
            return ref _none;
        }
        found = true;
        return ref ste;
    }

    /// <summary>What memory holds as the STE of a stream, valid or not; false if nothing can be read. For a lookup
    /// without a cache.</summary>
    public bool TryRead(StreamId stream, out SteEntry entry)
    {
        var outcome = default(Translation);
        var t = new Transaction { Stream = stream };
        entry = default;
        if (!Locate(in t, ref outcome, out var at))
            return false;
        entry = Fetch(in t, at, ref outcome, out var fetched);
        return fetched;
    }

    /// <summary>What memory holds as the level 1 descriptor of a stream; false if it cannot be read.</summary>
    public bool TryReadLevel1(StreamId stream, out L1Std level1)
    {
        var read = TryReadLevel1(StreamTable.Level1(state, stream), stream, out var word);
        level1 = new L1Std([word]);
        return read;
    }

    // CONT itself may differ: software changes it entry by entry. §5.2, CONT
    private static bool AreAlike(in Ste a, in Ste b) => a with { CONT = 0 } == b with { CONT = 0 };

    // Where the STE is: the level 1 descriptor comes first. §3.3.1
    private bool Locate(in Transaction t, ref Translation outcome, out PhysicalAddress at)
    {
        at = StreamTable.Linear(state, t.Stream);
        if (!StreamTable.IsTwoLevel(state))
            return true;

        // 1. The level 1 descriptor must be readable. §7.3.4
        var key = ConfigurationCache.OfL1Std(t.Stream, StreamTable.Split(state));
        var cached = false;
        var level1 = cache is null ? default : cache.L1Stds.Find(key, out cached);
        if (!cached)
        {
            level1.At = StreamTable.Level1(state, t.Stream);
            if (!TryReadLevel1(level1.At, t.Stream, out var word))
            {
                outcome = Early(EventRecords.SteFetch(in t, reader.Reported(level1.At)));
                return false;
            }
            level1.Value = new L1Std([word]);
            if (cache is not null)
                cache.L1Stds.FindOrAdd(key) = level1;
        }

        // 2. Its leaf must reach the stream. §7.3.3
        if (!StreamTable.Reaches(state, in level1.Value, t.Stream))
        {
            outcome = BadStreamId(in t);
            return false;
        }
        at = StreamTable.Leaf(state, in level1.Value, t.Stream);
        return true;
    }

    private ref SteEntry Fetch(
        scoped in Transaction t,
        PhysicalAddress at,
        scoped ref Translation outcome,
        scoped out bool fetched
    )
    {
        Span<ulong> words = stackalloc ulong[8];
        fetched = reader.TryRead(at, Access, FetchKind.Ste, t.Stream, words);
        if (!fetched)
        {
            // A failed fetch is not remembered. §3.21.3
            outcome = Early(EventRecords.SteFetch(in t, reader.Reported(at)));
            return ref _none;
        }
        ref var judged = ref _judged.Of(t.Stream, words, at);
        if (cache is null)
            return ref judged;
        cache.Saw(t.Stream);
        return ref cache.Add(t.Stream, in judged);
    }

    private bool TryReadLevel1(PhysicalAddress at, StreamId stream, out ulong word)
    {
        word = 0;
        return reader.TryRead(at, Access, FetchKind.L1Std, stream, new Span<ulong>(ref word));
    }

    // Attributes of Stream table accesses. §13.8
    private MemoryAttributes Access =>
        SmmuAccesses.Of(state.Cr1.TABLE_IC, state.Cr1.TABLE_OC, state.Cr1.TABLE_SH);

    // An event from before an STE is found may always be merged. §7.3.1
    private static Translation Early(EventRecord record) =>
        Outcome.Refused(record) with
        {
            MayMerge = true,
        };

    // The event is recorded if software asked for it. §6.3.12
    private Translation BadStreamId(in Transaction t) =>
        Early(EventRecords.BadStreamId(in t)) with
        {
            RecordEvent = state.Cr2.RECINVSID,
        };
}
