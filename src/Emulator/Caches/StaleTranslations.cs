using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Compares translations and table descriptors that an SMMU remembers with what a walk of memory finds. Walks memory
/// without the caches, and sets no flag.
/// </summary>
internal sealed class StaleTranslations
{
    private readonly SmmuCaches _caches;
    private readonly Stage2Walk _stage2Walk;
    private readonly Stage2 _stage2;
    private readonly Stage1Walk _stage1Walk;
    private readonly HashSet<(CachedKind, CacheKey)> _told = [];

    public StaleTranslations(SmmuPort port, SmmuCaches caches)
    {
        _caches = caches;
        var updater = new DescriptorUpdater(port, writes: false);
        _stage2Walk = new Stage2Walk(port, cache: null, updater);
        _stage2 = new Stage2(port, caches: null, updater);
        _stage1Walk = new Stage1Walk(port, cache: null, _stage2, updater);
    }

    /// <summary>Adds every entry of stage 1, or of both stages in one, that one address space can reach and that is out of date.</summary>
    public void Add(in SteEntry ste, in Stage1Context context, List<StaleEntry> stale)
    {
        Translations(in ste, in context, _caches.Stage1, CachedKind.Tlb, stale);
        if (ste.Ste.Stage2)
            Translations(in ste, in context, _caches.Combined, CachedKind.NestedTlb, stale);
        Tables(in ste, in context, stale);
    }

