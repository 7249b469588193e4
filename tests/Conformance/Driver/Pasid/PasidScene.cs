using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>A device with PASIDs, and stage 1 domains that each map one page to a place of its own.</summary>
internal sealed class PasidScene : IDisposable
{
    /// <summary>What cases in this scene need of a driver.</summary>
    public const Capabilities Needs = Capabilities.Stage1 | Capabilities.PasidAttach;

    /// <summary>The device's stream.</summary>
    public static readonly StreamId Stream = 0x10;

    /// <summary>Where every domain maps its page.</summary>
    public static readonly Iova Window = 0x1_0000_0000;

    private static readonly PhysicalAddress s_places = 0x4_0000_0000;

    private const ulong Apart = 0x10_0000;
    private ulong _domains;

    /// <summary>The device, attached to nothing.</summary>
    public PasidScene(
        Profile profile,
        byte bits = 4,
        bool ats = false,
        StreamId[]? streams = null,
        BenchOptions? options = null
    )
    {
        Bench = TestBench.Start(profile, options);
        Nic = Bench.AddDevice(
            new MasterDescription
            {
                Name = "nic",
                Streams = [.. streams ?? [Stream]],
                SubstreamBits = bits,
                Ats = ats,
            }
        );
    }

    /// <summary>Why a profile has no substreams; null if it has.</summary>
    public static string? NoSubstreams(Profile profile) =>
        !profile.IDR0.S1P ? "SMMU_IDR0.S1P is 0"
        : profile.IDR1.SSIDSIZE == 0 ? "SMMU_IDR1.SSIDSIZE is 0"
        : null;

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The device.</summary>
    public Device Nic { get; }

    /// <summary>Its translation cache.</summary>
    public AddressTranslationCache Cache => Bench.Devices.CacheOf(0, Stream);

    /// <summary>A domain, and where its page is.</summary>
    public sealed record Space(DomainHandle Domain, PhysicalAddress Place, ulong Page);

    /// <summary>A stage 1 domain with its page.</summary>
    public Space NewSpace()
    {
        var domain = Bench.Stage1Domain();
        var page = Bench.PageOf(domain);
        var place = s_places + (++_domains * Apart);
        Bench.Must(Bench.Map(domain, Window, place, page));
        return new Space(domain, place, page);
    }

    /// <summary>Attaches a new domain under a PASID.</summary>
    public Space Attach(SubstreamId pasid, Device? device = null)
    {
        var space = NewSpace();
        Bench.Must(Bench.AttachPasid(device ?? Nic, pasid, space.Domain));
        return space;
    }

    /// <summary>Fails the case unless an access ends at the page of that domain.</summary>
    public void MustReach(Space space, SubstreamId? pasid, Device? device = null) =>
        Bench.MustReach(device ?? Nic, Window, space.Place, pasid: pasid);

    /// <summary>Fails the case if an access passes.</summary>
    public void MustRefuse(SubstreamId? pasid, Device? device = null) =>
        Bench.MustRefuse(device ?? Nic, Window, pasid: pasid);

    /// <summary>Has the device ask for the page, and fails the case unless it is granted.</summary>
    public void Warm(SubstreamId pasid) =>
        Assert.True(Ask(pasid).Grants, $"PASID {pasid} must be granted {Window}");

    /// <summary>Has the device ask for the page.</summary>
    public AtsCompletion Ask(SubstreamId pasid) =>
        Cache.Request(
            new AtsRequest
            {
                Address = Window,
                SubstreamValid = true,
                Substream = pasid,
            }
        );

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();
}
