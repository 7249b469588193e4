using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Samples.Broken;

/// <summary>The reference driver with one bug, to see what the suite says of it: README.md.</summary>
public sealed class BrokenDriver : ISmmuDriver
{
    private readonly ReferenceDriver _driver = new();
    private readonly Dictionary<IPlatform, BrokenPlatform> _platforms = [];
    private readonly Break _kind = Chosen();

    public DriverDescription Describe() =>
        _driver.Describe() with
        {
            Name = "csharp-broken",
            Version = $"{_kind}",
        };

    public Outcome<SmmuHandle> Probe(IPlatform platform)
    {
        if (!_platforms.TryGetValue(platform, out var broken))
            _platforms[platform] = broken = new(platform, _kind);
        return _driver.Probe(broken);
    }

    public Outcome Remove(SmmuHandle smmu) => _driver.Remove(smmu);

    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description) =>
        _driver.AddMaster(smmu, description);

    public Outcome RemoveMaster(MasterHandle master) => _driver.RemoveMaster(master);

    public Outcome<DomainHandle> CreateDomain(DomainRequest request) =>
        _driver.CreateDomain(request);

    public Outcome FreeDomain(DomainHandle domain) => _driver.FreeDomain(domain);

    public Outcome<DomainGeometry> Geometry(DomainHandle domain) => _driver.Geometry(domain);

    public Outcome Attach(MasterHandle master, DomainHandle domain)
    {
        if (_kind == Break.Throws)
            throw new InvalidOperationException("nobody has thought of this");
        while (_kind == Break.Hangs) { }
        return _driver.Attach(master, domain);
    }

    public Outcome Detach(MasterHandle master) => _driver.Detach(master);

    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    ) => _driver.Map(domain, address, physical, bytes, protection);

    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes) =>
        _driver.Unmap(domain, address, bytes);

    public Outcome Flush(DomainHandle domain) => _driver.Flush(domain);

    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source) =>
        _driver.HandleInterrupt(smmu, source);

    public Outcome Shutdown(SmmuHandle smmu) => _driver.Shutdown(smmu);

    public T? Facet<T>()
        where T : class => _driver.Facet<T>();

    private static Break Chosen()
    {
        var text = Environment.GetEnvironmentVariable("SMMU_BREAK");
        if (string.IsNullOrEmpty(text))
            return Break.Nothing;
        return Enum.TryParse<Break>(text, ignoreCase: true, out var kind)
            ? kind
            : throw new ArgumentException(
                $"SMMU_BREAK is `{text}`; write one of {string.Join(", ", Enum.GetNames<Break>())}"
            );
    }
}
