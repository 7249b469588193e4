using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace MyDriver;

/// <summary>
/// What SmmuConformance calls: one instance for each machine. Each method is a stub; fill them in one by one, in the order of
/// docs/plugging-in-a-driver.md, and declare in <see cref="Describe"/> what you have.
/// </summary>
public sealed class Driver : ISmmuDriver
{
    private readonly List<IPlatform> _smmus = [];

    public DriverDescription Describe() =>
        new("my-driver", "0.1", Capabilities.None, new Policies(), Observation.EveryStore);

    // A real probe reads SMMU_IDR0 (platform.Read32(0)), resets the SMMU, builds its queues and its stream table, and enables it.
    // This one only gives a handle, so that the first run shows that everything is connected.
    public Outcome<SmmuHandle> Probe(IPlatform platform)
    {
        if (_smmus.Contains(platform))
            return ErrorClass.Busy;
        _smmus.Add(platform);
        return new SmmuHandle(_smmus.Count - 1);
    }

    public Outcome Remove(SmmuHandle smmu)
    {
        // A handle may be any number: who calls may be wrong.
        if (smmu.Value < 0 || smmu.Value >= _smmus.Count)
            return ErrorClass.NotFound;
        _smmus.RemoveAt(smmu.Value);
        return Outcome.Done;
    }

    public Outcome Shutdown(SmmuHandle smmu) => ErrorClass.NotSupported;

    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source) =>
        ErrorClass.NotSupported;

    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description) =>
        ErrorClass.NotSupported;

    public Outcome RemoveMaster(MasterHandle master) => ErrorClass.NotSupported;

    public Outcome<DomainHandle> CreateDomain(DomainRequest request) => ErrorClass.NotSupported;

    public Outcome FreeDomain(DomainHandle domain) => ErrorClass.NotSupported;

    public Outcome<DomainGeometry> Geometry(DomainHandle domain) => ErrorClass.NotSupported;

    public Outcome Attach(MasterHandle master, DomainHandle domain) => ErrorClass.NotSupported;

    public Outcome Detach(MasterHandle master) => ErrorClass.NotSupported;

    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    ) => ErrorClass.NotSupported;

    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes) =>
        ErrorClass.NotSupported;

    public Outcome Flush(DomainHandle domain) => ErrorClass.NotSupported;

    // The optional interfaces: IPasidAttach, INesting, ...; implement one, declare its capability, and it is found here.
    public T? Facet<T>()
        where T : class => this as T;
}
