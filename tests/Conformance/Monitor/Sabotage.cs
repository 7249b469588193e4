using System.Collections.Concurrent;
using SmmuConformance.Architecture;
using SmmuConformance.Bench;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Conformance.Monitor;

/// <summary>
/// What stands between a correct driver and the machine and spoils one thing. Each method passes on unless overridden.
/// Armed only when the case says so, so that probing stays sound.
/// </summary>
internal abstract class Sabotage
{
    /// <summary>What stands at which address; null before the driver has been told of an SMMU.</summary>
    protected StructureMap? Structures { get; private set; }

    /// <summary>The driver is about to be told of an SMMU.</summary>
    public virtual void Probing(IPlatform platform)
    {
        // Behind another sabotage there is no saying.
        if (platform is EmulatedPlatform emulated)
            Structures = emulated.Structures;
    }

    /// <summary>True while the spoiling is on.</summary>
    public bool Armed { get; set; }

    public virtual PhysicalAddress? Allocate(ISystem system, ulong bytes, ulong alignment) =>
        system.Allocate(bytes, alignment);

    public virtual void Free(ISystem system, PhysicalAddress address) => system.Free(address);

    public virtual ulong Load(ISystem system, PhysicalAddress address) => system.Load(address);

    public virtual void Store(ISystem system, PhysicalAddress address, ulong value) =>
        system.Store(address, value);

    public virtual ulong CompareExchange(
        ISystem system,
        PhysicalAddress address,
        ulong expected,
        ulong value
    ) => system.CompareExchange(address, expected, value);

    public virtual void Barrier(ISystem system) => system.Barrier();

    public virtual void Clean(ISystem system, PhysicalAddress address, ulong bytes) =>
        system.Clean(address, bytes);

    public virtual void Relax(ISystem system) => system.Relax();

    public virtual void Report(ISystem system, in FaultReport report) => system.Report(in report);

    public virtual void Forward(ISystem system, VirtualSmmuHandle guest, in EventRecord record) =>
        system.Forward(guest, in record);

    public virtual void Ask(ISystem system, in PageFault fault) => system.Ask(in fault);

    public virtual uint Read32(IPlatform platform, uint offset) => platform.Read32(offset);

    public virtual ulong Read64(IPlatform platform, uint offset) => platform.Read64(offset);

    public virtual void Write32(IPlatform platform, uint offset, uint value) =>
        platform.Write32(offset, value);

    public virtual void Write64(IPlatform platform, uint offset, ulong value) =>
        platform.Write64(offset, value);

    public virtual void Switch(
        IPlatform platform,
        StreamId stream,
        DeviceEnables enables,
        byte unit
    ) => platform.Switch(stream, enables, unit);

    /// <summary>What stands at an address now.</summary>
    protected Place PlaceOf(PhysicalAddress address) => Structures?.At(address) ?? default;
}

/// <summary>A driver whose every act passes through a <see cref="Sabotage"/>.</summary>
internal sealed class SabotagedDriver(ISmmuDriver inner, Sabotage sabotage)
    : ISmmuDriver,
        IDisposable
{
    public void Dispose() => (inner as IDisposable)?.Dispose();

    public DriverDescription Describe() => inner.Describe();

    // The same node is the same to the driver each time.
    private readonly ConcurrentDictionary<IPlatform, IPlatform> _nodes = new();

    public Outcome<SmmuHandle> Probe(IPlatform platform)
    {
        sabotage.Probing(platform);
        return inner.Probe(_nodes.GetOrAdd(platform, node => new Platform(node, sabotage)));
    }

    public Outcome Remove(SmmuHandle smmu) => inner.Remove(smmu);

    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description) =>
        inner.AddMaster(smmu, description);

    public Outcome RemoveMaster(MasterHandle master) => inner.RemoveMaster(master);

    public Outcome<DomainHandle> CreateDomain(DomainRequest request) => inner.CreateDomain(request);

    public Outcome FreeDomain(DomainHandle domain) => inner.FreeDomain(domain);

    public Outcome<DomainGeometry> Geometry(DomainHandle domain) => inner.Geometry(domain);

    public Outcome Attach(MasterHandle master, DomainHandle domain) => inner.Attach(master, domain);

    public Outcome Detach(MasterHandle master) => inner.Detach(master);

    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    ) => inner.Map(domain, address, physical, bytes, protection);

    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes) =>
        inner.Unmap(domain, address, bytes);

    public Outcome Flush(DomainHandle domain) => inner.Flush(domain);

    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source) =>
        inner.HandleInterrupt(smmu, source);

    public Outcome Shutdown(SmmuHandle smmu) => inner.Shutdown(smmu);

    public T? Facet<T>()
        where T : class => inner.Facet<T>();

    private sealed class Platform(IPlatform inner, Sabotage sabotage) : IPlatform
    {
        public ISystem System { get; } = new SabotagedSystem(inner.System, sabotage);

        public SmmuFirmware Firmware => inner.Firmware;

        public uint Read32(uint offset) => sabotage.Read32(inner, offset);

        public ulong Read64(uint offset) => sabotage.Read64(inner, offset);

        public void Write32(uint offset, uint value) => sabotage.Write32(inner, offset, value);

        public void Write64(uint offset, ulong value) => sabotage.Write64(inner, offset, value);

        public void Switch(StreamId stream, DeviceEnables enables, byte unit) =>
            sabotage.Switch(inner, stream, enables, unit);
    }

    private sealed class SabotagedSystem(ISystem inner, Sabotage sabotage) : ISystem, IMemoryChanges
    {
        public ulong Microseconds => inner.Microseconds;

        public PhysicalAddress? Allocate(ulong bytes, ulong alignment) =>
            sabotage.Allocate(inner, bytes, alignment);

        public void Free(PhysicalAddress address) => sabotage.Free(inner, address);

        public ulong Load(PhysicalAddress address) => sabotage.Load(inner, address);

        public void Store(PhysicalAddress address, ulong value) =>
            sabotage.Store(inner, address, value);

        public ulong CompareExchange(PhysicalAddress address, ulong expected, ulong value) =>
            sabotage.CompareExchange(inner, address, expected, value);

        public void Barrier() => sabotage.Barrier(inner);

        public void Clean(PhysicalAddress address, ulong bytes) =>
            sabotage.Clean(inner, address, bytes);

        public void Relax() => sabotage.Relax(inner);

        public void Report(in FaultReport report) => sabotage.Report(inner, in report);

        public void Forward(VirtualSmmuHandle guest, in EventRecord record) =>
            sabotage.Forward(inner, guest, in record);

        public void Ask(in PageFault fault) => sabotage.Ask(inner, in fault);

        public void Log(LogLevel level, string message) => inner.Log(level, message);

        // Without them a driver in another process would see nothing that hardware writes.
        public void TakeChanges(MemoryChanged told) => ((IMemoryChanges)inner).TakeChanges(told);

        public void Peek(PhysicalAddress start, Span<byte> into) =>
            ((IMemoryChanges)inner).Peek(start, into);
    }
}
