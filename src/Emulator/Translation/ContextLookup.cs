using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Finds the context descriptor of a transaction, in the cache or in memory, in the order in which its errors have
/// priority (§7.3.22). Where the stream is nested the descriptors lie in IPA space, and stage 2 translates their
/// addresses. A lookup that fails fills in the outcome.
/// </summary>
/// <param name="reader">Reads structures.</param>
/// <param name="profile">The SMMU.</param>
/// <param name="cache">What was read before, or null to read memory every time.</param>
/// <param name="stage2">Translates the addresses of descriptors.</param>
internal sealed class ContextLookup(
    StructureReader reader,
    Profile profile,
    ConfigurationCache? cache,
    Stage2 stage2
)
{
    private readonly JudgedCds _judged = new(profile);

    // What a lookup that found nothing refers to.
    private CdEntry _none;

    /// <summary>The valid CD at an index of the table that a valid STE with stage 1 points to.</summary>
    public ref readonly CdEntry Find(
        scoped in Transaction t,
        scoped in SteEntry ste,
        uint index,
        scoped ref Translation outcome,
        scoped out bool found
    )
    {
        found = false;

        // 1. A copy that was read before will do. §3.21.3
        ref var cd = ref _none;
        var cached = false;
        if (cache is not null)
            cd = ref cache.Cds.Find(ConfigurationCache.OfCd(t.Stream, index), out cached);

        // 2. Otherwise it is read, and remembered even if it is not valid. §5.4.1
        if (!cached)
        {
            if (!Locate(in t, in ste, index, ref outcome, out var at))
                return ref _none;
            cd = ref Fetch(in t, in ste, index, at, ref outcome, out var fetched);
            if (!fetched)
                return ref _none;
        }

        // 3. It must be valid. §5.4.2
        if (cd.Broken is not null)
        {
            outcome = Refused(EventRecords.BadCd(in t), in ste);
            return ref _none;
        }
        found = true;
        return ref cd;
    }

    /// <summary>What memory holds as a CD of a valid STE, valid or not; false if nothing can be read. For a lookup
    /// without a cache.</summary>
    public bool TryRead(StreamId stream, in SteEntry ste, uint index, out CdEntry entry)
    {
        var outcome = default(Translation);
        var t = new Transaction { Stream = stream };
        entry = default;
        if (!Locate(in t, in ste, index, ref outcome, out var at))
            return false;
        entry = Fetch(in t, in ste, index, at, ref outcome, out var fetched);
        return fetched;
    }

    /// <summary>What memory holds as the level 1 descriptor on the way to a CD; false if it cannot be read.</summary>
    public bool TryReadLevel1(StreamId stream, in SteEntry ste, uint index, out L1Cd level1)
    {
        var outcome = default(Translation);
        var t = new Transaction { Stream = stream };
        var leafBits = ContextTable.LeafBits(in ste.Ste, ste.Substreams);
        var read = FetchLevel1(in t, in ste, index, leafBits, ref outcome, out var entry);
        level1 = entry.Value;
        return read;
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
            if (!FetchLevel1(in t, in ste, index, leafBits, ref outcome, out level1))
                return false;
            if (cache is not null)
                cache.L1Cds.FindOrAdd(key) = level1;
        }

        // 2. It must be valid, with a leaf inside the address size. §7.3.9
        var inRange = ContextTable.IsInRange(in level1.Value, ste.Ste.Stage2, profile);
        if (!level1.Value.V || !inRange)
        {
            outcome = Refused(EventRecords.BadSubstreamId(in t), in ste);
            return false;
        }
        at = ContextTable.Leaf(in level1.Value, leafBits, index);
        return true;
    }

    private bool FetchLevel1(
        in Transaction t,
        in SteEntry ste,
        uint index,
        int leafBits,
        ref Translation outcome,
        out L1CdEntry level1
    )
    {
        var at = ContextTable.Level1(in ste.Ste, leafBits, index);
        level1 = new L1CdEntry { At = at };
        var word = 0ul;
        if (!Fetch(in t, in ste, at, FetchKind.L1Cd, new Span<ulong>(ref word), ref outcome))
            return false;
        level1.Value = new L1Cd([word]);
        return true;
    }

    private ref CdEntry Fetch(
        scoped in Transaction t,
        scoped in SteEntry ste,
        uint index,
        PhysicalAddress at,
        scoped ref Translation outcome,
        scoped out bool fetched
    )
    {
        Span<ulong> words = stackalloc ulong[8];
        fetched = Fetch(in t, in ste, at, FetchKind.Cd, words, ref outcome);
        if (!fetched)
            return ref _none;
        ref var judged = ref _judged.Of(t.Stream, index, words, at, in ste);
        if (cache is null)
            return ref judged;
        ref var entry = ref cache.Cds.FindOrAdd(ConfigurationCache.OfCd(t.Stream, index));
        entry = judged;
        return ref entry;
    }

    // A failed fetch is not remembered, whoever failed it. §3.21.3
    private bool Fetch(
        in Transaction t,
        in SteEntry ste,
        PhysicalAddress at,
        FetchKind kind,
        scoped Span<ulong> words,
        ref Translation outcome
    )
    {
        var access = SmmuAccesses.OfContexts(in ste.Ste);

        // 1. Behind stage 2 the address is an IPA, and a fault of its translation is one of stage 2. §3.12
        if (ste.Ste.Stage2)
        {
            var fault = default(TranslationFault);
            var request = new Stage2Request
            {
                Address = at.Value,
                Needed = Permissions.PrivilegedRead,
                Class = EventClass.CD,
            };
            ref readonly var entry = ref stage2.Translate(
                in ste.Stage2,
                in request,
                in t,
                ref fault,
                out var translated
            );
            if (!translated)
            {
                outcome = Outcome.Faulted(in t, in fault, in ste, default);
                return false;
            }
            at = entry.At(at.Value);
            access = entry.AttributesOfWalk(access, in ste.Stage2);
        }

        // 2. The structure must be readable. §7.3.10
        if (reader.TryRead(at, access, kind, t.Stream, words))
            return true;
        outcome = Refused(EventRecords.CdFetch(in t, reader.Reported(at)), in ste);
        return false;
    }

    private static Translation Refused(EventRecord record, in SteEntry ste) =>
        Outcome.Refused(record) with
        {
            MayMerge = ste.Ste.MEV,
        };
}
