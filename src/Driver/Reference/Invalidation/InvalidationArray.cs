namespace SmmuConformance.Driver.Reference;

/// <summary>
/// All that has to be forgotten when something is unmapped from one domain: sorted, each once, and never changed. Who
/// attaches or detaches makes another array; who sweeps this one may go on undisturbed.
/// </summary>
internal sealed class InvalidationArray
{
    private readonly InvalidationEntry[] _entries;
    private int _sweepers;

    private InvalidationArray(InvalidationEntry[] entries) => _entries = entries;

    /// <summary>Of a domain that nothing is attached to.</summary>
    public static InvalidationArray Empty() => new([]);

    /// <summary>The entries, in order.</summary>
    public ReadOnlySpan<InvalidationEntry> Entries => _entries;

    /// <summary>Entries that nobody needs any more.</summary>
    public int Trash => _entries.Count(entry => entry.Users == 0);

    /// <summary>Nobody needs anything of it.</summary>
    public bool IsIdle => Trash == _entries.Length;

    /// <summary>Somebody is sweeping it.</summary>
    public bool IsSwept => Volatile.Read(ref _sweepers) != 0;

    /// <summary>A sweep begins.</summary>
    public void Enter() => Interlocked.Increment(ref _sweepers);

    /// <summary>A sweep is over.</summary>
    public void Leave() => Interlocked.Decrement(ref _sweepers);

    /// <summary>The array with one user more of each of these; trash is not taken along.</summary>
    /// <param name="added">In order, each once.</param>
    public InvalidationArray Merge(ReadOnlySpan<InvalidationEntry> added)
    {
        var merged = new List<InvalidationEntry>(_entries.Length + added.Length);
        var next = 0;
        foreach (var entry in _entries)
        {
            while (next < added.Length && added[next].Against(entry) < 0)
                merged.Add(added[next++] with { Users = 1 });
            if (next < added.Length && added[next].Against(entry) == 0)
            {
                merged.Add(entry with { Users = entry.Users + 1 });
                next++;
            }
            else if (entry.Users > 0)
            {
                merged.Add(entry);
            }
        }

        while (next < added.Length)
            merged.Add(added[next++] with { Users = 1 });
        return new InvalidationArray([.. merged]);
    }

    /// <summary>
    /// The array with one user less of each of these. What nobody needs any more stays where it is, as trash, until it has
    /// been dealt with; only trash at the end goes at once.
    /// </summary>
    /// <param name="removed">In order, each once, and each in the array.</param>
    public InvalidationArray Unref(ReadOnlySpan<InvalidationEntry> removed)
    {
        var left = _entries.ToArray();
        var next = 0;
        for (var i = 0; i < left.Length && next < removed.Length; i++)
            if (removed[next].Against(left[i]) == 0)
            {
                left[i] = left[i] with { Users = left[i].Users - 1 };
                next++;
            }

        var length = left.Length;
        while (length > 0 && left[length - 1].Users == 0)
            length--;
        return new InvalidationArray(left[..length]);
    }

    /// <summary>The array without trash.</summary>
    public InvalidationArray Purge() => new([.. _entries.Where(entry => entry.Users > 0)]);

    /// <summary>Somebody needs an entry like this one.</summary>
    public bool Needs(InvalidationEntry wanted)
    {
        foreach (var entry in _entries)
            if (entry.Users > 0 && entry.Against(wanted) == 0)
                return true;
        return false;
    }
}
