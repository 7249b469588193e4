using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>How the cost of an operation grows with what is around it.</summary>
internal static class Growth
{
    private static readonly Iova s_window = 0x1_0000_0000;
    private static readonly PhysicalAddress s_target = 0x4_0000_0000;

    /// <summary>Page counts whose unmapping is measured: around powers of two, of 32 and of tables.</summary>
    public static ulong[] Ranges =>
        [1, 2, 5, 31, 32, 33, 63, 511, 512, 513, 1023, 1024, 4097, 100_000];

    /// <summary>Unmapping some 4 KiB pages that stand one off, so that there is no block.</summary>
    public static Cost Unmap(Profile profile, DomainStage stage, ulong pages)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.PagingDomain(stage, [0], FlushMode.Strict);
        bench.Must(bench.Attach(bench.AddDevice(0x10), domain));
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, s_window, s_target + page, pages * page));
        return Measure(bench, () => bench.Must(bench.Unmap(domain, s_window, pages * page)));
    }

    /// <summary>Unmapping a page of a domain that is attached behind some SMMUs.</summary>
    public static Cost UnmapBehind(Profile profile, int smmus)
    {
        using var bench = TestBench.Create([.. Enumerable.Repeat(profile, smmus)]);
        var all = Enumerable.Range(0, smmus).ToArray();
        foreach (var smmu in all)
            bench.Must(bench.Probe(smmu));
        var domain = bench.Stage1Domain(all, FlushMode.Strict);
        foreach (var smmu in all)
            bench.Must(bench.Attach(Device(bench, 0x10, smmu), domain));
        return UnmapOne(bench, domain);
    }

    /// <summary>Unmapping a page of a domain that some devices with ATS are attached to.</summary>
    public static Cost UnmapWithAts(Profile profile, int devices)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain([0], FlushMode.Strict);
        for (var n = 0; n < devices; n++)
            bench.Must(bench.Attach(Device(bench, 0x10 + (uint)n, ats: true), domain));
        if (devices == 0)
            bench.Must(bench.Attach(Device(bench, 0x10), domain));
        return UnmapOne(bench, domain);
    }

    /// <summary>Unmapping a page beside some other domains that are in use.</summary>
    public static Cost UnmapBeside(Profile profile, int domains)
    {
        using var bench = TestBench.Start(profile);
        for (var n = 0; n < domains; n++)
            bench.Must(bench.Attach(Device(bench, 0x100 + (uint)n), bench.Stage1Domain()));
        var domain = bench.Stage1Domain([0], FlushMode.Strict);
        bench.Must(bench.Attach(Device(bench, 0x10), domain));
        return UnmapOne(bench, domain);
    }

    /// <summary>Attaching a device that has some streams.</summary>
    public static Cost AttachStreams(Profile profile, int streams)
    {
        using var bench = TestBench.Start(profile);
        var device = bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [.. Enumerable.Range(0x10, streams).Select(n => (StreamId)(uint)n)],
            }
        );
        var domain = bench.Stage1Domain();
        return Measure(bench, () => bench.Must(bench.Attach(device, domain)));
    }

    /// <summary>Attaching a device to a domain that some others are attached to.</summary>
    public static Cost AttachBeside(Profile profile, int others)
    {
        using var bench = TestBench.Start(profile);
        var domain = bench.Stage1Domain();
        for (var n = 0; n < others; n++)
            bench.Must(bench.Attach(Device(bench, 0x100 + (uint)n), domain));
        var device = Device(bench, 0x10);
        return Measure(bench, () => bench.Must(bench.Attach(device, domain)));
    }

    /// <summary>Unmapping a page of a stage 2 that some guests stand on.</summary>
    public static Cost UnmapBelow(Profile profile, int guests)
    {
        using var scene = new GuestScene(profile);
        var bench = scene.Bench;
        scene.AttachNested();
        for (var n = 1; n < guests; n++)
        {
            var device = scene.AddDevice($"nic {n}", 0x20 + (uint)n);
            var guest = bench.Must(bench.CreateGuest(device, scene.Parent));
            bench.Must(bench.AddVirtualDevice(guest, device, 0x1));
            var (word0, word1) = GuestScene.Translating(scene.Space);
            bench.Must(bench.Attach(device, bench.Must(bench.CreateNested(guest, word0, word1))));
        }

        bench.Must(bench.Map(scene.Parent, 0x800_0000, s_target, scene.Page));
        return Measure(bench, () => bench.Must(bench.Unmap(scene.Parent, 0x800_0000, scene.Page)));
    }

    /// <summary>What an operation costs.</summary>
    public static Cost Measure(TestBench bench, Action act)
    {
        // Hints that nobody waits for are over.
        bench.Machine.Run();
        var mark = bench.Trace.Mark;
        act();
        return Cost.Since(bench, mark);
    }

    private static Cost UnmapOne(TestBench bench, DomainHandle domain)
    {
        var page = bench.PageOf(domain);
        bench.Must(bench.Map(domain, s_window, s_target, 2 * page));
        return Measure(bench, () => bench.Must(bench.Unmap(domain, s_window, page)));
    }

    private static Device Device(TestBench bench, uint stream, int smmu = 0, bool ats = false) =>
        bench.AddDevice(
            new MasterDescription
            {
                Name = $"device {stream:x}",
                Streams = [stream],
                Ats = ats,
            },
            smmu
        );
}
