using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What an entry says of its table of context descriptors (§5.2 S1Fmt, S1ContextPtr, S1CDMax).</summary>
internal static class CdTableReader
{
    /// <summary>log2 of the number of context descriptors; 0 where the SMMU has no substreams.</summary>
    public static int Log2Count(in Ste ste, Profile profile) =>
        profile.IDR1.SSIDSIZE == 0 ? 0 : ste.S1CDMax;

    /// <summary>True if S1ContextPtr leads to level 1 descriptors.</summary>
    public static bool IsTwoLevel(in Ste ste, Profile profile) =>
        Log2Count(ste, profile) > 0 && ste.S1Fmt is S1Fmt.TwoLevel4K or S1Fmt.TwoLevel64K;

    /// <summary>Bytes from S1ContextPtr that the SMMU may read.</summary>
    public static ulong BytesOf(in Ste ste, Profile profile)
    {
        var count = Log2Count(ste, profile);
        if (!IsTwoLevel(ste, profile))
            return 64ul << count;
        var leaf = ste.S1Fmt == S1Fmt.TwoLevel4K ? 6 : 10;
        return 8ul << Math.Max(0, count - leaf);
    }

    /// <summary>The first descriptors of the table a stream's entry points to; at most one leaf of them.</summary>
    public static IEnumerable<Cd> FirstOf(TestBench bench, StreamId stream)
    {
        var ste = bench.SteOf(stream);
        var most = Math.Min(Log2Count(ste, bench.Profile), 10);
        for (var i = 0u; i < 1u << most; i++)
            yield return bench.CdOf(stream, i);
    }
}
