using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A device attached to a strict domain of one stage behind an SMMU whose power comes and goes.</summary>
internal sealed class PowerScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.Power;

    /// <summary>The device's stream.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>Where the domain maps its pages.</summary>
    public static readonly Iova Window = 0x1_0000_0000;

    /// <summary>What it maps there.</summary>
    public static readonly PhysicalAddress Target = 0x4_0000_0000;

    /// <summary>The device, attached, with some pages mapped.</summary>
    public PowerScene(Profile profile, DomainStage stage, BenchOptions? options = null)
    {
        PagingStages.MustExist(profile, stage);
        Bench = TestBench.Start(profile, options);
        PagingStages.MustBeDeclared(Bench, stage);
        Stage = stage;
        Nic = Bench.AddDevice(Stream);
        Domain = Bench.PagingDomain(stage, [0], FlushMode.Strict);
        Page = Bench.PageOf(Domain);
        Bench.Must(Bench.Attach(Nic, Domain));
        Map(0, 8);
    }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>Stage of the domain.</summary>
    public DomainStage Stage { get; }

    /// <summary>The device.</summary>
    public Device Nic { get; }

    /// <summary>What it is attached to.</summary>
    public DomainHandle Domain { get; }

    /// <summary>Bytes of its smallest page.</summary>
    public ulong Page { get; }

    /// <summary>A domain of the stage.</summary>
    public DomainHandle NewDomain() => Bench.PagingDomain(Stage, [0], FlushMode.Strict);

    /// <summary>Input address of a page.</summary>
    public Iova At(ulong page) => Window + page * Page;

    /// <summary>Where a page is mapped: one off, so that no block fits.</summary>
    public PhysicalAddress PlaceOf(ulong page) => Target + (page + 1) * Page;

    /// <summary>Maps pages.</summary>
    public void Map(ulong first, ulong pages) =>
        Bench.Must(Bench.Map(Domain, At(first), PlaceOf(first), pages * Page));

    /// <summary>Unmaps pages.</summary>
    public void Unmap(ulong first, ulong pages) =>
        Bench.Must(Bench.Unmap(Domain, At(first), pages * Page));

    /// <summary>Fails the case unless a page is reached.</summary>
    public void MustReach(ulong page, Device? device = null) =>
        Bench.MustReach(device ?? Nic, At(page), PlaceOf(page));

    /// <summary>Fails the case if a page is reached.</summary>
    public void MustRefuse(ulong page, Device? device = null) =>
        Bench.MustRefuse(device ?? Nic, At(page));

    /// <summary>The registers' touches since a mark, of any kind.</summary>
    public static int Touches(TestBench bench, int mark) =>
        bench.Trace.Since<RegisterReadEntry>(mark).Count()
        + bench.Trace.Since<RegisterWriteEntry>(mark).Count();

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();
}
