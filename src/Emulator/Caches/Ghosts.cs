using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Looks through everything that is cached for what still leads into a range of memory.</summary>
internal readonly struct Ghosts(SmmuCaches caches, PhysicalAddress start, ulong bytes)
{
    /// <summary>A cached copy that leads there, in words; null if none does.</summary>
    public string? First() =>
        StreamStructures() ?? ContextStructures() ?? Tables() ?? Translations();

    private string? StreamStructures()
    {
        var level1s = caches.Configuration.L1Stds;
        for (var slot = 0; slot < level1s.Slots; slot++)
        {
            if (!level1s.IsUsed(slot))
                continue;
            var level1 = level1s.At(slot).Value;
            if (level1.Valid && Holds(level1.L2Ptr, 64ul * (uint)level1.Entries))
                return $"L1STD of stream 0x{level1s.KeyAt(slot).Place << (int)level1s.KeyAt(slot).Tag:x}";
        }
        var stes = caches.Configuration.Stes;
        for (var slot = 0; slot < stes.Slots; slot++)
        {
            if (!stes.IsUsed(slot) || stes.At(slot).Broken is not null)
                continue;
            ref var entry = ref stes.At(slot);
            var contexts = ContextTableBytes(in entry);
            if (
                (entry.Ste.Stage1 && !entry.Ste.Stage2 && Holds(entry.Ste.S1ContextPtr, contexts))
                || (entry.Ste.Stage2 && Holds(entry.Stage2.Shape.Table, 8))
            )
                return $"STE of stream 0x{stes.KeyAt(slot).Place:x}";
        }
        return null;

        static ulong ContextTableBytes(in SteEntry entry)
        {
            var leafBits = ContextTable.LeafBits(in entry.Ste, entry.Substreams);
            if (!entry.Substreams)
                return 64;
            return leafBits == 0
                ? 64ul << entry.Ste.S1CDMax
                : 8ul << Math.Max(0, entry.Ste.S1CDMax - leafBits);
        }
    }

    private string? ContextStructures()
    {
        var level1s = caches.Configuration.L1Cds;
        for (var slot = 0; slot < level1s.Slots; slot++)
        {
            if (!level1s.IsUsed(slot) || IsNested(level1s.KeyAt(slot).Tag))
                continue;
            var level1 = level1s.At(slot).Value;
            var key = level1s.KeyAt(slot);
            if (level1.V && Holds(level1.L2Ptr, 64ul << (int)(key.Place & 0xff)))
                return $"L1CD of stream 0x{key.Tag:x}, CD 0x{key.Place >> 8 << (int)(key.Place & 0xff):x}";
        }
        var cds = caches.Configuration.Cds;
        for (var slot = 0; slot < cds.Slots; slot++)
        {
            if (!cds.IsUsed(slot) || cds.At(slot).Broken is not null)
                continue;
            ref var entry = ref cds.At(slot);
            if (entry.NotModelled || IsNested(cds.KeyAt(slot).Tag))
                continue;
            if (
                (entry.Context.Lower.Walks && Holds(entry.Context.Lower.Shape.Table, 8))
                || (entry.Context.Upper.Walks && Holds(entry.Context.Upper.Shape.Table, 8))
            )
                return $"CD 0x{cds.KeyAt(slot).Place:x} of stream 0x{cds.KeyAt(slot).Tag:x}";
        }
        return null;
    }

    private string? Tables()
    {
        return In(caches.Stage1Walks, CachedKind.Walk, this)
            ?? In(caches.Stage2Walks, CachedKind.Stage2Walk, this);

        static string? In(WalkCache walks, CachedKind kind, Ghosts ghosts)
        {
            var entries = walks.Entries;
            for (var slot = 0; slot < entries.Slots; slot++)
            {
                if (!entries.IsUsed(slot))
                    continue;
                ref var entry = ref entries.At(slot);
                // Of a nested walk only what stage 2 made of the address is a physical one.
                var nested = entry.Span != 0;
                var table = nested
                    ? new PhysicalAddress(
                        entry.Physical.Value | (entry.Table.Value & ((1ul << entry.Span) - 1))
                    )
                    : entry.Table;
                if ((nested || !entry.Nested) && ghosts.Holds(table, 8))
                    return $"{kind} {StaleText.Subject(kind, entries.KeyAt(slot))}";
            }
            return null;
        }
    }

    private string? Translations()
    {
        return In(caches.Stage1, CachedKind.Tlb, this)
            ?? In(caches.Stage2, CachedKind.Stage2Tlb, this)
            ?? In(caches.Combined, CachedKind.NestedTlb, this);

        static string? In(Tlb tlb, CachedKind kind, Ghosts ghosts)
        {
            var entries = tlb.Entries;
            for (var slot = 0; slot < entries.Slots; slot++)
            {
                if (!entries.IsUsed(slot))
                    continue;
                ref var entry = ref entries.At(slot);
                // Stage 1 of a nested translation puts out an IPA.
                if (kind == CachedKind.Tlb && ghosts.IsNested(entry.Stream.Value))
                    continue;
                if (ghosts.Holds(entry.Output, 1ul << entry.Shift))
                    return $"{kind} {StaleText.Subject(kind, entries.KeyAt(slot))}";
            }
            return null;
        }
    }

    private bool IsNested(ulong stream)
    {
        ref var ste = ref caches.Configuration.Stes.Find(
            ConfigurationCache.OfSte((uint)stream),
            out var found
        );
        return found && ste.Ste.Nested;
    }

    // The two ranges have a byte in common.
    private bool Holds(PhysicalAddress at, ulong size) =>
        at.Value < start.Value + bytes && start.Value < at.Value + size;
}
