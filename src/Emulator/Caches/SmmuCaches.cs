using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Everything an SMMU may remember: configuration, table walks and translations. An entry lives until a command
/// that must remove it does: the longest the architecture allows (§3.21).
/// </summary>
public sealed class SmmuCaches
{
    private readonly List<CacheKey> _dropped = [];
    private readonly List<(CacheKey Key, TlbEntry Entry)> _lost = [];
    private readonly List<(CacheKey Key, TlbEntry Entry)> _lostIpas = [];
    private readonly Survivors _survivors;
    private Prefetcher? _prefetcher;
    private SmmuPort? _port;
    private SmmuState? _state;

    /// <summary>Empty caches.</summary>
    /// <param name="profile">The SMMU.</param>
    public SmmuCaches(Profile profile)
    {
        Epoch = new();
        _survivors = new(profile.Quirks);
        Configuration = new(Epoch);
        Stage1 = new(profile.IDR3.BBML, Epoch);
        Stage2 = new(profile.IDR3.BBML, Epoch);
        Combined = new(BreakBeforeMake.Level2, Epoch);
    }

    /// <summary>
    /// What an invalidation drops is fetched again at once, as hardware may; so an invalidation that comes before
    /// the store it is for achieves nothing. On by default.
    /// </summary>
    public bool AdversarialPrefetch { get; set; } = true;

    /// <summary>Keeps an account of what each invalidation was worth; null, as at first, keeps none.</summary>
    public GhostLedger? Ledger { get; set; }

    /// <summary>Translations held: of stage 1, of stage 2, and of both in one.</summary>
    public int Translations => Stage1.Entries.Count + Stage2.Entries.Count + Combined.Entries.Count;

    /// <summary>Table descriptors held.</summary>
    public int Tables => Stage1Walks.Entries.Count + Stage2Walks.Entries.Count;

    /// <summary>Counts what could change an answer given before.</summary>
    internal Epoch Epoch { get; }

    internal ConfigurationCache Configuration { get; }

    /// <summary>From VA to the output of stage 1.</summary>
    internal Tlb Stage1 { get; }

    /// <summary>From IPA to PA.</summary>
    internal Tlb Stage2 { get; }

    /// <summary>From VA to PA through both stages.</summary>
    internal Tlb Combined { get; }

    internal WalkCache Stage1Walks { get; } = new();

    internal WalkCache Stage2Walks { get; } = new();

    /// <summary>An STE is held, valid or not.</summary>
    public bool Holds(StreamId stream)
    {
        Configuration.Stes.Find(ConfigurationCache.OfSte(stream), out var found);
        return found;
    }

    /// <summary>A CD is held, valid or not.</summary>
    /// <param name="stream">The stream through which it was fetched.</param>
    /// <param name="index">Its index in the CD table.</param>
    public bool Holds(StreamId stream, SubstreamId index)
    {
        Configuration.Cds.Find(ConfigurationCache.OfCd(stream, index.Value), out var found);
        return found;
    }

    /// <summary>Does what a CMD_CFGI_* or CMD_TLBI_* demands, and no more (§4.3, §4.4). Other commands do nothing.</summary>
    public void Invalidate(in Command command)
    {
        if (_state is not { } state)
            return;
        var configuration = ConfigurationScope.Of(in command);
        var translations = _survivors.LeftBy(in command, TlbScopes.Of(in command, state));
        if (Ledger is { } ledger && (configuration is not null || translations is not null))
            Account(ledger, in command, configuration, translations);
        if (configuration is { } entries)
            Invalidate(in entries);
        else if (translations is { } scope)
            Invalidate(in scope);
    }

    /// <summary>
    /// A cached copy that still leads into a range of memory, in words; null if none does. Memory that is given away
    /// while one does was freed too early.
    /// </summary>
    public string? LeadsInto(PhysicalAddress start, ulong bytes) =>
        new Ghosts(this, start, bytes).First();

    /// <summary>Empties everything, as a reset does.</summary>
    public void InvalidateAll()
    {
        Configuration.Clear();
        Stage1.Clear();
        Stage2.Clear();
        Combined.Clear();
        Stage1Walks.Clear();
        Stage2Walks.Clear();
        _survivors.Clear();
    }

    /// <summary>
    /// Fetches the configuration of a stream, valid or not, as hardware may at any moment while translation is on.
    /// Records nothing.
    /// </summary>
    public void PrefetchConfiguration(StreamId stream)
    {
        Configuration.Saw(stream);
        _prefetcher?.Configuration(stream);
    }

    /// <summary>
    /// The cached copies that some stream can reach and that memory no longer agrees with; bits that the SMMU does not
    /// read do not count.
    /// </summary>
    public IEnumerable<StaleEntry> Stale() =>
        _port is { } port && _state is { } state
            ? new Staleness(port.Unobtrusive, state, this).All()
            : [];

    /// <summary>A CMD_SYNC was consumed.</summary>
    internal void Synchronized() => _survivors.Synchronized();

    /// <summary>Binds the caches to the translator that fills them.</summary>
    internal void Serve(Prefetcher prefetcher, SmmuPort port, SmmuState state) =>
        (_prefetcher, _port, _state) = (prefetcher, port, state);

