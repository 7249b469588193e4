using System.Numerics;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// A device attached to a strict stage 1 domain. What it accesses is in every cache afterwards, and stays there until a
/// command removes it.
/// </summary>
internal sealed class WarmScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.Stage1;

    /// <summary>The device's stream.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>Stream of a second device, for cases that have one.</summary>
    public static readonly StreamId SecondStream = 0x11;

    /// <summary>Input address of page 0; a multiple of every block size.</summary>
    public static readonly Iova Window = 0x1_0000_0000;

    /// <summary>A place for mappings; a multiple of every block size, in reach of 36 bits.</summary>
    public static readonly PhysicalAddress Target = 0x4_0000_0000;

    /// <summary>Another place, far from the first.</summary>
    public static readonly PhysicalAddress Elsewhere = 0x8_0000_0000;

    /// <summary>A scene on one SMMU.</summary>
    public WarmScene(
        Profile profile,
        BenchOptions? options = null,
        FlushMode mode = FlushMode.Strict
    )
    {
        Bench = TestBench.Start(profile, options);
        Nic = Bench.AddDevice(Stream);
        Domain = NewDomain(mode);
        Bench.Must(Bench.Attach(Nic, Domain));
        Page = Sizes[0];
    }

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The device.</summary>
    public Device Nic { get; }

    /// <summary>What it is attached to.</summary>
    public DomainHandle Domain { get; }

    /// <summary>Bytes of the smallest page.</summary>
    public ulong Page { get; }

    /// <summary>Descriptors in one table.</summary>
    public ulong PerTable => Page / 8;

    /// <summary>Bytes of every page and block the domain can have, ascending.</summary>
    public IReadOnlyList<ulong> Sizes
    {
        get
        {
            var sizes = new List<ulong>();
            var left = Bench.Must(Bench.Driver.Geometry(Domain)).PageSizes;
            for (; left != 0; left &= left - 1)
                sizes.Add(1ul << BitOperations.TrailingZeroCount(left));
            return sizes;
        }
    }

    /// <summary>The second of the sizes, or the case does not apply.</summary>
    public ulong Block =>
        Sizes.Count > 1
            ? Sizes[1]
            : throw VerdictException.NotApplicable("the domain has pages of one size");

    /// <summary>Another stage 1 domain.</summary>
    public DomainHandle NewDomain(FlushMode mode = FlushMode.Strict) =>
        Bench.Stage1Domain([0], mode);

    /// <summary>Input address of a page.</summary>
    public Iova At(ulong page) => Window + page * Page;

    /// <summary>The first page behind a whole table of tables.</summary>
    public ulong Far => PerTable * PerTable;

    /// <summary>Where <see cref="Map"/> maps a page: one page off, so that no block fits.</summary>
    public PhysicalAddress PhysicalOf(ulong page)
    {
        // What is far away is mapped near by, so that every SMMU can reach it.
        var near = page < Far / 2 ? page : page + 0x4000 - Far;
        return Target + (near + 1) * Page;
    }

    /// <summary>Maps pages, each by a descriptor of its own.</summary>
    public void Map(ulong first, ulong pages) =>
        Bench.Must(Bench.Map(Domain, At(first), PhysicalOf(first), pages * Page));

    /// <summary>Has the device access pages that are mapped, so that they are cached.</summary>
    public void Warm(ulong first, ulong pages) => MustReach(first, pages);

    /// <summary>Unmaps pages that are mapped.</summary>
    public void Unmap(ulong first, ulong pages)
    {
        var bytes = Bench.Must(Bench.Unmap(Domain, At(first), pages * Page));
        Assert.Equal(pages * Page, bytes);
    }

    /// <summary>Fails the case unless pages are reached where <see cref="Map"/> mapped them.</summary>
    public void MustReach(ulong first, ulong pages)
    {
        for (var page = first; page < first + pages; page++)
            MustReach(At(page), PhysicalOf(page));
    }

    /// <summary>Fails the case unless an access ends at that place.</summary>
    public void MustReach(
        Iova at,
        PhysicalAddress physical,
        Device? device = null,
        bool write = false
    )
    {
        Bench.MustReach(device ?? Nic, at, physical, write);
    }

    /// <summary>Fails the case if any of some pages is reached.</summary>
    public void MustRefuse(ulong first, ulong pages)
    {
        for (var page = first; page < first + pages; page++)
            MustRefuse(At(page));
    }

    /// <summary>Fails the case if an access passes.</summary>
    public void MustRefuse(Iova at, Device? device = null, bool write = false)
    {
        Bench.MustRefuse(device ?? Nic, at, write);
    }

    /// <summary>What an access met, for messages.</summary>
    public static string Text(in Translation access) =>
        access.Passed
            ? $"{access.Address}{(access.ShowsAttributes && access.FromTlb ? " by an entry of the TLB" : "")}"
        : access.Result == TranslationResult.Faulted ? $"{access.Event}"
        : "an abort";

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();
}
