using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>What is asked of stage 2.</summary>
internal struct Stage2Request
{
    /// <summary>The IPA.</summary>
    public ulong Address;

    /// <summary>Permissions that must all be there.</summary>
    public Permissions Needed;

    /// <summary>What the IPA is of: a CD, a stage 1 descriptor, or the access itself.</summary>
    public EventClass Class;
}

/// <summary>Stage 2 translation through one STE: TLB, walk, Access flag, permissions (§7.3.22).</summary>
/// <param name="port">Memory as this SMMU sees it.</param>
/// <param name="caches">What was translated before, or null to walk every time.</param>
/// <param name="updater">Sets flags of descriptors.</param>
internal sealed class Stage2(SmmuPort port, SmmuCaches? caches, DescriptorUpdater updater)
{
    private readonly Stage2Walk _walk = new(port, caches?.Stage2Walks, updater);
    private readonly Tlb? _tlb = caches?.Stage2;

    // The last translation made, where no TLB holds it.
    private TlbEntry _made;

    /// <summary>Is told of every descriptor that is read.</summary>
    public ISmmuObserver? Observer
    {
        get => _walk.Observer;
        set => _walk.Observer = value;
    }

    /// <summary>Translates one IPA.</summary>
    /// <param name="context">The stage 2 configuration.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="access">On whose behalf.</param>
    /// <param name="fault">What is wrong, if it is refused.</param>
    /// <param name="translated">It is translated, and the access is permitted.</param>
    /// <returns>The translation, until the next one is asked for.</returns>
    public ref readonly TlbEntry Translate(
        scoped in Stage2Context context,
        scoped in Stage2Request request,
        scoped in Transaction access,
        scoped ref TranslationFault fault,
        out bool translated
    )
    {
        translated = false;

        // 1. The IPA must be inside the range of S2T0SZ. §3.4
        if (!request.Address.Fits(context.Shape.InputBits))
            return ref Refused(ref fault, in request, TranslationFaultKind.Translation);

        // 2. A cached translation will do, whatever the tables say now, unless a flag is yet to be set. §3.21.1
        if (_tlb is not null)
        {
            ref readonly var entry = ref _tlb.Find(
                context.Tag,
                context.Tag,
                request.Address,
                out var hit
            );
            if (hit == TlbHit.Conflict)
                return ref Refused(ref fault, in request, TranslationFaultKind.TlbConflict);
            if (hit == TlbHit.One && !MustBeMarked(in entry, in request))
                return ref Checked(in context, in request, in entry, ref fault, out translated);
        }

        // 3. The walk must reach a leaf, whose Access flag is set or does not count. §7.3.12 - §7.3.15
        var walk = default(WalkResult);
        if (!Fetch(in context, in request, in access, ref walk, ref fault))
            return ref _made;

        // 4. Now it is a translation, and may be remembered. §3.21.1
        var leaf = new Stage2Leaf(walk.Word);
        var shift = context.Shape.Granule.LevelShift(walk.Level);
        ref var made = ref _made;
        if (_tlb is not null && _tlb.Takes(leaf.nT))
            made = ref _tlb.Make(context.Tag, request.Address, shift, shift);
        Fill(ref made, in context, in walk, in leaf, in access);
        if (leaf.Contiguous && _tlb is not null && _tlb.Takes(leaf.nT))
            _tlb.AddNeighbours(context.Tag, request.Address, in made, in context.Shape);
        return ref Checked(in context, in request, in made, ref fault, out translated);
    }

    // Makes a translation of what a walk ended at.
    private static void Fill(
        ref TlbEntry made,
        in Stage2Context context,
        in WalkResult walk,
        in Stage2Leaf leaf,
        in Transaction access
    )
    {
        ref readonly var shape = ref context.Shape;
        var shift = (byte)shape.Granule.LevelShift(walk.Level);
        made.Output = walk.Output;
        made.Intermediate = default;
        made.Descriptor = walk.At;
        made.Word = walk.Word;
        made.Stream = access.Stream;
        made.Substream = access.Substream;
        made.Leaf = MemoryAttributes.Default;
        made.Type = Stage2Type.Of(
            in leaf,
            shape.LeafShareability,
            context.ForcedWriteBack,
            context.Tagged
        );
        made.Stage2 = true;
        made.Nested = false;
        made.SubstreamValid = access.SubstreamValid;
        made.ASET = false;
        made.Stage1Permissions = Permissions.All;
        made.Stage2Permissions = PermissionRules.Of(in leaf, in context);
        made.Shift = shift;
        made.LeafShift = shift;
        made.Level = (sbyte)walk.Level;
        made.PageShift = (byte)shape.Granule.PageShift;
    }

