using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Compares translations and table descriptors that an SMMU remembers with what a walk of memory finds.</summary>
internal sealed class StaleTranslations(PhysicalMemory memory, SmmuCaches caches)
{
    private readonly TableWalk _walk = new(memory, cache: null);
    private readonly HashSet<CacheKey> _told = [];

    /// <summary>Adds every entry that one of these address spaces can reach and that is out of date.</summary>
    public void Add(IEnumerable<Stage1Context> contexts, List<StaleEntry> stale)
    {
        foreach (var context in contexts)
        {
            Translations(in context, stale);
            Tables(in context, stale);
        }
    }

    private void Translations(in Stage1Context context, List<StaleEntry> stale)
    {
        var entries = caches.Tlb.Entries;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot))
                continue;
            var key = entries.KeyAt(slot);
            if (key.Translation != context.Tag && key.Translation != context.GlobalTag)
                continue;
            ref var cached = ref entries.At(slot);
            if (Difference(in context, key, in cached) is { } now && _told.Add(key))
            {
                stale.Add(
                    new StaleEntry(
                        CachedKind.Tlb,
                        Subject(key),
                        $"{cached.Output} {cached.Permissions}, descriptor 0x{cached.Word:x}",
                        now,
                        Removal(key, leaf: true)
                    )
                );
            }
        }
    }

    private void Tables(in Stage1Context context, List<StaleEntry> stale)
    {
        var entries = caches.Walks.Entries;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot) || entries.KeyAt(slot).Translation != context.Tag)
                continue;
            var key = entries.KeyAt(slot);
            ref var cached = ref entries.At(slot);
            if (!Half(in context, key.First, out var half, out var address))
                continue;
            var now = _walk.Walk(in context, in half, address, 0, cached.Level);
            var agrees =
                now.End == WalkEnd.Table
                && now.Output == cached.Table
                && now.Limits == cached.Limits;
            if (!agrees && _told.Add(new CacheKey(~key.Tag, key.Place)))
            {
                stale.Add(
                    new StaleEntry(
                        CachedKind.Walk,
                        Subject(key),
                        $"table {cached.Table} {cached.Limits}, descriptor 0x{cached.Word:x}",
                        Describe(in now),
                        Removal(key, leaf: false)
                    )
                );
            }
        }
    }

    // What memory says where it disagrees, or null. Tables may have been split since, so each leaf is looked at.
    private string? Difference(in Stage1Context context, CacheKey key, in TlbEntry cached)
    {
        for (var at = key.First; at <= key.Last; )
        {
            if (!Half(in context, at, out var half, out var address))
                return null;
            var walk = _walk.Walk(in context, in half, address, 0);
            if (walk.End != WalkEnd.Leaf)
                return Describe(in walk);
            var leaf = new Stage1Leaf([walk.Word]);
            var now = Stage1.EntryOf(in context, in half, default, in walk, in leaf);
            var size = 1ul << Math.Min(now.Shift, cached.Shift);
            var expected = cached.Output.Value + (at - key.First);
            var output = now.Output.Value + (at & ((1ul << now.Shift) - 1));
            if (output != expected || now.Permissions != cached.Permissions)
                return $"{now.Output} {now.Permissions}, descriptor 0x{walk.Word:x}";
            if (!leaf.AF && !context.AFFD)
                return $"AF=0, descriptor 0x{walk.Word:x}";
            if (at > ulong.MaxValue - size)
                break;
            at += size;
        }
        return null;
    }

    private static bool Half(
        in Stage1Context context,
        ulong at,
        out Stage1Half half,
        out ulong address
    )
    {
        address = at;
        var inside = AddressRange.Select(in context, ref address, out var upper);
        half = upper ? context.Upper : context.Lower;
        return inside && half.Walks;
    }

    private static string Describe(in WalkResult walk) =>
        walk.End switch
        {
            WalkEnd.ExternalAbort => $"external abort at {walk.At}",
            WalkEnd.TableFlag =>
                $"AF=0 in the table at level {walk.Level}, descriptor 0x{walk.Word:x}",
            WalkEnd.TooLarge =>
                $"address too large at level {walk.Level}, descriptor 0x{walk.Word:x}",
            WalkEnd.NoDescriptor => $"invalid at level {walk.Level}, descriptor 0x{walk.Word:x}",
            WalkEnd.Table => $"table {walk.Output} {walk.Limits}, descriptor 0x{walk.Word:x}",
            _ => $"leaf {walk.Output} at level {walk.Level}, descriptor 0x{walk.Word:x}",
        };

    private static string Subject(CacheKey key) =>
        $"{key.Translation} VA 0x{key.First:x}-0x{key.Last:x}";

    private static string Removal(CacheKey key, bool leaf)
    {
        var tag = key.Translation;
        var address = $"Address=0x{key.First:x}{(leaf ? "" : " Leaf=0")}";
        return tag.World switch
        {
            StreamWorld.NsEl1 when tag.IsGlobal => $"CMD_TLBI_NH_VAA VMID={tag.Vmid} {address}",
            StreamWorld.NsEl1 => $"CMD_TLBI_NH_VA VMID={tag.Vmid} ASID={tag.Asid} {address}",
            StreamWorld.NsEl2E2h => $"CMD_TLBI_EL2_VA ASID={tag.Asid} {address}",
            _ => $"CMD_TLBI_EL2_VA {address}",
        };
    }
}
