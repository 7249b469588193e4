using System.Runtime.InteropServices;
using System.Text;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Native;

/// <summary>A driver in a library of this process, for one machine. If it crashes, so does this process.</summary>
public sealed unsafe partial class NativeDriver : ISmmuDriver, IDisposable
{
    private readonly NativeLibraryFile _library;
    private readonly NativeTable* _do;
    private readonly NativeMachine _machine;
    private readonly DriverDescription _description;
    private readonly Capabilities _offered;
    private readonly void* _self;

    /// <summary>A driver for a new machine.</summary>
    /// <param name="library">The library.</param>
    /// <param name="system">The machine, if it is known before the first SMMU is probed.</param>
    /// <param name="window">Where the library can read memory itself.</param>
    /// <exception cref="DriverFaultException">It cannot be created.</exception>
    public NativeDriver(
        NativeLibraryFile library,
        ISystem? system = null,
        NativeWindow window = default
    )
    {
        _library = library;
        _do = library.Functions;
        _description = library.Describe();
        _offered = library.Offered;
        if (_description.Observation == Observation.AtDoorbell && window.Mapped == 0)
            throw new DriverFaultException(
                $"driver native:{library.Path} writes memory itself (at_doorbell), which needs a process of its own: leave out the `in-process` switch"
            );
        _machine = new NativeMachine($"native:{library.Path}", system, window);
        void* self = null;
        var error = _do->Create(_machine.Table, &self);
        _machine.Rethrow();
        if (error != 0)
            throw new DriverFaultException(
                $"driver native:{library.Path}: `create` answered {error}. A driver cannot refuse a machine before it has seen it; probe can."
            );
        _self = self;
    }

    /// <inheritdoc/>
    public DriverDescription Describe() => _description;

    /// <inheritdoc/>
    public Outcome<SmmuHandle> Probe(IPlatform platform)
    {
        var it = platform.Firmware;
        uint[] busy = [.. it.BusyStreams.Select(stream => stream.Value)];
        int smmu;
        fixed (uint* streams = busy)
        {
            var firmware = new NativeFirmware
            {
                Size = (uint)sizeof(NativeFirmware),
                Node = _machine.NodeOf(platform),
                Coherent = Byte(it.Coherent),
                Model = (byte)it.Model,
                HasHardwareUpdate = Byte(it.HardwareUpdate is not null),
                HardwareUpdate = (byte)(it.HardwareUpdate ?? default),
                HasMsi = Byte(it.MsiTarget is not null),
                RegisterBytes = it.RegisterBytes,
                MsiDoorbell = it.MsiTarget?.Doorbell.Value ?? 0,
                MsiEventQueue = it.MsiTarget?.EventQueueData ?? 0,
                MsiGlobalError = it.MsiTarget?.GlobalErrorData ?? 0,
                MsiPriQueue = it.MsiTarget?.PriQueueData ?? 0,
                BusyStreamCount = (uint)busy.Length,
                BusyStreams = streams,
            };
            var error = Ended(_do->Probe(_self, &firmware, &smmu), "probe");
            return error.IsDone ? new SmmuHandle(smmu) : error.Error;
        }
    }

    /// <inheritdoc/>
    public Outcome Remove(SmmuHandle smmu) => Call(_do->Remove, smmu.Value, "remove");

    /// <inheritdoc/>
    public Outcome Shutdown(SmmuHandle smmu) => Call(_do->Shutdown, smmu.Value, "shutdown");

