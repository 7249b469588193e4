using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Plugging;

/// <summary>A driver that does nothing, but for one act when a device is attached.</summary>
/// <param name="act">The act.</param>
internal sealed class QuietDriver(Action<IPlatform> act) : ISmmuDriver
{
    private IPlatform? _platform;

    public DriverDescription Describe() => ScriptedProcess.Description;

    public Outcome<SmmuHandle> Probe(IPlatform platform)
    {
        _platform = platform;
        return new SmmuHandle(1);
    }

    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description) =>
        new MasterHandle(2);

    public Outcome<DomainHandle> CreateDomain(DomainRequest request) => new DomainHandle(3);

    public Outcome Attach(MasterHandle master, DomainHandle domain)
    {
        act(_platform!);
        return Outcome.Done;
    }

    public Outcome Remove(SmmuHandle smmu) => Outcome.Done;

    public Outcome RemoveMaster(MasterHandle master) => Outcome.Done;

    public Outcome FreeDomain(DomainHandle domain) => Outcome.Done;

    public Outcome<DomainGeometry> Geometry(DomainHandle domain) => default(DomainGeometry);

    public Outcome Detach(MasterHandle master) => Outcome.Done;

    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    ) => Outcome.Done;

    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes) => bytes;

    public Outcome Flush(DomainHandle domain) => Outcome.Done;

    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source) => Outcome.Done;

    public Outcome Shutdown(SmmuHandle smmu) => Outcome.Done;

    public T? Facet<T>()
        where T : class => null;
}
