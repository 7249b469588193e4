using System.Numerics;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>What many cases about queues need: a driver at work, and a machine that takes its time.</summary>
internal static class Everyday
{
    /// <summary>Where the cases map.</summary>
    public static readonly Iova Buffer = 0x1000_0000;

    /// <summary>What they map there.</summary>
    public static readonly PhysicalAddress Pages = 0x4000_0000;

    /// <summary>Commands wait until somebody looks or waits for them, and enables are acknowledged late.</summary>
    public static BenchOptions Slow { get; } =
        new()
        {
            Machine = new()
            {
                Smmus = [],
                Consumption = CommandConsumption.Lazy,
                ReadsPerCommand = 3,
                AckDelay = 3,
            },
        };

    /// <summary>Commands wait until the driver gives hardware a turn.</summary>
    public static BenchOptions Lazy { get; } =
        new()
        {
            Machine = new()
            {
                Smmus = [],
                Consumption = CommandConsumption.Lazy,
                ReadsPerCommand = int.MaxValue,
            },
        };

    /// <summary>Nothing is cached, so what a case changes in memory counts at once.</summary>
    public static BenchOptions Uncached { get; } =
        new()
        {
            Machine = new() { Smmus = [], Caches = false },
        };

    /// <summary>The smallest page of a domain, in bytes.</summary>
    public static ulong PageOf(this TestBench bench, DomainHandle domain) =>
        1ul << BitOperations.TrailingZeroCount(bench.Must(bench.Driver.Geometry(domain)).PageSizes);

    /// <summary>A stage 1 domain with a device attached.</summary>
    public static (Device Device, DomainHandle Domain) Attached(
        this TestBench bench,
        params StreamId[] streams
    )
    {
        var device = bench.AddDevice(
            new MasterDescription { Name = "nic", Streams = [.. streams] }
        );
        var domain = bench.Stage1Domain();
        bench.Must(bench.Attach(device, domain));
        return (device, domain);
    }

    /// <summary>A stage 1 domain with a device attached and some pages mapped at <see cref="Buffer"/>.</summary>
    public static (Device Device, DomainHandle Domain, ulong Page) Mapped(
        this TestBench bench,
        ulong pages,
        params StreamId[] streams
    )
    {
        var (device, domain) = bench.Attached(streams);
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, Buffer, Pages, pages * page));
        return (device, domain, page);
    }

    /// <summary>A whole life, from probe to removal: devices come, translate and go.</summary>
    public static void Live(this TestBench bench)
    {
        bench.Must(bench.Probe());
        var (nic, domain, page) = bench.Mapped(pages: 40, 0x10, 0x11, 0x12);
        var gpu = bench.AddDevice(0x20);
        bench.Must(bench.Attach(gpu, domain));
        bench.Dma(nic, Buffer);
        bench.Dma(gpu, Buffer + page);

        bench.Must(bench.Unmap(domain, Buffer + page, page));
        bench.Must(bench.Unmap(domain, Buffer + 8 * page, 8 * page));
        bench.Must(bench.Flush(domain));
        bench.Must(bench.Detach(gpu));
        bench.Must(bench.Detach(nic));

        bench.Must(bench.RemoveDevice(gpu));
        bench.Must(bench.RemoveDevice(nic));
        bench.Must(bench.FreeDomain(domain));
        bench.Must(bench.Remove());
    }
}
