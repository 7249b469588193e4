using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A device that is attached to a stage 2 domain, and others in numbers.</summary>
internal sealed class Stage2Scene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.Stage2;

    /// <summary>The device's stream.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>Input address of page 0; a multiple of every block size of pages of 4 and 16 KB.</summary>
    public static readonly Iova Window = 0x1_0000_0000;

    /// <summary>A place for mappings; in reach of 36 bits.</summary>
    public static readonly PhysicalAddress Target = 0x4_0000_0000;

    /// <summary>Another place, far from the first.</summary>
    public static readonly PhysicalAddress Elsewhere = 0x8_0000_0000;

    /// <summary>A scene on one SMMU.</summary>
    public Stage2Scene(
        Profile profile,
        BenchOptions? options = null,
        FlushMode mode = FlushMode.Strict
    )
    {
        Bench = TestBench.Start(profile, options);
        Nic = Bench.AddDevice(Stream);
        Domain = NewDomain(mode);
        Bench.Must(Bench.Attach(Nic, Domain));
        Page = Bench.PageOf(Domain);
    }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The device.</summary>
    public Device Nic { get; }

    /// <summary>What it is attached to.</summary>
    public DomainHandle Domain { get; }

    /// <summary>Bytes of the smallest page.</summary>
    public ulong Page { get; }

    /// <summary>Another stage 2 domain.</summary>
    public DomainHandle NewDomain(FlushMode mode = FlushMode.Strict) =>
        Bench.PagingDomain(DomainStage.Stage2, [0], mode);

    /// <summary>Input address of a page.</summary>
    public Iova At(ulong page) => Window + page * Page;

    /// <summary>Maps pages one off, so that no block fits.</summary>
    public void Map(
        ulong first,
        ulong pages,
        DomainHandle? domain = null,
        PhysicalAddress? target = null
    ) =>
        Bench.Must(
            Bench.Map(
                domain ?? Domain,
                At(first),
                (target ?? Target) + (first + 1) * Page,
                pages * Page
            )
        );

    /// <summary>Fails the case unless pages are reached where <see cref="Map"/> mapped them.</summary>
    public void MustReach(ulong first, ulong pages, PhysicalAddress? target = null)
    {
        for (var page = first; page < first + pages; page++)
            Bench.MustReach(Nic, At(page), (target ?? Target) + (page + 1) * Page);
    }

    /// <summary>Fails the case if any of some pages is reached.</summary>
    public void MustRefuse(ulong first, ulong pages)
    {
        for (var page = first; page < first + pages; page++)
            Bench.MustRefuse(Nic, At(page));
    }

    /// <summary>A device of its own attached to a domain of its own.</summary>
    public (Device Device, DomainHandle Domain) Another(int number)
    {
        var device = Bench.AddDevice((StreamId)(uint)(0x20 + number));
        var domain = NewDomain();
        Bench.Must(Bench.Attach(device, domain));
        return (device, domain);
    }

    /// <summary>The VMID of a device's translations.</summary>
    public ushort VmidOf(Device device) => Bench.SteOf(device.Stream).S2VMID.Value;

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();
}
