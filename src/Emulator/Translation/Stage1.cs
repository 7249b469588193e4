using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Stage 1 translation through one CD: TLB, walk, Access flag, permissions (§7.3.22).</summary>
internal sealed class Stage1(PhysicalMemory memory, SmmuCaches? caches)
{
    private readonly TableWalk _walk = new(memory, caches?.Walks);
    private readonly Tlb? _tlb = caches?.Tlb;
    private ushort _stag;

    /// <summary>Is told of every descriptor that is read.</summary>
    public ISmmuObserver? Observer
    {
        get => _walk.Observer;
        set => _walk.Observer = value;
    }

    /// <summary>Translates an access whose overrides have been applied.</summary>
    public Translation Translate(in Stage1Context context, in Transaction access)
    {
        // 1. The address must be inside the range of TTB0 or TTB1. §3.4.1
        var address = access.Address.Value;
        if (!AddressRange.Select(in context, ref address, out var upper))
            return TranslationFault(in context, in access);
        ref readonly var half = ref upper ? ref context.Upper : ref context.Lower;

        // 2. A cached translation will do, whatever the tables say now, and even if walks are disabled. §5.4.1.1
        if (_tlb is not null)
        {
            ref readonly var entry = ref _tlb.Find(in context, address, out var found);
            if (found)
                return Check(in context, in access, address, in entry, fromTlb: true);
        }

        // 3. Walks must be enabled, and unprivileged access to this half permitted. §5.4, EPD0 and E0PD0
        if (!half.Walks || (half.UserBarred && !access.Privileged))
            return TranslationFault(in context, in access);

        // 4. The walk must reach a leaf. §7.3.12 - §7.3.14
        var walk = _walk.Walk(in context, in half, address, access.Stream);
        switch (walk.End)
        {
            case WalkEnd.ExternalAbort:
                return Outcome.Refused(EventRecords.WalkAbort(in access, walk.At));
            case WalkEnd.NoDescriptor:
                return TranslationFault(in context, in access);
            case WalkEnd.TooLarge:
                return Outcome.Faulted(
                    in context,
                    EventRecords.AddressSize(in access, Stag(in context))
                );
            case WalkEnd.TableFlag:
                throw new NotModelledException("hardware update of a table's Access flag", "5.4");
        }

        // 5. Its Access flag must be set, or not count. §7.3.15
        var leaf = new Stage1Leaf([walk.Word]);
        if (!leaf.AF && context.UpdatesAccessFlag)
            throw new NotModelledException("hardware update of the Access flag", "3.13.2");
        if (!leaf.AF && !context.AFFD)
        {
            return Outcome.Faulted(in context, EventRecords.Access(in access, Stag(in context)));
        }

        // 6. Now it is a translation, and may be remembered. §3.21.1
        var made = Remember(in context, in half, in access, address, in walk, in leaf);

        // 7. It must permit the access. §7.3.16
        return Check(in context, in access, address, in made, fromTlb: false);
    }

    /// <summary>Fills the TLB as a speculative access would: no fault is raised.</summary>
    public void Prefetch(in Stage1Context context, in Transaction access)
    {
        var address = access.Address.Value;
        if (_tlb is null || !AddressRange.Select(in context, ref address, out var upper))
            return;
        ref readonly var half = ref upper ? ref context.Upper : ref context.Lower;
        if (!half.Walks)
            return;
        _ = _tlb.Find(in context, address, out var found);
        if (found)
            return;
        var walk = _walk.Walk(in context, in half, address, access.Stream);
        if (walk.End != WalkEnd.Leaf)
            return;
        var leaf = new Stage1Leaf([walk.Word]);
        if (leaf.AF || (context.AFFD && !context.UpdatesAccessFlag))
            Remember(in context, in half, in access, address, in walk, in leaf);
    }

    /// <summary>What the leaf of a walk is as a translation.</summary>
    public static TlbEntry EntryOf(
        in Stage1Context context,
        in Stage1Half half,
        in Transaction access,
        in WalkResult walk,
        in Stage1Leaf leaf
    ) =>
        new()
        {
            Output = walk.Output,
            At = walk.At,
            Word = walk.Word,
            Stream = access.Stream,
            Substream = access.Substream,
            SubstreamValid = access.SubstreamValid,
            Permissions = PermissionRules.Of(in leaf, walk.Limits, in context, in half),
            Shift = (byte)half.Granule.LevelShift(walk.Level),
            Level = (byte)walk.Level,
            PageShift = (byte)half.Granule.PageShift,
        };

    private TlbEntry Remember(
        in Stage1Context context,
        in Stage1Half half,
        in Transaction access,
        ulong address,
        in WalkResult walk,
        in Stage1Leaf leaf
    )
    {
        var entry = EntryOf(in context, in half, in access, in walk, in leaf);
        _tlb?.Add(leaf.nG ? context.Tag : context.GlobalTag, address, in entry);
        return entry;
    }

    private Translation Check(
        in Stage1Context context,
        in Transaction access,
        ulong address,
        in TlbEntry entry,
        bool fromTlb
    )
    {
        // 1. E0PD is a Translation fault, whether the TLB holds the address or not. §5.4, E0PD0
        if ((entry.Permissions & Permissions.UserBarred) != 0 && !access.Privileged)
            return TranslationFault(in context, in access);

        // 2. The permission that this access needs. §13.4.1
        var needed = PermissionRules.Needed(in access, context.World);
        if ((entry.Permissions & needed) == 0)
        {
            if (access.Write && (entry.Permissions & Permissions.WritableClean) != 0)
                throw new NotModelledException("hardware update of the dirty state", "3.13.3");
            return Outcome.Faulted(
                in context,
                EventRecords.Permission(in access, Stag(in context))
            );
        }

        return new Translation
        {
            Result = TranslationResult.Passed,
            Address = entry.Output + (address & ((1ul << entry.Shift) - 1)),
            LeafShift = entry.Shift,
            Leaf = entry.At,
            FromTlb = fromTlb,
        };
    }

    private Translation TranslationFault(in Stage1Context context, in Transaction access) =>
        Outcome.Faulted(in context, EventRecords.Translation(in access, Stag(in context)));

    // A stall carries a tag by which software names it. §7.3.21
    private ushort? Stag(in Stage1Context context) => context.S ? unchecked(_stag++) : null;
}
