using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Conformance.Cases;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>Two SMMUs with a device each, and one strict stage 1 domain made for some of them.</summary>
internal sealed class MultiScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.Stage1 | Capabilities.MultipleSmmus;

    /// <summary>Stream of either device.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>Where the domain maps its pages.</summary>
    public static readonly Iova Window = 0x1_0000_0000;

    /// <summary>What it maps there; in reach of 36 bits.</summary>
    public static readonly PhysicalAddress Target = 0x4_0000_0000;

    /// <summary>Pages that are mapped.</summary>
    public const int Pages = 8;

    /// <summary>Two SMMUs of one kind.</summary>
    public MultiScene(Profile profile, BenchOptions? options = null)
        : this(profile, profile, options) { }

    /// <summary>Two SMMUs.</summary>
    /// <param name="left">The one in front of the left device.</param>
    /// <param name="right">The one in front of the right device.</param>
    /// <param name="options">How the bench is set up.</param>
    /// <param name="madeForLeft">The domain is made for the left SMMU alone; otherwise for both.</param>
    public MultiScene(
        Profile left,
        Profile right,
        BenchOptions? options = null,
        bool madeForLeft = false
    )
    {
        Bench = TestBench.Create([left, right], options);
        Bench.Must(Bench.Probe(0));
        Bench.Must(Bench.Probe(1));
        Left = Bench.AddDevice(new() { Name = "left", Streams = [Stream] }, smmu: 0);
        Right = Bench.AddDevice(new() { Name = "right", Streams = [Stream] }, smmu: 1);
        Domain = NewDomain(madeForLeft ? [0] : [0, 1]);
        Page = Bench.PageOf(Domain);
        Map(0, Pages);
    }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The device behind SMMU 0.</summary>
    public Device Left { get; }

    /// <summary>The device behind SMMU 1.</summary>
    public Device Right { get; }

    /// <summary>The domain; nothing is attached to it.</summary>
    public DomainHandle Domain { get; }

    /// <summary>Bytes of its smallest page.</summary>
    public ulong Page { get; }

    /// <summary>A domain for some of the SMMUs.</summary>
    public DomainHandle NewDomain(int[] smmus, FlushMode mode = FlushMode.Strict) =>
        Bench.Stage1Domain(smmus, mode);

    /// <summary>Attaches both devices to the domain.</summary>
    public void AttachBoth()
    {
        Bench.Must(Bench.Attach(Left, Domain));
        Bench.Must(Bench.Attach(Right, Domain));
        // Hints that nobody waits for are over.
        Bench.Machine.Run();
    }

    /// <summary>Input address of a page.</summary>
    public Iova At(ulong page) => Window + page * Page;

    /// <summary>Maps pages one off, so that no block fits.</summary>
    public void Map(ulong first, ulong pages) =>
        Bench.Must(Bench.Map(Domain, At(first), Target + (first + 1) * Page, pages * Page));

    /// <summary>Fails the case unless the device reaches the page where it was mapped.</summary>
    public void MustReach(Device device, ulong page)
    {
        Bench.MustReach(device, At(page), Target + (page + 1) * Page);
    }

    /// <summary>Fails the case if the device reaches the page.</summary>
    public void MustRefuse(Device device, ulong page)
    {
        Bench.MustRefuse(device, At(page));
    }

    /// <summary>Commands that an SMMU consumed in the last operation.</summary>
    public IReadOnlyList<Command> CommandsOf(int smmu) =>
        [
            .. Bench
                .Trace.Since<CommandEntry>(Bench.LastOperation)
                .Where(entry => entry.Smmu == smmu)
                .Select(entry => entry.Command),
        ];

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();
}
