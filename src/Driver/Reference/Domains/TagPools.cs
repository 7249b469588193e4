using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>Where tags come from: one pool for all SMMUs, or one for each.</summary>
/// <param name="scope">Within what a tag is given out once only.</param>
/// <param name="first">The lowest.</param>
internal sealed class TagPools(TagScope scope, uint first)
{
    private readonly IdPool _common = new(first);
    private readonly Dictionary<SmmuDevice, IdPool> _own = [];

    /// <summary>The pool of an SMMU.</summary>
    public IdPool Of(SmmuDevice smmu)
    {
        if (scope == TagScope.Global)
            return _common;
        if (!_own.TryGetValue(smmu, out var pool))
            _own.Add(smmu, pool = new IdPool(first));
        return pool;
    }

    /// <summary>An SMMU is gone.</summary>
    public void Forget(SmmuDevice smmu) => _own.Remove(smmu);
}

/// <summary>The tags of one domain: one from each pool that it has needed so far.</summary>
/// <param name="pools">Where they come from.</param>
internal sealed class Tags(TagPools pools)
{
    private readonly Dictionary<IdPool, uint> _taken = [];

    /// <summary>Has a tag for an SMMU, from now on.</summary>
    /// <param name="smmu">The SMMU.</param>
    /// <param name="bits">Width of a tag there.</param>
    /// <param name="fresh">Width of one that is not wanted: it may have to fit others, too.</param>
    /// <param name="wanted">The one that it should be, if it is free; null: any.</param>
    /// <returns>False if there is none left, or the one that the domain has is too large there.</returns>
    public bool TryTake(SmmuDevice smmu, int bits, int fresh, uint? wanted = null)
    {
        var pool = pools.Of(smmu);
        if (_taken.TryGetValue(pool, out var known))
            return known >> bits == 0;
        var isFree = wanted is { } one && one >> bits == 0 && pool.TryTake(one);
        if ((isFree ? wanted : pool.Take(fresh)) is not { } tag)
            return false;
        _taken.Add(pool, tag);
        return true;
    }

    /// <summary>The tag on an SMMU for which it has one.</summary>
    public ushort On(SmmuDevice smmu) => (ushort)_taken[pools.Of(smmu)];

    /// <summary>Gives all of them back.</summary>
    public void Return()
    {
        foreach (var (pool, tag) in _taken)
            pool.Return(tag);
        _taken.Clear();
    }
}
