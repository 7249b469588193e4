using System.Collections.Concurrent;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// Threads that really run at once, as the scheduler likes, on hardware that several may use: what interleavings by turns
/// (<see cref="InterleavingTests"/>) cannot show of .NET's memory model.
/// </summary>
public sealed class ParallelTests
{
    private const int Threads = 8;
    private const int Steps = 4_000;
    private const int Domains = 3;
    private const ulong Page = 0x1000;

    [Theory]
    [InlineData(FlushMode.Strict)]
    [InlineData(FlushMode.Lazy)]
    public void Whatever_they_do_at_once_every_call_has_its_effect_and_nothing_is_left(
        FlushMode mode
    )
    {
        var memory = new FlatMemory();
        var driver = new ReferenceDriver(new ReferenceOptions { FlushMode = mode });
        SmmuHandle[] smmus =
        [
            driver.Probe(new InstantHardware(memory, InstantHardware.Polled)).Value,
            driver.Probe(new InstantHardware(memory, InstantHardware.Polled)).Value,
        ];
        var request = new DomainRequest { Kind = DomainKind.Paging, Smmus = [.. smmus] };
        var domains = Enumerable
            .Range(0, Domains)
            .Select(_ => driver.CreateDomain(request).Value)
            .ToArray();
        var failures = new ConcurrentBag<string>();
        var threads = Enumerable
            .Range(0, Threads)
            .Select(n => new Thread(() =>
                Guarded(() => Work(n, driver, smmus[n % 2], domains, failures), failures)
            ))
            .ToList();

        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.Empty(failures);
        foreach (var domain in domains)
            Assert.True(driver.FreeDomain(domain).IsDone);
        foreach (var smmu in smmus)
            Assert.True(driver.Remove(smmu).IsDone);
        Assert.Equal(0, memory.Blocks);
    }

    // What a thread throws would end the whole run.
    private static void Guarded(Action work, ConcurrentBag<string> failures)
    {
        try
        {
            work();
        }
        catch (Exception e)
        {
            failures.Add(e.ToString());
        }
    }

    // Each thread has a device and a page of each domain of its own; tables, arrays, queues and tags are everybody's.
    private static void Work(
        int number,
        ReferenceDriver driver,
        SmmuHandle smmu,
        DomainHandle[] domains,
        ConcurrentBag<string> failures
    )
    {
        var random = new Random(number);
        var mapped = new bool[domains.Length];
        var device = driver.AddMaster(
            smmu,
            new()
            {
                Name = $"device {number}",
                Streams = [(uint)number],
                Ats = true,
            }
        );
        Iova page = 0x10_0000 + Page * (ulong)number;
        for (var step = 0; step < Steps; step++)
        {
            var at = random.Next(domains.Length);
            var (what, outcome) = random.Next(4) switch
            {
                0 => ("attach", driver.Attach(device.Value, domains[at])),
                1 => ("detach", driver.Detach(device.Value)),
                2 => ("flush", driver.Flush(domains[at])),
                _ => Toggle(at),
            };
            if (!outcome.IsDone)
                failures.Add($"thread {number}, step {step}, {what}: {outcome}");
        }

        for (var at = 0; at < domains.Length; at++)
            if (mapped[at])
                Toggle(at);
        if (!driver.RemoveMaster(device.Value).IsDone)
            failures.Add($"thread {number}: the device stays");

        (string, Outcome) Toggle(int at)
        {
            mapped[at] = !mapped[at];
            if (mapped[at])
                return ("map", driver.Map(domains[at], page, page.Value, Page, Protection.Read));
            var unmapped = driver.Unmap(domains[at], page, Page);
            return (
                "unmap",
                unmapped is { IsDone: true, Value: Page } ? Outcome.Done
                : unmapped.IsDone ? ErrorClass.NotFound
                : unmapped.Error
            );
        }
    }
}
