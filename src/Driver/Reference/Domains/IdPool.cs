namespace SmmuConformance.Driver.Reference;

/// <summary>
/// Identifiers that tag TLB entries, lowest free one first. One pool for all SMMUs: a domain keeps its tag wherever it
/// is attached. Give a tag back only when no TLB can hold an entry with it any more.
/// </summary>
/// <param name="first">The lowest that is given out.</param>
internal sealed class IdPool(ushort first)
{
    private readonly bool[] _taken = new bool[1 << 16];

    /// <summary>Takes the lowest free identifier of so many bits; null if all are taken.</summary>
    /// <param name="bits">Width: 8 or 16.</param>
    public ushort? Take(int bits)
    {
        for (int id = first; id < 1 << bits; id++)
        {
            if (_taken[id])
                continue;
            _taken[id] = true;
            return (ushort)id;
        }

        return null;
    }

    /// <summary>Gives an identifier back.</summary>
    public void Return(ushort id) => _taken[id] = false;
}
