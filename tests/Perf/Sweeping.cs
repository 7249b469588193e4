using BenchmarkDotNet.Attributes;
using SmmuConformance.Architecture;
using SmmuConformance.Conformance.Driver;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Perf;

/// <summary>
/// A page unmapped from a domain that many devices with translation caches use: one command for each. Hardware does
/// everything at once, so the time is the driver's; beside it the least that must be done, two words stored for each.
/// </summary>
[MemoryDiagnoser]
public class Sweeping
{
    private const ulong Page = 0x1000;

    private readonly FlatMemory _memory = new();
    private ReferenceDriver _driver = null!;
    private DomainHandle _domain;
    private MasterHandle _restless;
    private PhysicalAddress _room;
    private Thread? _other;
    private volatile bool _ends;

    /// <summary>Entries of the domain's array beside its tag.</summary>
    [Params(1, 64, 4096)]
    public int Devices { get; set; }

    /// <summary>Another thread attaches a device to the domain and detaches it, all the time.</summary>
    [Params(false, true)]
    public bool Beside { get; set; }

    /// <summary>A domain with its devices.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _driver = new ReferenceDriver();
        var smmu = _driver.Probe(new InstantHardware(_memory, InstantHardware.Polled)).Value;
        _domain = _driver.CreateDomain(new() { Kind = DomainKind.Paging, Smmus = [smmu] }).Value;
        for (var n = 0; n < Devices; n++)
            _driver.Attach(Add(smmu, n), _domain);
        _restless = Add(smmu, Devices);
        _room = _memory.Allocate(16 * 4096, 64)!.Value;
        if (!Beside)
            return;
        _ends = false;
        _other = new Thread(Fidget);
        _other.Start();
    }

    /// <summary>Ends the other thread.</summary>
    [GlobalCleanup]
    public void Cleanup()
    {
        _ends = true;
        _other?.Join();
    }

    /// <summary>The commands alone.</summary>
    [Benchmark(Baseline = true)]
    public void Words()
    {
        for (var n = 0ul; n < (ulong)Devices; n++)
        {
            _memory.Store(_room + (16 * (n % 4096)), n);
            _memory.Store(_room + (16 * (n % 4096)) + 8, n);
        }

        _memory.Barrier();
    }

    /// <summary>One page mapped and unmapped.</summary>
    [Benchmark]
    public void Unmap()
    {
        if (!_driver.Map(_domain, Page, Page, Page, Protection.Read).IsDone)
            throw new InvalidOperationException("the page must be free");
        if (_driver.Unmap(_domain, Page, Page) is not { IsDone: true, Value: Page })
            throw new InvalidOperationException("the page must have been mapped");
    }

    private void Fidget()
    {
        while (!_ends)
        {
            _driver.Attach(_restless, _domain);
            _driver.Detach(_restless);
        }
    }

    private MasterHandle Add(SmmuHandle smmu, int number) =>
        _driver
            .AddMaster(
                smmu,
                new()
                {
                    Name = $"device {number}",
                    Streams = [(uint)number],
                    Ats = true,
                }
            )
            .Value;
}
