using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Stage 1 translation through one CD: TLB, walk, Access flag, permissions (§7.3.22). Where the stream is nested its
/// output is an IPA, and <see cref="Nested"/> goes on from there.
/// </summary>
/// <param name="port">Memory as this SMMU sees it.</param>
/// <param name="caches">What was translated before, or null to walk every time.</param>
/// <param name="stage2">Translates the addresses of descriptors where the stream is nested.</param>
/// <param name="updater">Sets flags of descriptors.</param>
internal sealed class Stage1(
    SmmuPort port,
    SmmuCaches? caches,
    Stage2 stage2,
    DescriptorUpdater updater
)
{
    private readonly Stage1Walk _walk = new(port, caches?.Stage1Walks, stage2, updater);
    private readonly Tlb? _tlb = caches?.Stage1;

    // The last translation made, where no TLB holds it.
    private TlbEntry _made;

    /// <summary>Is told of every descriptor that is read.</summary>
    public ISmmuObserver? Observer
    {
        get => _walk.Observer;
        set => _walk.Observer = value;
    }

    /// <summary>Translates an access whose overrides have been applied.</summary>
    /// <param name="context">The CD.</param>
    /// <param name="ste">The entry.</param>
    /// <param name="access">The access.</param>
    /// <param name="needed">Permissions that must all be there.</param>
    /// <param name="address">The input address; leaves with an ignored top byte replaced by the sign.</param>
    /// <param name="fault">What is wrong, if it is refused.</param>
    /// <param name="hit">Whether it is translated, and how.</param>
    /// <returns>The translation, until the next one is asked for.</returns>
    public ref readonly TlbEntry Translate(
        scoped in Stage1Context context,
        scoped in SteEntry ste,
        scoped in Transaction access,
        Permissions needed,
        scoped ref ulong address,
        scoped ref TranslationFault fault,
        out StageEnd hit
    )
    {
        hit = StageEnd.Refused;

        // 1. The address must be inside the range of TTB0 or TTB1. §3.4.1
        if (!AddressRange.Select(in context, ref address, out var upper))
            return ref Refused(ref fault, TranslationFaultKind.Translation);
        ref readonly var half = ref context.Lower;
        if (upper)
            half = ref context.Upper;

        // 2. A cached translation will do, whatever the tables say now, and even if walks are disabled. §5.4.1.1
        if (_tlb is not null)
        {
            ref readonly var entry = ref _tlb.Find(
                context.Tag,
                context.GlobalTag,
                address,
                out var found
            );
            if (found == TlbHit.Conflict)
                return ref Refused(ref fault, TranslationFaultKind.TlbConflict);
            if (found == TlbHit.One && !MustBeMarked(entry.Stage1Permissions, needed))
            {
                if (Permit(in entry, in access, needed, ref fault))
                    hit = StageEnd.FromTlb;
                return ref entry;
            }
        }

        // 3. Walks must be enabled, and unprivileged access to this half permitted. §5.4, EPD0 and E0PD0
        if (!half.Walks || (half.UserBarred && !access.Privileged))
            return ref Refused(ref fault, TranslationFaultKind.Translation);

        // 4. The walk must reach a leaf, whose Access flag is set or does not count. §7.3.12 - §7.3.15
        var walk = default(WalkResult);
        if (!Fetch(in context, in half, in ste, in access, needed, address, ref walk, ref fault))
            return ref _made;

        // 5. Now it is a translation, and may be remembered. §3.21.1
        var leaf = new Stage1Leaf(walk.Word);
        var tag = leaf.nG ? context.Tag : context.GlobalTag;
        var shift = half.Shape.Granule.LevelShift(walk.Level);
        ref var made = ref _made;
        if (_tlb is not null && _tlb.Takes(leaf.nT))
            made = ref _tlb.Make(tag, address, shift, shift);
        Fill(ref made, in context, in half, in walk, in leaf, in access, ste.Ste.Stage2);
        if (
            leaf.Contiguous
            && !context.UpdatesAccessFlag
            && _tlb is not null
            && _tlb.Takes(leaf.nT)
        )
            _tlb.AddNeighbours(tag, address, in made, in half.Shape);

        // 6. It must permit the access. §7.3.16
        if (Permit(in made, in access, needed, ref fault))
            hit = StageEnd.FromTables;
        return ref made;
    }

    /// <summary>The walk, for those who compare what is cached with what memory says.</summary>
    public Stage1Walk Walker => _walk;

    /// <summary>Makes a translation of what a walk ended at.</summary>
    public static void Fill(
        ref TlbEntry made,
        in Stage1Context context,
        in Stage1Half half,
        in WalkResult walk,
        in Stage1Leaf leaf,
        in Transaction access,
        bool nested
    )
    {
        var shift = (byte)half.Shape.Granule.LevelShift(walk.Level);
        made.Output = walk.Output;
        made.Intermediate = default;
        made.Descriptor = walk.At;
        made.Word = walk.Word;
        made.Stream = access.Stream;
        made.Substream = access.Substream;
        made.Leaf = context.AttributesOf(in leaf, in half);
        made.Type = default;
        made.Stage2 = false;
        made.Nested = nested;
        made.SubstreamValid = access.SubstreamValid;
        made.ASET = context.ASET;
        made.Stage1Permissions = PermissionRules.Of(in leaf, walk.Limits, in context, in half);
        made.Stage2Permissions = Permissions.All;
        made.Shift = shift;
        made.LeafShift = shift;
        made.Level = (sbyte)walk.Level;
        made.PageShift = (byte)half.Shape.Granule.PageShift;
    }

    /// <summary>A cached translation does for a write only once the page is dirty. Arm ARM D8.5</summary>
    public static bool MustBeMarked(Permissions granted, Permissions needed) =>
        (granted & Permissions.Clean) != 0 && (needed & Permissions.Writes) != 0;

    /// <summary>Stage 1 lets the access through; otherwise the fault says why not.</summary>
    public static bool Permit(
        in TlbEntry entry,
        in Transaction access,
        Permissions needed,
        ref TranslationFault fault
    )
    {
        var granted = entry.Stage1Permissions;

        // 1. E0PD is a Translation fault, whether the TLB holds the address or not. §5.4, E0PD0
        if ((granted & Permissions.UserBarred) != 0 && !access.Privileged)
        {
            fault = TranslationFault.AtStage1(TranslationFaultKind.Translation);
            return false;
        }

        // 2. The permission that this access needs. §13.4.1
        if (PermissionRules.Permits(granted, needed))
            return true;
        fault = TranslationFault.AtStage1(TranslationFaultKind.Permission);
        fault.OnlyReadRefused = PermissionRules.RefusesOnlyRead(granted, needed);
        return false;
    }

    // From the address to a leaf with its flags as the access leaves them.
    private bool Fetch(
        in Stage1Context context,
        in Stage1Half half,
        in SteEntry ste,
        in Transaction access,
        Permissions needed,
        ulong address,
        ref WalkResult walk,
        ref TranslationFault fault
    )
    {
        for (; ; )
        {
            // 1. The walk must reach a leaf. §7.3.12 - §7.3.14
            var end = _walk.Walk(
                in context,
                in half,
                in ste,
                address,
                in access,
                ref walk,
                ref fault
            );
            if (end != WalkEnd.Leaf)
                return Ended(end, in walk, ref fault);

            // 2. Its Access flag must be set, or not count. §7.3.15
            var leaf = new Stage1Leaf(walk.Word);
            if (!leaf.AF && !context.UpdatesAccessFlag)
            {
                if (context.AFFD)
                    return true;
                fault = TranslationFault.AtStage1(TranslationFaultKind.Access);
                return false;
            }

            // 3. Hardware sets it, and makes a writable-clean page dirty for a write that is permitted. §3.13
            var granted = PermissionRules.Of(in leaf, walk.Limits, in context, in half);
            var dirty =
                MustBeMarked(granted, needed)
                && PermissionRules.Permits(granted, needed)
                && !((granted & Permissions.UserBarred) != 0 && !access.Privileged);
            if (leaf.AF && !dirty)
                return true;
            if (access.Ahead)
            {
                fault = TranslationFault.AtStage1(TranslationFaultKind.Speculation);
                return false;
            }
            var next = DescriptorUpdater.Stage1(walk.Word, dirty);
            end = _walk.Update(in half.Shape, in ste, in access, ref walk, next, ref fault);
            if (end != WalkEnd.Leaf)
                return Ended(end, in walk, ref fault);

            // 4. If somebody else changed it in between, everything starts anew. Arm ARM D8.5
            if (walk.Word == next)
                return true;
        }
    }

    private static bool Ended(WalkEnd end, in WalkResult walk, ref TranslationFault fault)
    {
        // What stage 2 refused, it has described.
        if (end != WalkEnd.Stage2)
        {
            fault = end switch
            {
                WalkEnd.ExternalAbort => TranslationFault.Stage1Walk(walk.At),
                WalkEnd.TooLarge => TranslationFault.AtStage1(TranslationFaultKind.AddressSize),
                WalkEnd.Speculation => TranslationFault.AtStage1(TranslationFaultKind.Speculation),
                _ => TranslationFault.AtStage1(TranslationFaultKind.Translation),
            };
        }
        return false;
    }

    private ref readonly TlbEntry Refused(
        scoped ref TranslationFault fault,
        TranslationFaultKind kind
    )
    {
        fault = TranslationFault.AtStage1(kind);
        return ref _made;
    }
}

/// <summary>How the translation of an access through its stages ended.</summary>
internal enum StageEnd : byte
{
    /// <summary>In a fault.</summary>
    Refused,

    /// <summary>In a translation that was remembered.</summary>
    FromTlb,

    /// <summary>In a translation that was read from the tables.</summary>
    FromTables,
}
