using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Stage 2 walk of VMSAv8-64 tables (§3.4, §7.3.22; Arm ARM D8.2).</summary>
/// <param name="port">Memory as this SMMU sees it.</param>
/// <param name="cache">Tables seen before, or null to read every level.</param>
/// <param name="updater">Sets flags of descriptors.</param>
internal sealed class Stage2Walk(SmmuPort port, WalkCache? cache, DescriptorUpdater updater)
{
    /// <summary>Is told of every descriptor that is read.</summary>
    public ISmmuObserver? Observer { get; set; }

    /// <summary>Walks to the leaf of an IPA inside the range, or to a table at a level.</summary>
    /// <param name="context">The stage 2 configuration.</param>
    /// <param name="address">The IPA.</param>
    /// <param name="stream">On whose behalf.</param>
    /// <param name="speculative">No flag may be updated.</param>
    /// <param name="walk">Where it ended.</param>
    /// <param name="stopAt">Level whose table descriptor ends the walk.</param>
    public WalkEnd Walk(
        in Stage2Context context,
        ulong address,
        StreamId stream,
        bool speculative,
        ref WalkResult walk,
        int stopAt = WalkResult.ToTheLeaf
    )
    {
        ref readonly var shape = ref context.Shape;

        // 1. Start below the deepest table that is cached, else at S2TTB. §16.2
        walk.Level = shape.StartLevel;
        walk.Output = shape.Table;
        walk.Access = shape.Access;
        if (cache is not null)
        {
            ref var cached = ref cache.Find(context.Tag, address, in shape, out var hit);
            if (hit)
            {
                walk.Level = cached.Level + 1;
                walk.Output = cached.Table;
            }
        }

        for (; ; walk.Level++)
        {
            // 2. The descriptor must be readable. §7.3.12
            walk.At = shape.SlotOf(walk.Output, walk.Level, address);
            walk.Slot = walk.At.Value;
            if (!port.TryRead64(walk.At, shape.Access, out walk.Word))
                return WalkEnd.ExternalAbort;
            Observer?.Fetched(FetchKind.Stage2Descriptor, stream, walk.At, shape.Access);
            walk.Word = shape.Ordered(walk.Word);

            // 3. It must be valid at its level. §7.3.13
            var kind = Descriptors.KindOf(walk.Word, shape.Granule, walk.Level, shape.Wide);
            if (kind == DescriptorKind.Invalid)
                return WalkEnd.NoDescriptor;

            // 4. What it puts out must be inside the effective S2PS. §7.3.14
            walk.Output =
                kind == DescriptorKind.Table
                    ? new Stage2Table(walk.Word).NextTable(shape.Granule, shape.Wide)
                    : new Stage2Leaf(walk.Word).OutputAddress(
                        shape.Granule,
                        walk.Level,
                        shape.Wide
                    );
            if (!walk.Output.Value.Fits(shape.OutputBits))
                return WalkEnd.TooLarge;

            // 5. A page or block ends the walk.
            if (kind != DescriptorKind.Table)
                return WalkEnd.Leaf;

            // 6. A table may need its Access flag set first. §3.13.6
            if (context.UpdatesTableFlag && !new Stage2Table(walk.Word).AF)
            {
                if (speculative)
                    return WalkEnd.Speculation;
                var marked = (new Stage2Table(walk.Word) with { AF = true }).Word(0);
                var update = updater.Update(in shape, ref walk, marked);
                if (update == UpdateEnd.Aborted)
                    return WalkEnd.ExternalAbort;
                if (update == UpdateEnd.Changed)
                {
                    // The level goes up by one before the next round.
                    (walk.Level, walk.Output) = (shape.StartLevel - 1, shape.Table);
                    continue;
                }
            }

            // 7. Then it may be remembered. §3.21.1
            cache?.Add(context.Tag, address, in shape, in walk);
            if (walk.Level == stopAt)
                return WalkEnd.Table;
        }
    }
}