    /// <inheritdoc/>
    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source) =>
        Call(_do->HandleInterrupt, smmu.Value, (int)source, "handle_interrupt");

    /// <inheritdoc/>
    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description)
    {
        if (_do->AddMaster is null)
            return ErrorClass.NotSupported;
        uint[] streams = [.. description.Streams.Select(stream => stream.Value)];
        var name = Encoding.UTF8.GetBytes(description.Name + '\0');
        int handle;
        fixed (uint* first = streams)
        fixed (byte* text = name)
        {
            var master = new NativeMaster
            {
                Size = (uint)sizeof(NativeMaster),
                StreamCount = (uint)streams.Length,
                Streams = first,
                Name = text,
                SubstreamBits = description.SubstreamBits,
                CanStall = Byte(description.CanStall),
                Ats = Byte(description.Ats),
                Pri = Byte(description.Pri),
                CanWriteBackNonSnooped = Byte(description.CanWriteBackNonSnooped),
                Coherent = Byte(description.Coherent),
            };
            var error = Ended(_do->AddMaster(_self, smmu.Value, &master, &handle), "add_master");
            return error.IsDone ? new MasterHandle(handle) : error.Error;
        }
    }

    /// <inheritdoc/>
    public Outcome RemoveMaster(MasterHandle master) =>
        Call(_do->RemoveMaster, master.Value, "remove_master");

    /// <inheritdoc/>
    public Outcome<DomainHandle> CreateDomain(DomainRequest request)
    {
        if (_do->CreateDomain is null)
            return ErrorClass.NotSupported;
        int[] smmus = [.. request.Smmus.Select(smmu => smmu.Value)];
        int domain;
        fixed (int* first = smmus)
        {
            var it = new NativeDomainRequest
            {
                Size = (uint)sizeof(NativeDomainRequest),
                Kind = (byte)request.Kind,
                Stage = (byte)request.Stage,
                NestParent = Byte(request.NestParent),
                DirtyTracking = Byte(request.DirtyTracking),
                Flush = request.FlushMode is { } mode ? (byte)(1 + (byte)mode) : (byte)0,
                SmmuCount = (uint)smmus.Length,
                Smmus = first,
            };
            var error = Ended(_do->CreateDomain(_self, &it, &domain), "create_domain");
            return error.IsDone ? new DomainHandle(domain) : error.Error;
        }
    }

    /// <inheritdoc/>
    public Outcome FreeDomain(DomainHandle domain) =>
        Call(_do->FreeDomain, domain.Value, "free_domain");

    /// <inheritdoc/>
    public Outcome<DomainGeometry> Geometry(DomainHandle domain)
    {
        if (_do->Geometry is null)
            return ErrorClass.NotSupported;
        NativeGeometry it = default;
        var error = Ended(_do->Geometry(_self, domain.Value, &it), "geometry");
        return error.IsDone
            ? new DomainGeometry(it.PageSizes, it.InputBits, it.OutputBits)
            : error.Error;
    }

    /// <inheritdoc/>
    public Outcome Attach(MasterHandle master, DomainHandle domain) =>
        Call(_do->Attach, master.Value, domain.Value, "attach");

    /// <inheritdoc/>
    public Outcome Detach(MasterHandle master) => Call(_do->Detach, master.Value, "detach");

    /// <inheritdoc/>
    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    ) =>
        _do->Map is null
            ? ErrorClass.NotSupported
            : Ended(
                _do->Map(
                    _self,
                    domain.Value,
                    address.Value,
                    physical.Value,
                    bytes,
                    (int)protection
                ),
                "map"
            );

    /// <inheritdoc/>
    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes)
    {
        if (_do->Unmap is null)
            return ErrorClass.NotSupported;
        ulong unmapped = 0;
        var error = Ended(
            _do->Unmap(_self, domain.Value, address.Value, bytes, &unmapped),
            "unmap"
        );
        return error.IsDone ? unmapped : error.Error;
    }

    /// <inheritdoc/>
    public Outcome Flush(DomainHandle domain) => Call(_do->Flush, domain.Value, "flush");

    /// <inheritdoc/>
    public T? Facet<T>()
        where T : class => Facets.Of<T>(this, _offered);

    /// <inheritdoc/>
    public void Dispose()
    {
        _do->Destroy(_self);
        _machine.Dispose();
    }

    private Outcome Ended(int error, string operation)
    {
        _machine.Rethrow();
        return ErrorNumbers.Of(error, $"native:{_library.Path}", operation);
    }

    private Outcome Call(
        delegate* unmanaged[Cdecl]<void*, int, int> function,
        int first,
        string operation
    ) => function is null ? ErrorClass.NotSupported : Ended(function(_self, first), operation);

    private Outcome Call(
        delegate* unmanaged[Cdecl]<void*, int, int, int> function,
        int first,
        int second,
        string operation
    ) =>
        function is null
            ? ErrorClass.NotSupported
            : Ended(function(_self, first, second), operation);

    private static byte Byte(bool value) => value ? (byte)1 : (byte)0;
}
