using BenchmarkDotNet.Attributes;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Emulator;

namespace SmmuConformance.Perf;

/// <summary>
/// One transaction through the whole path: stream table entry, context descriptor, TLB or four-level walk, permissions,
/// result. Two floors stand beside it: a bare hash probe, and a bare walk of four dependent loads.
/// </summary>
[MemoryDiagnoser]
public class Translating
{
    private const int Pages = 1024;
    private const ulong First = 0x4000_0000;

    private TestBench _bench = null!;
    private Smmu _smmu = null!;
    private Transaction[] _transactions = [];
    private readonly Dictionary<ulong, ulong> _probe = [];
    private readonly ulong[] _flat = new ulong[4 * 512 * 512];

    /// <summary>A stage 1 domain of scattered pages, all in the TLB.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _bench = TestBench.Start(Profiles.Qemu10, new() { Monitored = false });
        _smmu = _bench.Smmu;
        var device = _bench.AddDevice(0x10u);
        var domain = _bench.Stage1Domain();
        _bench.Must(_bench.Attach(device, domain));
        _transactions = new Transaction[Pages];
        for (var i = 0ul; i < Pages; i++)
        {
            var page = First + i * 0x3000;
            _bench.Must(_bench.Map(domain, page, 0x1_0000_0000ul + i * 0x1000, 0x1000));
            _transactions[i] = new() { Stream = 0x10u, Address = page };
            _probe[page >> 12] = i;
        }
        // Watching is not what is measured.
        _smmu.Observer = null;
        foreach (ref readonly var transaction in _transactions.AsSpan())
            if (!_smmu.Access(in transaction).Passed)
                throw new InvalidOperationException($"{transaction.Address} does not translate");
        for (var i = 0; i < _flat.Length; i++)
            _flat[i] = (ulong)i * 2_654_435_761 % (ulong)_flat.Length;
    }

    /// <summary>Floor: a dictionary probe by page.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Pages)]
    public ulong Bare_probe()
    {
        var sum = 0ul;
        foreach (ref readonly var transaction in _transactions.AsSpan())
            if (_probe.TryGetValue(transaction.Address.Value >> 12, out var page))
                sum ^= page;
        return sum;
    }

    /// <summary>Floor: four dependent loads.</summary>
    [Benchmark(OperationsPerInvoke = Pages)]
    public ulong Bare_walk()
    {
        var sum = 0ul;
        foreach (ref readonly var transaction in _transactions.AsSpan())
        {
            var at = transaction.Address.Value >> 12;
            for (var level = 0; level < 4; level++)
                at = _flat[at % (ulong)_flat.Length];
            sum ^= at;
        }
        return sum;
    }

    /// <summary>Everything cached.</summary>
    [Benchmark(OperationsPerInvoke = Pages)]
    public ulong Tlb_hit()
    {
        var sum = 0ul;
        foreach (ref readonly var transaction in _transactions.AsSpan())
            sum ^= _smmu.Access(in transaction).Address.Value;
        return sum;
    }

    /// <summary>Nothing cached: entry, descriptor and four levels are read from memory.</summary>
    [Benchmark(OperationsPerInvoke = Pages)]
    public ulong Four_level_walk()
    {
        var sum = 0ul;
        foreach (ref readonly var transaction in _transactions.AsSpan())
            sum ^= _smmu.Truth(in transaction).Address.Value;
        return sum;
    }

    /// <summary>Ends the bench.</summary>
    [GlobalCleanup]
    public void Cleanup() => _bench.Dispose();
}
