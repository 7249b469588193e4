using System.Numerics;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What a TLB lookup finds.</summary>
internal enum TlbHit : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A translation.</summary>
    One,

    /// <summary>
    /// Two translations of different size, on an SMMU that cannot have that: software changed a size without the
    /// procedure of §3.21.1.
    /// </summary>
    Conflict,
}

/// <summary>
/// Translations found by tag and address, whatever stream made them (§3.17). An entry lives until an invalidation that
/// must remove it.
/// </summary>
/// <param name="bbml">How the SMMU copes with changes of size (IDR3.BBML).</param>
/// <param name="changes">Counts what leaves, is replaced, or could be hidden by what enters.</param>
internal sealed class Tlb(BreakBeforeMake bbml, Epoch changes)
{
    // How many entries there are of each size: only sizes in use are probed.
    private readonly int[] _bySize = new int[64];
    private ulong _sizes;
    private int _largestLeaf;
    private int _globals;

    /// <summary>The entries.</summary>
    public PackedTable<TlbEntry> Entries { get; } = new(1024, changes);

    /// <summary>
    /// The translation of an address; the smallest that matches, so that a page outlives the block that replaces it.
    /// </summary>
    /// <param name="tag">Tag of the address space.</param>
    /// <param name="global">Tag of global translations that it may use; the same tag if there are none.</param>
    /// <param name="address">The address.</param>
    /// <param name="hit">Whether there is one.</param>
    public ref readonly TlbEntry Find(
        TranslationTag tag,
        TranslationTag global,
        ulong address,
        out TlbHit hit
    )
    {
        for (var sizes = _sizes; sizes != 0; sizes &= sizes - 1)
        {
            var shift = BitOperations.TrailingZeroCount(sizes);
            ref var found = ref Probe(tag, global, address, shift, out var there);
            if (!there)
                continue;
            hit =
                bbml != BreakBeforeMake.Level2 && HasLarger(tag, global, address, sizes)
                    ? TlbHit.Conflict
                    : TlbHit.One;
            return ref found;
        }
        hit = TlbHit.None;
        return ref Entries.Find(default, out _);
    }

    /// <summary>A leaf may be held: with nT it is not at level 1 of BBML (§3.21.1.2).</summary>
    public bool Takes(bool nT) => !(nT && bbml == BreakBeforeMake.Level1);

    /// <summary>
    /// Room for a translation that is about to be remembered. Whoever asks fills it in place, every field: made somewhere
    /// else and copied, it would cost as much again.
    /// </summary>
    /// <param name="tag">Whose it is.</param>
    /// <param name="address">An address inside.</param>
    /// <param name="shift">log2 of the bytes it covers.</param>
    /// <param name="leafShift">log2 of the bytes that its leaf maps.</param>
    public ref TlbEntry Make(TranslationTag tag, ulong address, int shift, int leafShift)
    {
        var before = Entries.Count;
        ref var entry = ref Entries.FindOrAdd(CacheKey.OfAddress(tag, address, shift));
        if (Entries.Count == before)
            return ref entry;
        _globals += tag.IsGlobal ? 1 : 0;
        _bySize[shift]++;
        _sizes |= 1ul << shift;
        _largestLeaf = Math.Max(_largestLeaf, leafShift);
        // A smaller one comes before a larger, and one of an address space before a global one.
        if (!BitOperations.IsPow2(_sizes) || _globals != 0)
            changes.Advance();
        return ref entry;
    }

    /// <summary>
    /// Remembers the neighbours of a leaf whose Contiguous bit says that they are alike (Arm ARM D8.7), where it counts.
    /// </summary>
    public void AddNeighbours(
        TranslationTag tag,
        ulong address,
        in TlbEntry entry,
        in WalkShape shape
    )
    {
        if (shape.Granule.AllowsContiguous(entry.Level, shape.Wide))
            AddNeighbours(tag, address, entry, shape.Granule.ContiguousCount(entry.Level));
    }

    /// <summary>Adds to a list every translation that an invalidation must remove.</summary>
    public void Collect(in TlbScope scope, List<(CacheKey Key, TlbEntry Entry)> into)
    {
        Span<TranslationTag> tags = stackalloc TranslationTag[3];
        // Every entry made from a leaf goes with any address inside the leaf.
        var widened = scope.Range is { } range ? range.Widened(_largestLeaf) : default;
        if (!scope.IsNarrow(widened, _sizes, Entries.Slots / 16, tags))
        {
            for (var slot = 0; slot < Entries.Slots; slot++)
                if (Entries.IsUsed(slot) && scope.Covers(Entries.KeyAt(slot), in Entries.At(slot)))
                    into.Add((Entries.KeyAt(slot), Entries.At(slot)));
            return;
        }
        for (var sizes = _sizes; sizes != 0; sizes &= sizes - 1)
        {
            var shift = BitOperations.TrailingZeroCount(sizes);
            foreach (var tag in tags)
            {
                var last = CacheKey.OfAddress(tag, widened.Last, shift);
                for (
                    var key = CacheKey.OfAddress(tag, widened.First, shift);
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
        _largestLeaf = 0;
        _globals = 0;
    }

    private ref TlbEntry Probe(
        TranslationTag tag,
        TranslationTag global,
        ulong address,
        int shift,
        out bool found
    )
    {
        var key = CacheKey.OfAddress(tag, address, shift);
        ref var own = ref Entries.Find(key, out found);
        if (found || _globals == 0)
            return ref own;
        return ref Entries.Find(new CacheKey(global.Value, key.Place), out found);
    }

    private bool HasLarger(TranslationTag tag, TranslationTag global, ulong address, ulong sizes)
    {
        for (sizes &= sizes - 1; sizes != 0; sizes &= sizes - 1)
        {
            var shift = BitOperations.TrailingZeroCount(sizes);
            Probe(tag, global, address, shift, out var there);
            if (there)
                return true;
        }
        return false;
    }

    // Each neighbour as if it had been read: with the output and the descriptor that its place in the group gives it.
    private void AddNeighbours(TranslationTag tag, ulong address, TlbEntry entry, int count)
    {
        var bytes = 1ul << entry.Shift;
        var group = bytes * (ulong)count - 1;
        var own = (address & group) >> entry.Shift;
        var neighbour = entry;
        for (var i = 0ul; i < (ulong)count; i++)
        {
            if (i == own)
                continue;
            neighbour.Output = (entry.Output.Value & ~group) | (i << entry.Shift);
            neighbour.Descriptor = unchecked(entry.Descriptor.Value + (8 * (i - own)));
            Make(tag, (address & ~group) | (i << entry.Shift), entry.Shift, entry.LeafShift) =
                neighbour;
        }
    }
}
