using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>Where stream table entries are, according to the registers (§3.3.1, §6.3.24, §6.3.25).</summary>
internal static class StreamTable
{
    /// <summary>The StreamID is inside the table: LOG2SIZE, but no more than SIDSIZE. §6.3.25</summary>
    public static bool Contains(SmmuState state, StreamId stream)
    {
        var bits = Math.Min(state.StrtabBaseCfg.LOG2SIZE, state.Profile.IDR1.SIDSIZE);
        return bits >= 32 || stream.Value >> bits == 0;
    }

    /// <summary>The table has two levels. Reserved formats are linear. §6.3.25</summary>
    public static bool IsTwoLevel(SmmuState state) =>
        state.Profile.IDR0.ST_LEVEL == StreamTableLevels.TwoLevel
        && state.StrtabBaseCfg.FMT == StreamTableFormat.TwoLevel;

    /// <summary>StreamID bits that index the second level; Reserved values act as 6. §6.3.25</summary>
    public static int Split(SmmuState state) =>
        state.StrtabBaseCfg.SPLIT is 8 or 10 ? state.StrtabBaseCfg.SPLIT : 6;

    /// <summary>Address of an entry of a linear table.</summary>
    public static PhysicalAddress Linear(SmmuState state, StreamId stream) =>
        Base(state, 6 + state.StrtabBaseCfg.LOG2SIZE) + (64ul * stream.Value);

    /// <summary>Address of the level 1 descriptor of a stream.</summary>
    public static PhysicalAddress Level1(SmmuState state, StreamId stream)
    {
        var split = Split(state);
        var bytes = 3 + Math.Max(0, state.StrtabBaseCfg.LOG2SIZE - split);
        return Base(state, Math.Max(6, bytes)) + (8ul * (stream.Value >> split));
    }

    /// <summary>
    /// The leaf reaches the stream: Span is valid, no more than SPLIT + 1, and covers it. §7.3.3
    /// </summary>
    public static bool Reaches(SmmuState state, in L1Std level1, StreamId stream) =>
        Allows(in level1, Split(state)) && Index(state, stream) < (uint)level1.Entries;

    /// <summary>Span is one that a table of this SPLIT can have. §5.1, §7.3.3</summary>
    public static bool Allows(in L1Std level1, int split) =>
        level1.Valid && level1.Span <= split + 1;

    /// <summary>Address of an entry in the leaf of a level 1 descriptor; the leaf is aligned to its size. §5.1</summary>
    public static PhysicalAddress Leaf(SmmuState state, in L1Std level1, StreamId stream) =>
        new PhysicalAddress(level1.L2Ptr.Value & ~((64ul * (uint)level1.Entries) - 1))
        + (64ul * Index(state, stream));

    private static uint Index(SmmuState state, StreamId stream) =>
        stream.Value & ((1u << Split(state)) - 1);

    // Aligned to the size that LOG2SIZE says, even beyond SIDSIZE. §6.3.24
    private static PhysicalAddress Base(SmmuState state, int alignment) =>
        alignment >= 56
            ? new PhysicalAddress(0)
            : new PhysicalAddress(state.StrtabBase.ADDR.Value & (ulong.MaxValue << alignment));
}
