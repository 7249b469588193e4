using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Finds the stream table entry and the context descriptor of a transaction, in the cache or in memory, in the order
/// in which their errors have priority (§7.3.22). A lookup that fails fills in the outcome.
/// </summary>
/// <param name="memory">Where the structures are.</param>
/// <param name="state">Where the Stream table is.</param>
/// <param name="cache">What was read before, or null to read memory every time.</param>
internal sealed class Lookup(PhysicalMemory memory, SmmuState state, ConfigurationCache? cache)
{
    // Without a cache an entry stays here until the next lookup.
    private SteEntry _ste;
    private CdEntry _cd;

    /// <summary>Is told of every structure that is read.</summary>
    public ISmmuObserver? Observer { get; set; }

    /// <summary>The valid STE of a transaction.</summary>
    public ref readonly SteEntry Ste(
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
            return ref _ste;
        }

        // 2. A copy that was read before will do, whatever memory says now. §3.21.3
        ref var ste = ref _ste;
        var cached = false;
        if (cache is not null)
            ste = ref cache.Stes.Find(ConfigurationCache.OfSte(t.Stream), out cached);

        // 3. Otherwise it is read, and remembered even if it is not valid. §3.21.3
        if (!cached)
        {
            if (!Locate(in t, ref outcome, out var at))
                return ref _ste;
            ste = ref FetchSte(in t, at, ref outcome, out var fetched);
            if (!fetched)
                return ref _ste;
        }