    /// <summary>Adds every entry of stage 2 that one virtual machine can reach and that is out of date.</summary>
    public void Add(in Stage2Context context, List<StaleEntry> stale)
    {
        var entries = _caches.Stage2.Entries;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot) || entries.KeyAt(slot).Translation != context.Tag)
                continue;
            var key = entries.KeyAt(slot);
            ref var cached = ref entries.At(slot);
            if (Difference(in context, key, in cached) is { } now)
                Tell(stale, CachedKind.Stage2Tlb, key, StaleText.Of(in cached), now);
        }
        Tables(in context, stale);
    }

    private void Translations(
        in SteEntry ste,
        in Stage1Context context,
        Tlb tlb,
        CachedKind kind,
        List<StaleEntry> stale
    )
    {
        var entries = tlb.Entries;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot))
                continue;
            var key = entries.KeyAt(slot);
            if (key.Translation != context.Tag && key.Translation != context.GlobalTag)
                continue;
            ref var cached = ref entries.At(slot);
            var both = kind == CachedKind.NestedTlb;
            if (Difference(in ste, in context, key, in cached, both) is { } now)
                Tell(stale, kind, key, StaleText.Of(in cached), now);
        }
    }

    private void Tables(in SteEntry ste, in Stage1Context context, List<StaleEntry> stale)
    {
        var entries = _caches.Stage1Walks.Entries;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot) || entries.KeyAt(slot).Translation != context.Tag)
                continue;
            var key = entries.KeyAt(slot);
            ref var cached = ref entries.At(slot);
            if (!Half(in context, key.First, out var half, out var address))
                continue;
            var walk = default(WalkResult);
            var fault = default(TranslationFault);
            var end = _stage1Walk.Walk(
                in context,
                in half,
                in ste,
                address,
                default,
                ref walk,
                ref fault,
                cached.Level
            );
            var agrees =
                end == WalkEnd.Table
                && walk.Output == cached.Table
                && walk.Limits == cached.Limits
                && !HasMoved(in ste, in cached);
            if (!agrees)
                Tell(
                    stale,
                    CachedKind.Walk,
                    key,
                    StaleText.Of(in cached),
                    StaleText.Of(end, in walk)
                );
        }
    }

    private void Tables(in Stage2Context context, List<StaleEntry> stale)
    {
        var entries = _caches.Stage2Walks.Entries;
        for (var slot = 0; slot < entries.Slots; slot++)
        {
            if (!entries.IsUsed(slot) || entries.KeyAt(slot).Translation != context.Tag)
                continue;
            var key = entries.KeyAt(slot);
            ref var cached = ref entries.At(slot);
            if (!key.First.Fits(context.Shape.InputBits))
                continue;
            var walk = default(WalkResult);
            var end = _stage2Walk.Walk(
                in context,
                key.First,
                default,
                speculative: false,
                ref walk,
                cached.Level
            );
            if (end != WalkEnd.Table || walk.Output != cached.Table)
                Tell(
                    stale,
                    CachedKind.Stage2Walk,
                    key,
                    StaleText.Of(in cached),
                    StaleText.Of(end, in walk)
                );
        }
    }

    // Stage 2 has since put the memory of a nested table somewhere else.
    private bool HasMoved(in SteEntry ste, in WalkEntry cached)
    {
        if (cached.Span == 0 || !ste.Ste.Stage2)
            return false;
        var fault = default(TranslationFault);
        var request = new Stage2Request
        {
            Address = cached.Table.Value,
            Needed = Permissions.PrivilegedRead,
            Class = EventClass.TTD,
        };
        ref readonly var now = ref _stage2.Translate(
            in ste.Stage2,
            in request,
            default,
            ref fault,
            out var translated
        );
        var inside = (1ul << cached.Span) - 1;
        return !translated
            || now.At(cached.Table.Value).Value
                != (cached.Physical.Value | (cached.Table.Value & inside));
    }

    // What memory says where it disagrees, or null. Tables may have been split since, so each leaf is looked at.
    private string? Difference(
        in SteEntry ste,
        in Stage1Context context,
        CacheKey key,
        in TlbEntry cached,
        bool both
    )
    {
        for (var at = key.First; at <= key.Last; )
        {
            if (!Half(in context, at, out var half, out var address))
                return null;
            var walk = default(WalkResult);
            var fault = default(TranslationFault);
            var end = _stage1Walk.Walk(
                in context,
                in half,
                in ste,
                address,
                default,
                ref walk,
                ref fault
            );
            if (end != WalkEnd.Leaf)
                return StaleText.Of(end, in walk);
            var leaf = new Stage1Leaf(walk.Word);
            if (!leaf.AF && !context.AFFD && !context.UpdatesAccessFlag)
                return $"AF=0, descriptor 0x{walk.Word:x}";
            var now = default(TlbEntry);
            Stage1.Fill(ref now, in context, in half, in walk, in leaf, default, both);
            if (both && !Join(in ste, ref now, at, out var refused))
                return refused;
            var size = 1ul << Math.Min(now.Shift, cached.Shift);
            if (!Agree(in cached, key, in now, at))
                return StaleText.Of(in now);
            if (at > ulong.MaxValue - size)
                break;
            at += size;
        }
        return null;
    }

    // What memory says of an IPA where it disagrees, or null.
    private string? Difference(in Stage2Context context, CacheKey key, in TlbEntry cached)
    {
        for (var at = key.First; at <= key.Last; )
        {
            var fault = default(TranslationFault);
            var request = new Stage2Request { Address = at, Class = EventClass.IN };
            ref readonly var now = ref _stage2.Translate(
                in context,
                in request,
                default,
                ref fault,
                out var translated
            );
            if (!translated)
                return $"stage 2 {fault.Kind} at IPA 0x{at:x}";
            if (!Agree(in cached, key, in now, at))
                return StaleText.Of(in now);
            at += 1ul << Math.Min(now.Shift, cached.Shift);
        }
        return null;
    }

    private bool Join(in SteEntry ste, ref TlbEntry now, ulong at, out string refused)
    {
        refused = "";
        var fault = default(TranslationFault);
        var ipa = now.At(at).Value;
        var request = new Stage2Request { Address = ipa, Class = EventClass.IN };
        ref readonly var second = ref _stage2.Translate(
            in ste.Stage2,
            in request,
            default,
            ref fault,
            out var translated
        );
        if (!translated)
        {
            refused = $"stage 2 {fault.Kind} at IPA 0x{ipa:x}";
            return false;
        }
        var first = now;
        now = Nested.Join(in first, in second, ipa);
        return true;
    }

    private static bool Agree(in TlbEntry cached, CacheKey key, in TlbEntry now, ulong at) =>
        now.At(at).Value == cached.Output.Value + (at - key.First)
        && now.Stage1Permissions == cached.Stage1Permissions
        && now.Stage2Permissions == cached.Stage2Permissions
        && now.Attributes == cached.Attributes;

    private void Tell(
        List<StaleEntry> stale,
        CachedKind kind,
        CacheKey key,
        string cached,
        string now
    )
    {
        if (_told.Add((kind, key)))
            stale.Add(
                new StaleEntry(
                    kind,
                    StaleText.Subject(kind, key),
                    cached,
                    now,
                    StaleText.Removal(kind, key)
                )
                {
                    Key = key,
                }
            );
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
}
