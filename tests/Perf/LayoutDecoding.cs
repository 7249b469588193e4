using BenchmarkDotNet.Attributes;
using SmmuConformance.Architecture;

namespace SmmuConformance.Perf;

/// <summary>Reading eight fields of 1,024 stream table entries, against shifts and masks written by hand.</summary>
[MemoryDiagnoser]
public class LayoutDecoding
{
    private const int Count = 1024;
    private readonly Ste[] _entries = new Ste[Count];
    private readonly ulong[] _words = new ulong[Count * 8];

    /// <summary>The same entries in both forms.</summary>
    [GlobalSetup]
    public void Setup()
    {
        for (var i = 0; i < Count; i++)
        {
            _entries[i] = new Ste
            {
                V = true,
                Config = SteConfig.Stage1,
                S1ContextPtr = 0x8000_0000ul + (ulong)i * 64,
                S1CDMax = 4,
                S1DSS = S1Dss.Substream0,
                EATS = Eats.Full,
                S2VMID = (ushort)i,
            };
            _entries[i].Words.CopyTo(_words.AsSpan(i * 8));
        }
    }

    /// <summary>The floor: shifts and masks.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public ulong By_hand()
    {
        var sum = 0ul;
        unchecked
        {
            for (var at = 0; at < _words.Length; at += 8)
            {
                var (w0, w1, w2) = (_words[at], _words[at + 1], _words[at + 2]);
                sum +=
                    (w0 & 1)
                    + (w0 >> 1 & 7)
                    + (w0 >> 4 & 3)
                    + (w0 & 0x00ff_ffff_ffff_ffc0)
                    + (w0 >> 59)
                    + (w1 & 3)
                    + (w1 >> 28 & 3)
                    + (w2 & 0xffff);
            }
        }
        return sum;
    }

    /// <summary>The generated accessors.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public ulong Generated()
    {
        var sum = 0ul;
        unchecked
        {
            foreach (ref readonly var ste in _entries.AsSpan())
                sum +=
                    (ste.V ? 1ul : 0)
                    + (ulong)ste.Config
                    + (ulong)ste.S1Fmt
                    + ste.S1ContextPtr.Value
                    + ste.S1CDMax
                    + (ulong)ste.S1DSS
                    + (ulong)ste.EATS
                    + ste.S2VMID.Value;
        }
        return sum;
    }

    /// <summary>The mask of what the SMMU reads: asked for at every store by the monitor.</summary>
    [Benchmark(OperationsPerInvoke = Count)]
    public ulong Used_bits()
    {
        var sum = 0ul;
        foreach (ref readonly var ste in _entries.AsSpan())
            sum ^= ste.UsedBits().Word(1);
        return sum;
    }
}
