using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Reads a stream table from registers and memory alone, as the SMMU does (§3.3.1, §6.3.25).</summary>
internal static class StreamTableReader
{
    /// <summary>The format in force.</summary>
    public static StrtabBaseCfg ConfigurationOf(TestBench bench) =>
        bench.Smmu.Inside.State.StrtabBaseCfg;

    /// <summary>The base in force.</summary>
    public static PhysicalAddress BaseOf(TestBench bench) =>
        bench.Smmu.Inside.State.StrtabBase.ADDR;

    /// <summary>True for a table of two levels.</summary>
    public static bool IsTwoLevel(TestBench bench) =>
        ConfigurationOf(bench).FMT == StreamTableFormat.TwoLevel;

    /// <summary>StreamID bits that index the second level; reserved values count as 6.</summary>
    public static int SplitOf(TestBench bench) =>
        ConfigurationOf(bench).SPLIT is 8 or 10 ? ConfigurationOf(bench).SPLIT : 6;

    /// <summary>Bytes of the linear table or of the level 1 table, by the literal LOG2SIZE.</summary>
    public static ulong BytesOf(TestBench bench)
    {
        var bits = (int)ConfigurationOf(bench).LOG2SIZE;
        return IsTwoLevel(bench)
            ? Math.Max(8, 8ul << Math.Max(0, bits - SplitOf(bench)))
            : 64ul << bits;
    }

    /// <summary>The highest StreamID that is inside the table and that the SMMU can tell apart.</summary>
    public static StreamId HighestOf(TestBench bench)
    {
        var bits = Math.Min(ConfigurationOf(bench).LOG2SIZE, bench.Profile.IDR1.SIDSIZE);
        return unchecked((uint)((1ul << bits) - 1));
    }

    /// <summary>Number of level 1 descriptors.</summary>
    public static uint DescriptorsOf(TestBench bench) => (uint)(BytesOf(bench) / 8);

    /// <summary>Address of the level 1 descriptor of a stream.</summary>
    public static PhysicalAddress DescriptorAt(TestBench bench, StreamId stream) =>
        BaseOf(bench) + 8ul * (stream.Value >> SplitOf(bench));

    /// <summary>The level 1 descriptor of a stream.</summary>
    public static L1Std DescriptorOf(TestBench bench, StreamId stream) =>
        bench.ReadStructure<L1Std>(DescriptorAt(bench, stream));

    /// <summary>Address of a stream's entry; null if its level 1 descriptor leads nowhere.</summary>
    public static PhysicalAddress? EntryOf(TestBench bench, StreamId stream)
    {
        if (!IsTwoLevel(bench))
            return BaseOf(bench) + 64ul * stream.Value;
        var level1 = DescriptorOf(bench, stream);
        var within = stream.Value & ((1u << SplitOf(bench)) - 1);
        return within < level1.Entries ? level1.L2Ptr + 64ul * within : null;
    }

    /// <summary>Whether a range lies in one block that the driver has allocated and not freed.</summary>
    public static bool IsBacked(TestBench bench, PhysicalAddress start, ulong bytes) =>
        bench.Memory.BlockAt(start) is { } block
        && start.Value + bytes <= block.Address.Value + block.Bytes;

    /// <summary>A bench whose driver has set up two levels; otherwise the case does not apply.</summary>
    public static TestBench StartTwoLevel(Profile profile)
    {
        var bench = TestBench.Start(profile);
        if (IsTwoLevel(bench))
            return bench;
        bench.Dispose();
        throw VerdictException.NotApplicable("the driver has set up a linear table");
    }
}