    // From the IPA to a leaf with its flags as the access leaves them.
    private bool Fetch(
        in Stage2Context context,
        in Stage2Request request,
        in Transaction access,
        ref WalkResult walk,
        ref TranslationFault fault
    )
    {
        for (; ; )
        {
            // 1. The walk must reach a leaf. §7.3.12 - §7.3.14
            var end = _walk.Walk(
                in context,
                request.Address,
                access.Stream,
                access.Ahead,
                ref walk
            );
            if (end != WalkEnd.Leaf)
                return Ended(end, in request, in walk, ref fault);

            // 2. Its Access flag must be set, or not count. §7.3.15
            var leaf = new Stage2Leaf(walk.Word);
            if (!leaf.AF && !context.UpdatesAccessFlag)
                return context.AFFD || Refuse(ref fault, in request, TranslationFaultKind.Access);

            // 3. Hardware sets it, and makes a writable-clean page dirty for a write. §3.13
            var permissions = PermissionRules.Of(in leaf, in context);
            var dirty =
                (permissions & Permissions.Clean) != 0
                && (request.Needed & Permissions.Writes) != 0
                && PermissionRules.Permits(permissions, request.Needed)
                && !IsProtected(in context, in request, in leaf);
            if (leaf.AF && !dirty)
                return true;
            if (access.Ahead)
                return Refuse(ref fault, in request, TranslationFaultKind.Speculation);
            var read = walk.Word;
            var next = DescriptorUpdater.Stage2(read, dirty);
            var update = updater.Update(in context.Shape, ref walk, next);
            if (update == UpdateEnd.Aborted)
                return Ended(WalkEnd.ExternalAbort, in request, in walk, ref fault);

            // 4. If somebody else changed it in between, everything starts anew. Arm ARM D8.5
            if (update == UpdateEnd.Done)
                return true;
        }
    }

    // A cached translation does for a write only once the page is dirty. Arm ARM D8.5
    private static bool MustBeMarked(in TlbEntry entry, in Stage2Request request) =>
        (entry.Stage2Permissions & Permissions.Clean) != 0
        && (request.Needed & Permissions.Writes) != 0;

    private ref readonly TlbEntry Checked(
        scoped in Stage2Context context,
        scoped in Stage2Request request,
        in TlbEntry entry,
        scoped ref TranslationFault fault,
        out bool permitted
    )
    {
        // 1. CDs and stage 1 tables may be kept out of Device memory. §5.2, S2PTW
        permitted = false;
        if (request.Class != EventClass.IN && context.ProtectsWalks && entry.Type.IsDevice)
            return ref Refused(ref fault, in request, TranslationFaultKind.Permission);

        // 2. The leaf must permit what is asked. §7.3.16
        if (!PermissionRules.Permits(entry.Stage2Permissions, request.Needed))
        {
            fault.OnlyReadRefused = PermissionRules.RefusesOnlyRead(
                entry.Stage2Permissions,
                request.Needed
            );
            return ref Refused(ref fault, in request, TranslationFaultKind.Permission);
        }
        permitted = true;
        return ref entry;
    }

    private static bool IsProtected(
        in Stage2Context context,
        in Stage2Request request,
        in Stage2Leaf leaf
    ) =>
        request.Class != EventClass.IN
        && context.ProtectsWalks
        && Stage2Type
            .Of(in leaf, context.Shape.LeafShareability, context.ForcedWriteBack, context.Tagged)
            .IsDevice;

    private static bool Ended(
        WalkEnd end,
        in Stage2Request request,
        in WalkResult walk,
        ref TranslationFault fault
    )
    {
        fault.Fetch = walk.At;
        return Refuse(
            ref fault,
            in request,
            end switch
            {
                WalkEnd.ExternalAbort => TranslationFaultKind.WalkAbort,
                WalkEnd.TooLarge => TranslationFaultKind.AddressSize,
                WalkEnd.Speculation => TranslationFaultKind.Speculation,
                _ => TranslationFaultKind.Translation,
            }
        );
    }

    private static bool Refuse(
        ref TranslationFault fault,
        in Stage2Request request,
        TranslationFaultKind kind
    )
    {
        fault.Kind = kind;
        fault.Stage2 = true;
        fault.Class = request.Class;
        fault.Ipa = request.Address;
        fault.DescriptorWrite =
            request.Class == EventClass.TTD && (request.Needed & Permissions.Writes) != 0;
        return false;
    }

    private ref readonly TlbEntry Refused(
        scoped ref TranslationFault fault,
        scoped in Stage2Request request,
        TranslationFaultKind kind
    )
    {
        Refuse(ref fault, in request, kind);
        return ref _made;
    }
}
