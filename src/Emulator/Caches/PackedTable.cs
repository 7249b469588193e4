using System.Numerics;

namespace SmmuConformance.Emulator;

/// <summary>
/// A hash table that grows and never evicts: open addressing, linear probing, keys beside one another in memory. A
/// probe costs one multiplication and usually one cache line; nothing is allocated but by growth.
/// </summary>
internal sealed class PackedTable<T>
    where T : struct
{
    // A tag has fewer than 63 bits, so this one tells a used slot from a free one.
    private const ulong Used = 1ul << 63;

    private CacheKey[] _keys;
    private T[] _entries;
    private int _shift;
    private T _none;
    private readonly Epoch? _changes;

    /// <summary>An empty table.</summary>
    /// <param name="slots">Slots to begin with, a power of two.</param>
    /// <param name="changes">Counts what is removed or replaced; null if nobody depends on it.</param>
    public PackedTable(int slots = 64, Epoch? changes = null)
    {
        _changes = changes;
        _keys = new CacheKey[slots];
        _entries = new T[slots];
        _shift = 64 - BitOperations.Log2((uint)slots);
    }

    /// <summary>Entries held.</summary>
    public int Count { get; private set; }

    /// <summary>Slots to walk over with <see cref="IsUsed"/>.</summary>
    public int Slots => _keys.Length;

    /// <summary>The slot holds an entry.</summary>
    public bool IsUsed(int slot) => _keys[slot].Tag != 0;

    /// <summary>Key of a used slot.</summary>
    public CacheKey KeyAt(int slot) => new CacheKey(_keys[slot].Tag & ~Used, _keys[slot].Place);

    /// <summary>Entry of a used slot.</summary>
    public ref T At(int slot) => ref _entries[slot];

    /// <summary>The entry under a key; a reference to nothing useful if there is none.</summary>
    public ref T Find(CacheKey key, out bool found)
    {
        var keys = _keys;
        var marked = new CacheKey(key.Tag | Used, key.Place);
        for (var slot = Home(key); ; slot = (slot + 1) & (keys.Length - 1))
        {
            if (keys[slot] == marked)
            {
                found = true;
                return ref _entries[slot];
            }
            if (keys[slot].Tag == 0)
            {
                found = false;
                return ref _none;
            }
        }
    }

    /// <summary>The entry under a key, made if it is not there; it then holds anything, and is to be overwritten.</summary>
    public ref T FindOrAdd(CacheKey key)
    {
        if (2 * (Count + 1) > _keys.Length)
            Grow();
        var marked = new CacheKey(key.Tag | Used, key.Place);
        var slot = Home(key);
        while (_keys[slot].Tag != 0 && _keys[slot] != marked)
            slot = (slot + 1) & (_keys.Length - 1);
        if (_keys[slot].Tag == 0)
        {
            _keys[slot] = marked;
            Count++;
        }
        else
        {
            _changes?.Advance();
        }
        return ref _entries[slot];
    }

    /// <summary>Forgets a key; false if it was not there.</summary>
    public bool Remove(CacheKey key)
    {
        var marked = new CacheKey(key.Tag | Used, key.Place);
        var hole = Home(key);
        while (_keys[hole] != marked)
        {
            if (_keys[hole].Tag == 0)
                return false;
            hole = (hole + 1) & (_keys.Length - 1);
        }
        Count--;
        _changes?.Advance();

        // Entries that a probe would no longer reach across the hole move into it.
        var mask = _keys.Length - 1;
        for (var next = (hole + 1) & mask; _keys[next].Tag != 0; next = (next + 1) & mask)
        {
            var home = Home(_keys[next]);
            if (((next - home) & mask) < ((next - hole) & mask))
                continue;
            _keys[hole] = _keys[next];
            _entries[hole] = _entries[next];
            hole = next;
        }
        _keys[hole] = default;
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_keys);
        Count = 0;
        _changes?.Advance();
    }

    private int Home(CacheKey key)
    {
        // Odd constants without structure; the high bits of the product depend on every bit of the key.
        var hash = unchecked(
            ((key.Tag & ~Used) * 0xd6e8feb86659fd93) ^ (key.Place * 0x9e3779b97f4a7c15)
        );
        return (int)(unchecked((hash ^ (hash >> 32)) * 0x9e3779b97f4a7c15) >> _shift);
    }

    private void Grow()
    {
        var (keys, entries) = (_keys, _entries);
        _keys = new CacheKey[2 * keys.Length];
        _entries = new T[2 * keys.Length];
        _shift--;
        Count = 0;
        for (var slot = 0; slot < keys.Length; slot++)
            if (keys[slot].Tag != 0)
                FindOrAdd(new CacheKey(keys[slot].Tag & ~Used, keys[slot].Place)) = entries[slot];
    }
}
