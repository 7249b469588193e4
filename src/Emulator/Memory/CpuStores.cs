using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>When an SMMU sees what a PE stores.</summary>
public enum StoreVisibility : byte
{
    /// <summary>At the store.</summary>
    AtOnce,

    /// <summary>As late as it may be: at a barrier, or when time goes on.</summary>
    AtBarrier,

    /// <summary>Some at once and the others at a barrier, as the seed says: any order is one that a machine may show.</summary>
    Seeded,
}

/// <summary>
/// What a PE has stored and an SMMU may not see yet: in the store buffer nobody sees it, in a cache only those who snoop do
/// (§3.15; Arm ARM B2.3, D7.4). Memory itself holds the newest values; this keeps the older ones that others still read.
/// </summary>
/// <param name="visibility">When stores leave the store buffer.</param>
/// <param name="seed">Decides, if they leave it at random.</param>
public sealed class CpuStores(StoreVisibility visibility, ulong seed)
{
    private const ulong LineBytes = 64;

    private readonly SplitMix _chance = new(seed);
    private readonly Dictionary<ulong, ulong> _buffered = [];
    private readonly Dictionary<ulong, ulong> _cached = [];
    private readonly HashSet<ulong> _cleaning = [];

    /// <summary>The PE is about to store a word.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="old">What it held.</param>
    public void Store(PhysicalAddress address, ulong old)
    {
        var late = visibility switch
        {
            StoreVisibility.AtOnce => false,
            StoreVisibility.AtBarrier => true,
            _ => (_chance.Next() & 1) != 0,
        };
        if (late)
            _buffered.TryAdd(address.Value, old);
        else
            _buffered.Remove(address.Value);
        StoreInCache(address, old);
    }

    /// <summary>
    /// The PE is about to change a word atomically: whoever snoops sees it at once, for the line is the PE's meanwhile.
    /// </summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="old">What it held.</param>
    public void Exchange(PhysicalAddress address, ulong old)
    {
        _buffered.Remove(address.Value);
        StoreInCache(address, old);
    }

    private void StoreInCache(PhysicalAddress address, ulong old)
    {
        // A line that is on its way to memory is dirty again, with what it had when it left.
        if (_cleaning.Remove(address.Value))
            _cached[address.Value] = old;
        else
            _cached.TryAdd(address.Value, old);
    }

    /// <summary>The PE cleans lines to memory; that is done at the next barrier (Arm ARM D7.5.9).</summary>
    public void Clean(PhysicalAddress address, ulong bytes)
    {
        var last = (address.Value + bytes + LineBytes - 1) & ~(LineBytes - 1);
        var first = address.Value & ~(LineBytes - 1);
        // Of much memory little is in the cache.
        if ((last - first) / 8 > (ulong)_cached.Count)
        {
            foreach (var word in _cached.Keys)
                if (word >= first && word < last)
                    _cleaning.Add(word);
            return;
        }
        for (var word = first; word < last; word += 8)
            if (_cached.ContainsKey(word))
                _cleaning.Add(word);
    }

    /// <summary>A barrier, or time: everything stored is seen, and everything cleaned is in memory.</summary>
    public void Complete()
    {
        _buffered.Clear();
        foreach (var word in _cleaning)
            _cached.Remove(word);
        _cleaning.Clear();
    }

    /// <summary>Somebody else has written the word: what the PE had is gone.</summary>
    internal void Overwritten(PhysicalAddress address)
    {
        if (HidesNothing)
            return;
        _buffered.Remove(address.Value & ~7ul);
        _cached.Remove(address.Value & ~7ul);
        _cleaning.Remove(address.Value & ~7ul);
    }

    /// <summary>Memory is given back: who gets it next finds it as it is, and nothing of what was stored before.</summary>
    public void Freed(PhysicalAddress address, ulong bytes)
    {
        var inside = _cached.Keys.Where(word =>
            word >= address.Value && word - address.Value < bytes
        );
        foreach (var word in inside.ToList())
            Overwritten(word);
    }

    /// <summary>Everybody sees everything: nothing is worth asking for.</summary>
    internal bool HidesNothing => _cached.Count == 0;

    /// <summary>The word is not what memory says for whoever reads it.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="snoops">The reader looks into caches.</param>
    /// <param name="old">What it sees instead.</param>
    internal bool Hides(PhysicalAddress address, bool snoops, out ulong old) =>
        (snoops ? _buffered : _cached).TryGetValue(address.Value, out old);
}
