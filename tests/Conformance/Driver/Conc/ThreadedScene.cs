using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Two SMMUs with some devices each, and some domains that all of them share.</summary>
internal sealed class ThreadedScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs =
        Capabilities.Stage1 | Capabilities.MultipleSmmus | Capabilities.Concurrent;

    /// <summary>How many threads there are.</summary>
    public const int Threads = 8;

    private const int Domains = 3;

    // Bytes of the largest page that any domain may have as its smallest.
    private const ulong MostPage = 0x1_0000;
    private const ulong Slice = 0x4000_0000;
    private static readonly PhysicalAddress s_target = 0x4_0000_0000;

    private readonly TestBench _bench;
    private readonly Device[] _devices;
    private readonly DomainHandle[] _domains;
    private readonly ulong _page;
    private readonly int _blocks;

    /// <summary>A device for each thread, and all domains; nothing is attached.</summary>
    public ThreadedScene(Profile profile, BenchOptions? options = null)
    {
        _bench = TestBench.Create([profile, profile], options);
        _bench.Must(_bench.Probe(0));
        _bench.Must(_bench.Probe(1));
        _devices =
        [
            .. Enumerable
                .Range(0, Threads)
                .Select(n =>
                    _bench.AddDevice(
                        new MasterDescription
                        {
                            Name = $"device {n}",
                            Streams = [(uint)(1 + n)],
                            Ats = n % 3 == 0,
                        },
                        n % 2
                    )
                ),
        ];
        _domains = [.. Enumerable.Range(0, Domains).Select(_ => _bench.Stage1Domain([0, 1]))];
        _page = _bench.PageOf(_domains[0]);
        // Context tables stay with their devices: they are there before anything is counted.
        foreach (var device in _devices)
        {
            _bench.Must(_bench.Attach(device, _domains[0]));
            _bench.Must(_bench.Detach(device));
        }
        _blocks = _bench.Memory.Blocks.Count();
    }

    /// <summary>Lets every thread do so many things at random, and checks what must hold at the end.</summary>
    public void Run(int seed, int steps)
    {
        _bench.Interleave(
            seed,
            [.. Enumerable.Range(0, Threads).Select(n => (Action)(() => Work(n, seed, steps)))]
        );

        foreach (var device in _devices)
            _bench.Must(_bench.Detach(device));
        foreach (var domain in _domains)
            _bench.Must(_bench.FreeDomain(domain));
        Assert.True(
            _bench.Memory.Blocks.Count() < _blocks,
            $"seed {seed}: {_bench.Memory.Blocks.Count()} blocks are left of {_blocks} and those of {Domains} domains"
        );
        for (var n = 0; n < Domains; n++)
            _bench.Must(_bench.FreeDomain(_bench.Stage1Domain([0, 1])));
    }

    /// <inheritdoc/>
    public void Dispose() => _bench.Dispose();

    // A thread attaches its device to whatever it likes, and maps and unmaps in its own part of every domain.
    private void Work(int thread, int seed, int steps)
    {
        var random = new Random(seed * Threads + thread);
        var driver = _bench.Driver;
        var device = _devices[thread];
        var mapped = new HashSet<(int Domain, ulong Page)>();
        var attached = -1;
        for (var step = 0; step < steps; step++)
        {
            var domain = random.Next(Domains);
            var page = (ulong)random.Next(4);
            switch (random.Next(6))
            {
                case 0:
                    Must(driver.Attach(device.Handle, _domains[domain]));
                    attached = domain;
                    break;
                case 1:
                    Must(driver.Detach(device.Handle));
                    attached = -1;
                    break;
                case 2 or 3 when mapped.Add((domain, page)):
                    Must(
                        driver.Map(
                            _domains[domain],
                            At(thread, page),
                            Target(thread, domain, page),
                            _page,
                            Protection.Read
                        )
                    );
                    if (attached == domain)
                        MustReach(thread, domain, page);
                    break;
                case 4 when mapped.Remove((domain, page)):
                    if (attached == domain)
                        MustReach(thread, domain, page);
                    Must(driver.Unmap(_domains[domain], At(thread, page), _page).WithoutResult);
                    MustBeGone(thread, domain, page);
                    break;
                default:
                    foreach (var (known, at) in mapped)
                        if (known == attached)
                            MustReach(thread, known, at);
                    break;
            }
        }

        foreach (var (domain, page) in mapped)
            Must(driver.Unmap(_domains[domain], At(thread, page), _page).WithoutResult);
    }

    // Parts are apart by more than a table, so that each thread makes and frees tables of its own.
    private static Iova At(int thread, ulong page) =>
        0x1_0000_0000 + (ulong)thread * Slice + page * MostPage;

    // No two pages lead to one place, whichever domain they are of.
    private static PhysicalAddress Target(int thread, int domain, ulong page) =>
        s_target + ((ulong)(thread * Domains + domain) * Slice) + (page + 1) * MostPage;

    private void MustReach(int thread, int domain, ulong page)
    {
        var access = Access(_devices[thread], At(thread, page));
        Assert.True(
            access.Passed && access.Address == Target(thread, domain, page),
            $"thread {thread} must reach page {page} of domain {domain}, but met {WarmScene.Text(access)}"
        );
    }

    // Whoever is attached, and whoever attaches or leaves meanwhile.
    private void MustBeGone(int thread, int domain, ulong page)
    {
        foreach (var device in _devices)
        {
            var access = Access(device, At(thread, page));
            Assert.False(
                access.Passed && access.Address == Target(thread, domain, page),
                $"thread {thread} unmapped page {page} of domain {domain}, but {device} still reaches it"
            );
        }
    }

    private Translation Access(Device device, Iova at) =>
        _bench
            .Machine.Smmus[device.Smmu]
            .Access(new Transaction { Stream = device.Stream, Address = at });

    private static void Must(SmmuConformance.Driver.Contract.Outcome outcome) =>
        Assert.True(outcome.IsDone, $"{outcome}");
}
