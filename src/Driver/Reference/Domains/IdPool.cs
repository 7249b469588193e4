namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Identifiers, lowest free one first. One pool for all SMMUs: a domain keeps its tag wherever it is attached, an address
/// space its PASID. Give one back only when no hardware can hold anything with it any more.
/// </summary>
/// <param name="first">The lowest that is given out.</param>
internal sealed class IdPool(uint first)
{
    private readonly SortedSet<uint> _returned = [];
    private readonly uint _first = first;
    private uint _next = first;

    /// <summary>Takes the lowest free identifier of so many bits; null if all are taken.</summary>
    /// <param name="bits">Width: 1 to 20.</param>
    public uint? Take(int bits)
    {
        // Those that came back are all below those that were never given out.
        var id = _returned.Count > 0 ? _returned.Min : _next;
        if (id >> bits != 0)
            return null;
        if (!_returned.Remove(id))
            _next++;
        return id;
    }

    /// <summary>Takes an identifier that somebody else has chosen; false if it is taken.</summary>
    public bool TryTake(uint id)
    {
        if (id < _first)
            return false;
        // Those below it that were never given out are as good as returned.
        while (_next <= id)
            _returned.Add(_next++);
        return _returned.Remove(id);
    }

    /// <summary>Gives an identifier back.</summary>
    public void Return(uint id) => _returned.Add(id);
}