        // 4. It must be valid. §5.2.2
        if (ste.Broken is not null)
        {
            outcome = Outcome.Refused(EventRecords.BadSte(in t));
            return ref _ste;
        }
        found = true;
        return ref ste;
    }

    /// <summary>The valid CD at an index of the table that a valid STE with stage 1 points to.</summary>
    public ref readonly CdEntry Cd(
        scoped in Transaction t,
        scoped in SteEntry ste,
        uint index,
        scoped ref Translation outcome,
        scoped out bool found
    )
    {
        found = false;

        // 1. A copy that was read before will do. §3.21.3
        ref var cd = ref _cd;
        var cached = false;
        if (cache is not null)
            cd = ref cache.Cds.Find(ConfigurationCache.OfCd(t.Stream, index), out cached);

        // 2. Otherwise it is read, and remembered even if it is not valid. §5.4.1
        if (!cached)
        {
            if (!Locate(in t, in ste, index, ref outcome, out var at))
                return ref _cd;
            cd = ref FetchCd(in t, in ste, index, at, ref outcome, out var fetched);
            if (!fetched)
                return ref _cd;
        }

        // 3. It must be valid. §5.4.2
        if (cd.Broken is not null)
        {
            outcome = Outcome.Refused(EventRecords.BadCd(in t));
            return ref _cd;
        }
        found = true;
        return ref cd;
    }

    /// <summary>What memory holds as the STE of a stream, valid or not; false if nothing can be read. For a lookup
    /// without a cache.</summary>
    public bool TryReadSte(StreamId stream, out SteEntry entry)
    {
        var outcome = default(Translation);
        var t = new Transaction { Stream = stream };
        entry = default;
        if (!Locate(in t, ref outcome, out var at))
            return false;
        entry = FetchSte(in t, at, ref outcome, out var fetched);
        return fetched;
    }

    /// <summary>What memory holds as a CD of a valid STE, valid or not; false if nothing can be read. For a lookup
    /// without a cache.</summary>
    public bool TryReadCd(StreamId stream, in SteEntry ste, uint index, out CdEntry entry)
    {
        var outcome = default(Translation);
        var t = new Transaction { Stream = stream };
        entry = default;
        if (!Locate(in t, in ste, index, ref outcome, out var at))
            return false;
        entry = FetchCd(in t, in ste, index, at, ref outcome, out var fetched);
        return fetched;
    }

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
            if (!TryRead(level1.At, FetchKind.L1Std, t.Stream, out var word))
            {
                outcome = Outcome.Refused(EventRecords.SteFetch(in t, Reported(level1.At)));
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

    private ref SteEntry FetchSte(
        scoped in Transaction t,
        PhysicalAddress at,
        scoped ref Translation outcome,
        scoped out bool fetched
    )
    {
        Span<ulong> words = stackalloc ulong[8];
        fetched = TryRead(at, FetchKind.Ste, t.Stream, words);
        if (!fetched)
        {
            // A failed fetch is not remembered. §3.21.3
            outcome = Outcome.Refused(EventRecords.SteFetch(in t, Reported(at)));
            return ref _ste;
        }
        ref var entry = ref _ste;
        if (cache is not null)
        {
            cache.Saw(t.Stream);
            entry = ref cache.Stes.FindOrAdd(ConfigurationCache.OfSte(t.Stream));
        }
        entry.Ste = new Ste(words);
        entry.At = at;
        entry.Broken = SteValidity.Broken(in entry.Ste, state.Profile);
        entry.World = WorldOf(in entry.Ste);
        entry.Substreams = Substreams(in entry.Ste);
        entry.Overrides = Overrides.Exist(in entry.Ste, state.Profile);
        return ref entry;
    }

    // Where the CD is: the level 1 descriptor comes first. §5.2, S1Fmt
    private bool Locate(
        in Transaction t,
        in SteEntry ste,
        uint index,
        ref Translation outcome,
        out PhysicalAddress at
    )
    {
        var leafBits = ContextTable.LeafBits(in ste.Ste, ste.Substreams);
        at = ContextTable.Linear(in ste.Ste, ste.Substreams, index);
        if (leafBits == 0)
            return true;

        // 1. The level 1 descriptor must be readable. §7.3.10
        var key = ConfigurationCache.OfL1Cd(t.Stream, index, leafBits);
        var cached = false;
        var level1 = cache is null ? default : cache.L1Cds.Find(key, out cached);
        if (!cached)
        {
            level1.At = ContextTable.Level1(in ste.Ste, leafBits, index);
            if (!TryRead(level1.At, FetchKind.L1Cd, t.Stream, out var word))
            {
                outcome = Outcome.Refused(EventRecords.CdFetch(in t, Reported(level1.At)));
                return false;
            }
            level1.Value = new L1Cd([word]);
            if (cache is not null)
                cache.L1Cds.FindOrAdd(key) = level1;
        }

        // 2. It must be valid, with a leaf inside the output address size. §7.3.9
        if (!level1.Value.V || !level1.Value.L2Ptr.Value.Fits(state.Profile.IDR5.OAS.ToBits()))
        {
            outcome = Outcome.Refused(EventRecords.BadSubstreamId(in t));
            return false;
        }
        at = ContextTable.Leaf(in level1.Value, leafBits, index);
        return true;
    }

    private ref CdEntry FetchCd(
        scoped in Transaction t,
        scoped in SteEntry ste,
        uint index,
        PhysicalAddress at,
        scoped ref Translation outcome,
        scoped out bool fetched
    )
    {
        Span<ulong> words = stackalloc ulong[8];
        fetched = TryRead(at, FetchKind.Cd, t.Stream, words);
        if (!fetched)
        {
            // A failed fetch is not remembered. §3.21.3
            outcome = Outcome.Refused(EventRecords.CdFetch(in t, Reported(at)));
            return ref _cd;
        }
        ref var entry = ref _cd;
        if (cache is not null)
            entry = ref cache.Cds.FindOrAdd(ConfigurationCache.OfCd(t.Stream, index));
        var profile = state.Profile;
        entry.Cd = new Cd(words);
        entry.At = at;
        entry.Broken = CdValidity.Broken(in entry.Cd, in ste, profile);
        entry.NotModelled =
            entry.Broken is null
            && Stage1Context.NotModelled(in entry.Cd, in ste, profile) is not null;
        entry.Context =
            entry.Broken is null && !entry.NotModelled
                ? Stage1Context.From(in entry.Cd, in ste, profile)
                : default;
        return ref entry;
    }

    private bool Substreams(in Ste ste) => ste.Substreams && state.Profile.IDR1.SSIDSIZE != 0;

    // STRW counts for stage 1 alone, and where EL2 exists. §5.2
    private StreamWorld WorldOf(in Ste ste) =>
        !new SteSubject(in ste, state.Profile).ReadsStrw || ste.STRW == Strw.NsEl1
            ? StreamWorld.NsEl1
        : state.Cr2.E2H ? StreamWorld.NsEl2E2h
        : StreamWorld.NsEl2;

    // The event is recorded if software asked for it. §6.3.12
    private Translation BadStreamId(in Transaction t) =>
        Outcome.Refused(EventRecords.BadStreamId(in t)) with
        {
            RecordEvent = state.Cr2.RECINVSID,
        };

    private bool TryRead(PhysicalAddress at, FetchKind kind, StreamId stream, Span<ulong> words)
    {
        for (var w = 0; w < words.Length; w++)
            if (!Readable(at) || !memory.TryRead64(at + (8ul * (uint)w), out words[w]))
                return false;
        Observer?.Fetched(kind, stream, at);
        return true;
    }

    private bool TryRead(PhysicalAddress at, FetchKind kind, StreamId stream, out ulong word)
    {
        word = 0;
        if (!Readable(at) || !memory.TryRead64(at, out word))
            return false;
        Observer?.Fetched(kind, stream, at);
        return true;
    }

    // An address beyond the output size is a failed fetch, not a truncated one. §3.4.3
    private bool Readable(PhysicalAddress at) => at.Value.Fits(state.Profile.IDR5.OAS.ToBits());

    // FetchAddr has no bits beyond OAS. §7.3.4
    private PhysicalAddress Reported(PhysicalAddress at) =>
        at.Value & ((1ul << state.Profile.IDR5.OAS.ToBits()) - 1);
}
