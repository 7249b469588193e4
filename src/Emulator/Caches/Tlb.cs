using System.Numerics;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A translation of one page or block.</summary>
internal struct TlbEntry
{
    /// <summary>Base of the output.</summary>
    public PhysicalAddress Output;

    /// <summary>Address of the leaf descriptor.</summary>
    public PhysicalAddress At;

    /// <summary>The leaf descriptor.</summary>
    public ulong Word;

    /// <summary>The stream whose transaction, or prefetch, made the entry.</summary>
    public StreamId Stream;

    /// <summary>Its substream.</summary>
    public SubstreamId Substream;

    /// <summary>It had one.</summary>
    public bool SubstreamValid;

    /// <summary>What the leaf permits, under the CD and the tables of the time.</summary>
    public Permissions Permissions;

    /// <summary>log2 of the bytes it covers.</summary>
    public byte Shift;

    /// <summary>Level of the leaf.</summary>
    public byte Level;

    /// <summary>log2 of the page size of its tables.</summary>
    public byte PageShift;
}

/// <summary>
/// Translations found by tag and address, whatever stream made them (§3.17). An entry lives until an invalidation that
/// must remove it.
/// </summary>
internal sealed class Tlb
{
    // How many entries there are of each size: only sizes in use are probed.
    private readonly int[] _bySize = new int[64];
    private ulong _sizes;
    private int _globals;

    /// <summary>The entries.</summary>
    public PackedTable<TlbEntry> Entries { get; } = new(1024);

    /// <summary>
    /// The translation of an address; the smallest that matches, so that a page outlives the block that replaces it.
    /// </summary>
    public ref readonly TlbEntry Find(in Stage1Context context, ulong address, out bool found)
    {
        for (var sizes = _sizes; sizes != 0; sizes &= sizes - 1)
        {
            var shift = BitOperations.TrailingZeroCount(sizes);
            var key = CacheKey.OfAddress(context.Tag, address, shift);
            ref var own = ref Entries.Find(key, out found);
            if (found)
                return ref own;
            if (_globals == 0)
                continue;
            ref var shared = ref Entries.Find(
                new CacheKey(context.GlobalTag.Value, key.Place),
                out found
            );
            if (found)
                return ref shared;
        }
        return ref Entries.Find(default, out found);
    }

    /// <summary>Remembers a translation.</summary>
    public void Add(TranslationTag tag, ulong address, in TlbEntry entry)
    {
        var before = Entries.Count;
        Entries.FindOrAdd(CacheKey.OfAddress(tag, address, entry.Shift)) = entry;
        if (Entries.Count == before)
            return;
        _globals += tag.IsGlobal ? 1 : 0;
        _bySize[entry.Shift]++;
        _sizes |= 1ul << entry.Shift;
    }

    /// <summary>Adds to a list every translation that an invalidation must remove.</summary>
    public void Collect(in TlbScope scope, List<(CacheKey Key, TlbEntry Entry)> into)
    {
        Span<TranslationTag> tags = stackalloc TranslationTag[3];
        if (!scope.IsNarrow(_sizes, Entries.Slots / 16, tags))
        {
            for (var slot = 0; slot < Entries.Slots; slot++)
                if (Entries.IsUsed(slot) && scope.Covers(Entries.KeyAt(slot), in Entries.At(slot)))
                    into.Add((Entries.KeyAt(slot), Entries.At(slot)));
            return;
        }
        var range = scope.Range!.Value;
        for (var sizes = _sizes; sizes != 0; sizes &= sizes - 1)
        {
            var shift = BitOperations.TrailingZeroCount(sizes);
            foreach (var tag in tags)
            {
                var last = CacheKey.OfAddress(tag, range.Last, shift);
                for (
                    var key = CacheKey.OfAddress(tag, range.First, shift);
                    key.Place <= last.Place;
                    key = key.Next
                )
                {
                    ref var entry = ref Entries.Find(key, out var found);
                    if (found && scope.Covers(key, in entry))
                        into.Add((key, entry));
                }
            }
        }
    }

    /// <summary>Forgets a translation; false if there was none.</summary>
    public bool Remove(CacheKey key)
    {
        if (!Entries.Remove(key))
            return false;
        _globals -= key.Translation.IsGlobal ? 1 : 0;
        if (--_bySize[key.Shift] == 0)
            _sizes &= ~(1ul << key.Shift);
        return true;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Entries.Clear();
        Array.Clear(_bySize);
        _sizes = 0;
        _globals = 0;
    }
}
