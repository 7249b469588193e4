using System.Buffers.Binary;
using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>How a walk ended.</summary>
internal enum WalkEnd : byte
{
    /// <summary>At a valid page or block.</summary>
    Leaf,

    /// <summary>At a table, where the caller asked to stop.</summary>
    Table,

    /// <summary>A descriptor could not be read.</summary>
    ExternalAbort,

    /// <summary>At an invalid descriptor, or one of a type that its level does not have.</summary>
    NoDescriptor,

    /// <summary>A descriptor puts out an address beyond the effective IPS.</summary>
    TooLarge,

    /// <summary>At a table whose Access flag hardware would have to set (HAFT), which is not modelled.</summary>
    TableFlag,
}

/// <summary>Where a walk ended and what it gathered.</summary>
internal struct WalkResult
{
    /// <summary>How.</summary>
    public WalkEnd End;

    /// <summary>Level of the last descriptor.</summary>
    public int Level;

    /// <summary>Address of the last descriptor.</summary>
    public PhysicalAddress At;

    /// <summary>The last descriptor, in the byte order of the machine.</summary>
    public ulong Word;

    /// <summary>What the last descriptor puts out: a page, a block or a table.</summary>
    public PhysicalAddress Output;

    /// <summary>What the tables on the way took away.</summary>
    public TableLimits Limits;
}

/// <summary>Stage 1 walk of VMSAv8-64 tables (§3.4, §7.3.22; Arm ARM D8.2).</summary>
/// <param name="memory">Where the tables are.</param>
/// <param name="cache">Tables seen before, or null to read every level.</param>
internal sealed class TableWalk(PhysicalMemory memory, WalkCache? cache)
{
    // Never reached by a real level: walk to the leaf.
    private const int ToTheLeaf = 4;

    /// <summary>Is told of every descriptor that is read.</summary>
    public ISmmuObserver? Observer { get; set; }

    /// <summary>Walks to the leaf of an address inside the half's range.</summary>
    /// <param name="context">The CD.</param>
    /// <param name="half">The half of the CD that the address selects.</param>
    /// <param name="address">The input address, sign-extended.</param>
    /// <param name="stream">On whose behalf.</param>
    /// <param name="stopAt">Level whose table descriptor ends the walk.</param>
    public WalkResult Walk(
        in Stage1Context context,
        in Stage1Half half,
        ulong address,
        StreamId stream,
        int stopAt = ToTheLeaf
    )
    {
        // 1. Start below the deepest table that is cached, else at TTB. §16.2
        var walk = new WalkResult { Level = half.StartLevel, Output = half.Table };
        if (cache?.TryFind(context.Tag, address, in half, out var cached) == true)
        {
            walk.Level = cached.Level + 1;
            walk.Output = cached.Table;
            walk.Limits = cached.Limits;
        }

        for (; ; walk.Level++)
        {
            // 2. The descriptor must be readable. §7.3.12
            walk.At = walk.Output + 8 * IndexOf(in half, walk.Level, address);
            if (!memory.TryRead64(walk.At, out walk.Word))
                return Ended(ref walk, WalkEnd.ExternalAbort);
            Observer?.Fetched(FetchKind.Stage1Descriptor, stream, walk.At);
            if (context.BigEndian)
                walk.Word = BinaryPrimitives.ReverseEndianness(walk.Word);

            // 3. It must be valid at its level. §7.3.13
            var kind = Descriptors.KindOf(walk.Word, half.Granule, walk.Level, half.Wide);
            if (kind == DescriptorKind.Invalid)
                return Ended(ref walk, WalkEnd.NoDescriptor);

            // 4. What it puts out must be inside the effective IPS. §7.3.14
            walk.Output = OutputOf(kind, walk.Word, in half, walk.Level);
            if (!walk.Output.Value.Fits(context.OutputBits))
                return Ended(ref walk, WalkEnd.TooLarge);

            // 5. A page or block ends the walk.
            if (kind != DescriptorKind.Table)
                return Ended(ref walk, WalkEnd.Leaf);

            // 6. A table limits what lies below, and may be remembered. §3.21.1
            var table = new Stage1Table([walk.Word]);
            if (context.UpdatesTableFlag && !table.AF)
                return Ended(ref walk, WalkEnd.TableFlag);
            if (!half.LimitsIgnored)
                walk.Limits |= PermissionRules.LimitsOf(in table);
            cache?.Add(context.Tag, address, in half, in walk);
            if (walk.Level == stopAt)
                return Ended(ref walk, WalkEnd.Table);
        }
    }

    private static PhysicalAddress OutputOf(
        DescriptorKind kind,
        ulong word,
        in Stage1Half half,
        int level
    ) =>
        kind == DescriptorKind.Table
            ? new Stage1Table([word]).NextTable(half.Granule, half.Wide)
            : new Stage1Leaf([word]).OutputAddress(half.Granule, level, half.Wide);

    // The first table holds only as many descriptors as the range needs.
    private static ulong IndexOf(in Stage1Half half, int level, ulong address)
    {
        var inside = address & ((1ul << half.InputBits) - 1);
        var index = inside >> half.Granule.LevelShift(level);
        return level == half.StartLevel ? index : index & ((1ul << half.Granule.BitsPerLevel) - 1);
    }

    private static WalkResult Ended(ref WalkResult walk, WalkEnd end)
    {
        walk.End = end;
        return walk;
    }
}
