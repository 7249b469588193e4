namespace SmmuConformance.Emulator;

/// <summary>The cached copies that an invalidation will remove.</summary>
internal static class InvalidationTargets
{
    /// <summary>Every copy in the scopes of one command.</summary>
    public static IEnumerable<(CachedKind Kind, CacheKey Key)> Of(
        SmmuCaches caches,
        ConfigurationScope? configuration,
        TlbScope? translations
    )
    {
        var targets = new List<(CachedKind, CacheKey)>();
        if (configuration is { } entries)
            Add(targets, caches.Configuration, in entries);
        if (translations is { } scope)
            Add(targets, caches, in scope);
        return targets;
    }

    private static void Add(
        List<(CachedKind, CacheKey)> targets,
        ConfigurationCache cache,
        in ConfigurationScope scope
    )
    {
        for (var slot = 0; slot < cache.Stes.Slots; slot++)
            if (cache.Stes.IsUsed(slot) && scope.Stes && scope.Covers(cache.Stes.KeyAt(slot).Place))
                targets.Add((CachedKind.Ste, cache.Stes.KeyAt(slot)));
        for (var slot = 0; slot < cache.L1Stds.Slots; slot++)
            if (cache.L1Stds.IsUsed(slot) && scope.CoversL1Std(cache.L1Stds.KeyAt(slot)))
                targets.Add((CachedKind.L1Std, cache.L1Stds.KeyAt(slot)));
        for (var slot = 0; slot < cache.Cds.Slots; slot++)
            if (cache.Cds.IsUsed(slot) && scope.CoversCd(cache.Cds.KeyAt(slot)))
                targets.Add((CachedKind.Cd, cache.Cds.KeyAt(slot)));
        for (var slot = 0; slot < cache.L1Cds.Slots; slot++)
            if (cache.L1Cds.IsUsed(slot) && scope.CoversL1Cd(cache.L1Cds.KeyAt(slot)))
                targets.Add((CachedKind.L1Cd, cache.L1Cds.KeyAt(slot)));
    }

    private static void Add(
        List<(CachedKind, CacheKey)> targets,
        SmmuCaches caches,
        in TlbScope scope
    )
    {
        if (scope.Stage1)
        {
            Add(targets, CachedKind.Walk, caches.Stage1Walks, in scope);
            Add(targets, CachedKind.Tlb, caches.Stage1, in scope);
            Add(targets, CachedKind.NestedTlb, caches.Combined, in scope);
        }
        if (scope.Stage2)
        {
            Add(targets, CachedKind.Stage2Walk, caches.Stage2Walks, in scope);
            Add(targets, CachedKind.Stage2Tlb, caches.Stage2, in scope);
        }
    }

    private static void Add(
        List<(CachedKind, CacheKey)> targets,
        CachedKind kind,
        Tlb tlb,
        in TlbScope scope
    )
    {
        var covered = new List<(CacheKey Key, TlbEntry Entry)>();
        tlb.Collect(in scope, covered);
        foreach (var (key, _) in covered)
            targets.Add((kind, key));
    }

    private static void Add(
        List<(CachedKind, CacheKey)> targets,
        CachedKind kind,
        WalkCache walks,
        in TlbScope scope
    )
    {
        var covered = new List<CacheKey>();
        walks.Collect(in scope, covered);
        foreach (var key in covered)
            targets.Add((kind, key));
    }
}
