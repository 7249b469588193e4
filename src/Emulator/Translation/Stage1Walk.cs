using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Stage 1 walk of VMSAv8-64 tables (§3.4, §7.3.22; Arm ARM D8.2). Where the stream is nested its tables lie in IPA
/// space, and stage 2 translates the address of every descriptor.
/// </summary>
/// <param name="port">Memory as this SMMU sees it.</param>
/// <param name="cache">Tables seen before, or null to read every level.</param>
/// <param name="stage2">Translates the addresses of descriptors.</param>
/// <param name="updater">Sets flags of descriptors.</param>
internal sealed class Stage1Walk(
    SmmuPort port,
    WalkCache? cache,
    Stage2 stage2,
    DescriptorUpdater updater
)
{
    // Where no cache remembers it.
    private WalkEntry _table;

    /// <summary>Is told of every descriptor that is read.</summary>
    public ISmmuObserver? Observer { get; set; }

    /// <summary>Walks to the leaf of an address inside the half's range, or to a table at a level.</summary>
    /// <param name="context">The CD.</param>
    /// <param name="half">The half of the CD that the address selects.</param>
    /// <param name="ste">The entry, whose stage 2 translates where it is nested.</param>
    /// <param name="address">The input address, sign-extended.</param>
    /// <param name="access">On whose behalf.</param>
    /// <param name="walk">Where it ended.</param>
    /// <param name="fault">How, if stage 2 ended it.</param>
    /// <param name="stopAt">Level whose table descriptor ends the walk.</param>
    public WalkEnd Walk(
        in Stage1Context context,
        in Stage1Half half,
        in SteEntry ste,
        ulong address,
        in Transaction access,
        ref WalkResult walk,
        ref TranslationFault fault,
        int stopAt = WalkResult.ToTheLeaf
    )
    {
        ref readonly var shape = ref half.Shape;
        var nested = ste.Ste.Stage2;

        // 1. Start below the deepest table that is cached, else at TTB. §16.2
        ref var table = ref Start(in shape, ref walk);
        if (cache is not null)
        {
            ref var found = ref cache.Find(context.Tag, address, in shape, out var hit);
            if (hit)
            {
                table = ref found;
                walk.Level = found.Level + 1;
                walk.Output = found.Table;
                walk.Limits = found.Limits;
            }
        }

        for (; ; walk.Level++)
        {
            // 2. Stage 2 must translate the descriptor's address. §7.3.22
            walk.At = shape.SlotOf(walk.Output, walk.Level, address);
            walk.Slot = walk.At.Value;
            walk.Access = shape.Access;
            if (nested && !Resolve(in ste, in shape, in access, ref table, ref walk, ref fault))
                return WalkEnd.Stage2;

            // 3. The descriptor must be readable. §7.3.12
            if (!port.TryRead64(walk.At, walk.Access, out walk.Word))
                return WalkEnd.ExternalAbort;
            Observer?.Fetched(FetchKind.Stage1Descriptor, access.Stream, walk.At, walk.Access);
            walk.Word = shape.Ordered(walk.Word);

            // 4. It must be valid at its level. §7.3.13
            var kind = Descriptors.KindOf(walk.Word, shape.Granule, walk.Level, shape.Wide);
            if (kind == DescriptorKind.Invalid)
                return WalkEnd.NoDescriptor;

            // 5. What it puts out must be inside the effective IPS. §7.3.14
            walk.Output =
                kind == DescriptorKind.Table
                    ? new Stage1Table(walk.Word).NextTable(shape.Granule, shape.Wide)
                    : new Stage1Leaf(walk.Word).OutputAddress(
                        shape.Granule,
                        walk.Level,
                        shape.Wide
                    );
            if (!walk.Output.Value.Fits(shape.OutputBits))
                return WalkEnd.TooLarge;

            // 6. A page or block ends the walk.
            if (kind != DescriptorKind.Table)
                return WalkEnd.Leaf;

            // 7. A table may need its Access flag set first. §3.13.6
            var descriptor = new Stage1Table(walk.Word);
            if (context.UpdatesTableFlag && !descriptor.AF)
            {
                if (access.Ahead)
                    return WalkEnd.Speculation;
                var marked = (descriptor with { AF = true }).Word(0);
                var end = Update(in shape, in ste, in access, ref walk, marked, ref fault);
                if (end != WalkEnd.Leaf)
                    return end;
                if (walk.Word != marked)
                {
                    // Somebody else changed it: start anew. The level goes up by one before the next round.
                    table = ref Start(in shape, ref walk);
                    walk.Level--;
                    continue;
                }
            }

            // 8. A table limits what lies below, and may be remembered. §3.21.1
            if (!half.LimitsIgnored)
                walk.Limits |= PermissionRules.LimitsOf(in descriptor);
            if (cache is not null)
            {
                table = ref cache.Add(context.Tag, address, in shape, in walk);
                table.ASET = context.ASET;
                table.Nested = nested;
            }
            else
            {
                table.Span = 0;
            }
            if (walk.Level == stopAt)
                return WalkEnd.Table;
        }
    }

    /// <summary>
    /// Updates the descriptor that a walk ended at. Where the stream is nested, stage 2 must permit the write (§3.13.5).
    /// </summary>
    /// <returns>Leaf if the walk goes on; its word is the new one, or the old one if somebody else changed it.</returns>
    public WalkEnd Update(
        in WalkShape shape,
        in SteEntry ste,
        in Transaction access,
        ref WalkResult walk,
        ulong next,
        ref TranslationFault fault
    )
    {
        if (ste.Ste.Stage2 && next != walk.Word)
        {
            var request = new Stage2Request
            {
                Address = walk.Slot.Value,
                Needed = Permissions.PrivilegedWrite,
                Class = EventClass.TTD,
            };
            stage2.Translate(in ste.Stage2, in request, in access, ref fault, out var permitted);
            if (!permitted)
                return WalkEnd.Stage2;
        }
        return updater.Update(in shape, ref walk, next) == UpdateEnd.Aborted
            ? WalkEnd.ExternalAbort
            : WalkEnd.Leaf;
    }

    private ref WalkEntry Start(in WalkShape shape, ref WalkResult walk)
    {
        walk.Level = shape.StartLevel;
        walk.Output = shape.Table;
        walk.Limits = 0;
        _table.Span = 0;
        return ref _table;
    }

    // From the IPA of a descriptor to its physical address, which a walk cache may know without asking stage 2.
    private bool Resolve(
        in SteEntry ste,
        in WalkShape shape,
        in Transaction access,
        ref WalkEntry table,
        ref WalkResult walk,
        ref TranslationFault fault
    )
    {
        var ipa = walk.Slot.Value;
        if (table.Span != 0 && ipa >> table.Span == walk.Output.Value >> table.Span)
        {
            walk.At = table.Physical + (ipa & ((1ul << table.Span) - 1));
            walk.Access = table.Access;
            return true;
        }
        var request = new Stage2Request
        {
            Address = ipa,
            Needed = Permissions.PrivilegedRead,
            Class = EventClass.TTD,
        };
        ref readonly var entry = ref stage2.Translate(
            in ste.Stage2,
            in request,
            in access,
            ref fault,
            out var translated
        );
        if (!translated)
            return false;
        walk.At = entry.At(ipa);
        walk.Access = entry.AttributesOfWalk(shape.Access, in ste.Stage2);

        // Where the leaf of stage 2 holds the start of the table, later walks know where the table is. §16.2.1
        if (walk.Output.Value >> entry.Shift == ipa >> entry.Shift)
        {
            table.Span = entry.Shift;
            table.Physical = entry.Output;
            table.Access = walk.Access;
        }
        return true;
    }
}
