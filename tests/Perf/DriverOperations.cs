using BenchmarkDotNet.Attributes;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Perf;

/// <summary>Operations of the reference driver on the emulator, watched and not: the factor is the price of the rules.</summary>
[MemoryDiagnoser]
public class DriverOperations
{
    private TestBench _bench = null!;
    private Device _device = null!;
    private DomainHandle _paging;
    private DomainHandle _identity;

    /// <summary>With the monitor's rules or without.</summary>
    [Params(false, true)]
    public bool Monitored { get; set; }

    /// <summary>A fresh bench an iteration: the trace grows with every operation.</summary>
    [IterationSetup]
    public void Setup()
    {
        _bench = TestBench.Start(Profiles.Qemu10, new() { Monitored = Monitored });
        _device = _bench.AddDevice(0x10u);
        _paging = _bench.Stage1Domain();
        _identity = _bench.IdentityDomain();
    }

    /// <summary>Ends the bench.</summary>
    [IterationCleanup]
    public void Cleanup() => _bench.Dispose();

    /// <summary>To stage 1 and back to identity, a hundred times.</summary>
    [Benchmark(OperationsPerInvoke = 200)]
    public void Attach()
    {
        for (var i = 0; i < 100; i++)
        {
            _bench.Must(_bench.Attach(_device, _paging));
            _bench.Must(_bench.Attach(_device, _identity));
        }
    }

    /// <summary>One page mapped and unmapped, five hundred times.</summary>
    [Benchmark(OperationsPerInvoke = 1000)]
    public void Map_and_unmap()
    {
        for (var i = 0ul; i < 500; i++)
        {
            _bench.Must(_bench.Map(_paging, 0x10_0000ul + i * 0x1000, 0x4000_0000ul, 0x1000));
            _bench.Must(_bench.Unmap(_paging, 0x10_0000ul + i * 0x1000, 0x1000));
        }
    }
}
