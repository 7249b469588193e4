using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>
/// Words that were stored and that an SMMU may not see yet. Those that stood in a structure when they were stored are kept apart from
/// those that may come to stand in one: a store that can only concern the latter need not look at thousands of the former.
/// </summary>
internal sealed class UnseenWords
{
    private readonly HashSet<ulong> _inside = [];
    private readonly HashSet<ulong> _outside = [];

    /// <summary>Those that were no part of a structure.</summary>
    public IEnumerable<ulong> Outside => _outside;

    /// <summary>All of them.</summary>
    public IEnumerable<ulong> All => _inside.Concat(_outside);

    /// <summary>There is none that was no part of a structure.</summary>
    public bool AllInside => _outside.Count == 0;

    /// <summary>Notes a store; what the word was at an earlier one counts no more.</summary>
    public void Add(StoreEntry store)
    {
        (store.Place.IsStructure ? _outside : _inside).Remove(store.Address.Value);
        (store.Place.IsStructure ? _inside : _outside).Add(store.Address.Value);
    }

    /// <summary>Notes a store, unless one to the same word is noted.</summary>
    public void AddFirst(StoreEntry store)
    {
        if (!_inside.Contains(store.Address.Value) && !_outside.Contains(store.Address.Value))
            Add(store);
    }

    /// <summary>Words in a range are seen, or are gone.</summary>
    public void Remove(PhysicalAddress first, ulong bytes)
    {
        Remove(_inside, first.Value, bytes);
        Remove(_outside, first.Value, bytes);
    }

    /// <summary>All of them are.</summary>
    public void Clear()
    {
        _inside.Clear();
        _outside.Clear();
    }

    private static void Remove(HashSet<ulong> words, ulong first, ulong bytes)
    {
        if (words.Count == 0)
            return;
        if (bytes / sizeof(ulong) > (ulong)words.Count)
            words.RemoveWhere(word => word >= first && word - first < bytes);
        else
            for (var at = 0ul; at < bytes; at += sizeof(ulong))
                words.Remove(first + at);
    }
}