    private void Invalidate(in ConfigurationScope scope)
    {
        var cache = Configuration;
        _dropped.Clear();
        for (var slot = 0; scope.Stes && slot < cache.Stes.Slots; slot++)
            if (
                cache.Stes.IsUsed(slot)
                && scope.Covers(cache.Stes.KeyAt(slot).Place)
                && !_survivors.Spares(CachedKind.Ste, cache.Stes.KeyAt(slot))
            )
                _dropped.Add(cache.Stes.KeyAt(slot));
        var streams = _dropped.Count;
        foreach (var key in _dropped)
            cache.Stes.Remove(key);

        for (var slot = 0; scope.Cds && slot < cache.Cds.Slots; slot++)
            if (
                cache.Cds.IsUsed(slot)
                && scope.CoversCd(cache.Cds.KeyAt(slot))
                && !_survivors.Spares(CachedKind.Cd, cache.Cds.KeyAt(slot))
            )
                _dropped.Add(cache.Cds.KeyAt(slot));
        for (var i = streams; i < _dropped.Count; i++)
            cache.Cds.Remove(_dropped[i]);

        DropLevel1(in scope);
        if (AdversarialPrefetch)
            Prefetch(in scope, streams);
    }

    // Level 1 descriptors come back with the entries behind them.
    private void DropLevel1(in ConfigurationScope scope)
    {
        for (var slot = Configuration.L1Stds.Slots - 1; slot >= 0; slot--)
        {
            while (
                Configuration.L1Stds.IsUsed(slot)
                && scope.CoversL1Std(Configuration.L1Stds.KeyAt(slot))
                && !_survivors.Spares(CachedKind.L1Std, Configuration.L1Stds.KeyAt(slot))
            )
                Configuration.L1Stds.Remove(Configuration.L1Stds.KeyAt(slot));
        }
        for (var slot = Configuration.L1Cds.Slots - 1; slot >= 0; slot--)
        {
            while (
                Configuration.L1Cds.IsUsed(slot)
                && scope.CoversL1Cd(Configuration.L1Cds.KeyAt(slot))
                && !_survivors.Spares(CachedKind.L1Cd, Configuration.L1Cds.KeyAt(slot))
            )
                Configuration.L1Cds.Remove(Configuration.L1Cds.KeyAt(slot));
        }
    }

    private void Prefetch(in ConfigurationScope scope, int streams)
    {
        if (_prefetcher is not { } prefetcher)
            return;
        for (var i = 0; i < streams; i++)
            prefetcher.Configuration((uint)_dropped[i].Place);
        for (var i = streams; i < _dropped.Count; i++)
            prefetcher.Context((uint)_dropped[i].Tag, (uint)_dropped[i].Place);

        // A single stream or CD may come back even if it was not held.
        if (scope.First != scope.Last)
            return;
        if (scope.Index is { } index)
            prefetcher.Context(scope.First, index);
        else
            prefetcher.Configuration(scope.First);
    }

    /// <summary>Removes what a scope covers, and no more.</summary>
    internal void Invalidate(in TlbScope scope)
    {
        _lost.Clear();
        _lostIpas.Clear();
        if (scope.Stage1)
        {
            Drop(in scope, Stage1Walks, CachedKind.Walk);
            Drop(in scope, Combined, CachedKind.NestedTlb, _lost);
            Drop(in scope, Stage1, CachedKind.Tlb, _lost);
        }
        if (scope.Stage2)
        {
            Drop(in scope, Stage2Walks, CachedKind.Stage2Walk);
            Drop(in scope, Stage2, CachedKind.Stage2Tlb, _lostIpas);
        }
        if (!AdversarialPrefetch || _prefetcher is not { } prefetcher)
            return;
        foreach (var (key, entry) in _lostIpas)
            prefetcher.Stage2Translation(in entry, key.First);
        foreach (var (key, entry) in _lost)
            prefetcher.Translation(in entry, key.First);
    }

    // What is about to be removed is counted before it is, and before anything is fetched again.
    private void Account(
        GhostLedger ledger,
        in Command command,
        ConfigurationScope? configuration,
        TlbScope? translations
    )
    {
        var stale = Stale().Select(entry => (entry.Kind, entry.Key)).ToHashSet();
        var (needed, collateral) = (0, 0);
        foreach (var removed in InvalidationTargets.Of(this, configuration, translations))
            if (stale.Contains(removed))
                needed++;
            else
                collateral++;
        ledger.Add(in command, needed, collateral);
    }

    private void Drop(in TlbScope scope, WalkCache tables, CachedKind kind)
    {
        _dropped.Clear();
        tables.Collect(in scope, _dropped);
        foreach (var key in _dropped)
            if (!_survivors.Spares(kind, key))
                tables.Entries.Remove(key);
    }

    private void Drop(
        in TlbScope scope,
        Tlb translations,
        CachedKind kind,
        List<(CacheKey Key, TlbEntry Entry)> lost
    )
    {
        var first = lost.Count;
        translations.Collect(in scope, lost);
        for (var i = lost.Count - 1; i >= first; i--)
            if (_survivors.Spares(kind, lost[i].Key))
                lost.RemoveAt(i);
            else
                translations.Remove(lost[i].Key);
    }
}
