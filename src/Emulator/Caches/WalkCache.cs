using System.Numerics;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A table descriptor that a walk has read.</summary>
internal struct WalkEntry
{
    /// <summary>Base of the table it points to: an IPA at a nested stage 1.</summary>
    public PhysicalAddress Table;

    /// <summary>
    /// Of a nested stage 1: base of the memory in which the table starts, once stage 2 has been asked; what makes this an
    /// entry of both stages (§16.2.1).
    /// </summary>
    public PhysicalAddress Physical;

    /// <summary>log2 of the bytes from <see cref="Physical"/> on; 0 while stage 2 has not been asked.</summary>
    public byte Span;

    /// <summary>Attributes of accesses to the table, after stage 2.</summary>
    public MemoryAttributes Access;

    /// <summary>Address of the descriptor.</summary>
    public PhysicalAddress At;

    /// <summary>The descriptor.</summary>
    public ulong Word;

    /// <summary>What it and the tables above took away.</summary>
    public TableLimits Limits;

    /// <summary>The table lies in IPA space.</summary>
    public bool Nested;

    /// <summary>CD.ASET: the address space is not shared with PEs.</summary>
    public bool ASET;

    /// <summary>Its level.</summary>
    public sbyte Level;

    /// <summary>log2 of the page size of its tables.</summary>
    public byte PageShift;
}

/// <summary>
/// Table descriptors seen by walks, found by tag and address. A later walk starts below the deepest one, so a table
/// that was replaced or freed is still read until an invalidation that covers tables (§3.21.1, §16.2).
/// </summary>
internal sealed class WalkCache
{
    // Sizes that were ever in use: tables of one granule have two or three.
    private ulong _sizes;

    /// <summary>The entries.</summary>
    public PackedTable<WalkEntry> Entries { get; } = new(256);

    /// <summary>The deepest cached table on the way to an address.</summary>
    public ref WalkEntry Find(
        TranslationTag tag,
        ulong address,
        scoped in WalkShape shape,
        out bool found
    )
    {
        for (var level = 2; level >= shape.StartLevel; level--)
        {
            var shift = shape.Granule.LevelShift(level);
            if ((_sizes >> shift & 1) == 0)
                continue;
            ref var entry = ref Entries.Find(CacheKey.OfAddress(tag, address, shift), out found);
            if (found)
                return ref entry;
        }
        return ref Entries.Find(default, out found);
    }

    /// <summary>Remembers the table descriptor that a walk has just passed.</summary>
    public ref WalkEntry Add(
        TranslationTag tag,
        ulong address,
        scoped in WalkShape shape,
        scoped in WalkResult walk
    )
    {
        var key = CacheKey.OfAddress(tag, address, shape.Granule.LevelShift(walk.Level));
        _sizes |= 1ul << key.Shift;
        ref var entry = ref Entries.FindOrAdd(key);
        entry = new WalkEntry
        {
            Table = walk.Output,
            At = walk.At,
            Word = walk.Word,
            Limits = walk.Limits,
            Level = (sbyte)walk.Level,
            PageShift = (byte)shape.Granule.PageShift,
        };
        return ref entry;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Entries.Clear();
        _sizes = 0;
    }

    /// <summary>Adds to a list every table descriptor that an invalidation must remove.</summary>
    public void Collect(in TlbScope scope, List<CacheKey> into)
    {
        if (scope.Leaf)
            return;
        Span<TranslationTag> tags = stackalloc TranslationTag[3];
        var range = scope.Range ?? default;
        if (!scope.IsNarrow(range, _sizes, Entries.Slots / 16, tags))
        {
            for (var slot = 0; slot < Entries.Slots; slot++)
                if (Entries.IsUsed(slot) && scope.Covers(Entries.KeyAt(slot), in Entries.At(slot)))
                    into.Add(Entries.KeyAt(slot));
            return;
        }
        for (var sizes = _sizes; sizes != 0; sizes &= sizes - 1)
        {
            var shift = BitOperations.TrailingZeroCount(sizes);
            var last = CacheKey.OfAddress(tags[0], range.Last, shift);
            for (
                var key = CacheKey.OfAddress(tags[0], range.First, shift);
                key.Place <= last.Place;
                key = key.Next
            )
            {
                ref var entry = ref Entries.Find(key, out var found);
                if (found && scope.Covers(key, in entry))
                    into.Add(key);
            }
        }
    }
}
