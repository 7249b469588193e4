using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Driver;

/// <summary>
/// A probed SMMU and one domain for each setting. Both stage 1 domains map <see cref="Page"/>, each to a page of its own,
/// and <see cref="Same"/> to the address that bypass gives as well.
/// </summary>
internal sealed class StreamScene : IDisposable
{
    /// <summary>What settings need of a driver.</summary>
    public const Capabilities Needs =
        Capabilities.Identity | Capabilities.Blocked | Capabilities.Stage1;

    /// <summary>Bytes of each mapping: a multiple of every granule.</summary>
    public const ulong Size = 0x1_0000;

    /// <summary>An address that each setting passes to a place of its own.</summary>
    public static readonly Iova Page = 0x40_0000;

    /// <summary>An address that each setting but abort passes unchanged.</summary>
    public static readonly Iova Same = 0x50_0000;

    private static readonly PhysicalAddress PageOfA = 0x1_0000_0000;
    private static readonly PhysicalAddress PageOfB = 0x2_0000_0000;

    private readonly Dictionary<StreamSetting, DomainHandle> _domains = [];

    /// <summary>A scene on one SMMU.</summary>
    public StreamScene(Profile profile, BenchOptions? options = null) =>
        Bench = TestBench.Start(profile, options);

    /// <summary>Machine and driver.</summary>
    public TestBench Bench { get; }

    /// <summary>The domain of a setting, made when first asked for.</summary>
    public DomainHandle DomainOf(StreamSetting setting)
    {
        if (!_domains.TryGetValue(setting, out var domain))
            _domains[setting] = domain = Make(setting);
        return domain;
    }

    /// <summary>Gives a device a setting; the case fails if the driver refuses.</summary>
    public void Set(Device device, StreamSetting setting)
    {
        var domain = DomainOf(setting);
        Bench.Must(Bench.Attach(device, domain));
    }

    /// <summary>Whether an access at <see cref="Page"/> ended as the setting has it.</summary>
    public static bool Gives(StreamSetting setting, in Translation access) =>
        setting == StreamSetting.Abort
            ? Refuses(access)
            : access.Passed && access.Address == TargetOf(setting);

    /// <summary>Whether an access was refused.</summary>
    public static bool Refuses(in Translation access) => !access.Passed;

    /// <summary>Where an access at <see cref="Page"/> ends.</summary>
    public static PhysicalAddress TargetOf(StreamSetting setting) =>
        setting switch
        {
            StreamSetting.DomainA => PageOfA,
            StreamSetting.DomainB => PageOfB,
            _ => Page.Value,
        };

    /// <inheritdoc/>
    public void Dispose() => Bench.Dispose();

    private DomainHandle Make(StreamSetting setting)
    {
        if (setting == StreamSetting.Abort)
            return Bench.BlockedDomain();
        if (setting == StreamSetting.Bypass)
            return Bench.IdentityDomain();
        var domain = Bench.Stage1Domain();
        Bench.Must(Bench.Map(domain, Page, TargetOf(setting), Size));
        Bench.Must(Bench.Map(domain, Same, Same.Value, Size));
        return domain;
    }
}
