using SmmuConformance.Architecture;
using SmmuConformance.Driver.Adapters;
using SmmuConformance.Driver.Adapters.Wire;
using SmmuConformance.Driver.Contract;
using SmmuConformance.Driver.Reference;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>The reference driver, whose process ends when something is to be unmapped.</summary>
internal sealed class CrashingReference : ISmmuDriver
{
    private readonly ReferenceDriver _driver = new();

    /// <summary>Serves it on standard input and output.</summary>
    public static void Serve()
    {
        using var from = new BufferedStream(Console.OpenStandardInput());
        using var to = Console.OpenStandardOutput();
        using var server = new DriverServer(from, to, _ => new CrashingReference());
        var reference = new ReferenceDriver();
        server.Serve(reference.Describe(), Facets.OfferedBy(reference));
    }

    public DriverDescription Describe() => _driver.Describe();

    public T? Facet<T>()
        where T : class => _driver.Facet<T>();

    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes)
    {
        Environment.Exit(17);
        return bytes;
    }

    public Outcome<SmmuHandle> Probe(IPlatform platform) => _driver.Probe(platform);

    public Outcome Remove(SmmuHandle smmu) => _driver.Remove(smmu);

    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description) =>
        _driver.AddMaster(smmu, description);

    public Outcome RemoveMaster(MasterHandle master) => _driver.RemoveMaster(master);

    public Outcome<DomainHandle> CreateDomain(DomainRequest request) =>
        _driver.CreateDomain(request);

    public Outcome FreeDomain(DomainHandle domain) => _driver.FreeDomain(domain);

    public Outcome<DomainGeometry> Geometry(DomainHandle domain) => _driver.Geometry(domain);

    public Outcome Attach(MasterHandle master, DomainHandle domain) =>
        _driver.Attach(master, domain);

    public Outcome Detach(MasterHandle master) => _driver.Detach(master);

    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    ) => _driver.Map(domain, address, physical, bytes, protection);

    public Outcome Flush(DomainHandle domain) => _driver.Flush(domain);

    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source) =>
        _driver.HandleInterrupt(smmu, source);

    public Outcome Shutdown(SmmuHandle smmu) => _driver.Shutdown(smmu);
}
