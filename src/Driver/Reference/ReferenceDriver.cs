using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

/// <summary>
/// The driver that others can learn from. It behaves as the Linux driver does wherever that conforms. This class
/// checks arguments and finds the objects behind handles; what happens then stands in the rooms beside it:
/// Hardware, Tables and Domains.
/// </summary>
public sealed partial class ReferenceDriver : ISmmuDriver
{
    private readonly ReferenceOptions _options;
    private readonly Handles<SmmuDevice> _smmus = new();
    private readonly Handles<Master> _masters = new();
    private readonly Handles<Domain> _domains = new();
    private readonly TagPools _asids;
    private readonly TagPools _vmids;
    private readonly IdPool _pasids = new(FirstPasid);

    // 0 is left to whoever has not set an ASID.
    private const ushort FirstAsid = 1;

    // Stage 1 alone is tagged with VMID 0.
    private const ushort FirstVmid = 1;

    // 0 is what carries no PASID.
    private const uint FirstPasid = 1;

    /// <summary>With some choices.</summary>
    public ReferenceDriver(ReferenceOptions options)
    {
        _options = options;
        _asids = new TagPools(options.AsidScope, FirstAsid);
        _vmids = new TagPools(options.VmidScope, FirstVmid);
        _auxiliary = new AuxiliaryDomains(_pasids);
        _sharing = new SharedAddressing(_asids, _pasids);
    }

    /// <summary>With the usual choices.</summary>
    public ReferenceDriver()
        : this(new ReferenceOptions()) { }

    /// <inheritdoc/>
    public DriverDescription Describe() =>
        new(
            Name: "reference",
            Version: "1.0",
            Capabilities.Identity
                | Capabilities.Blocked
                | Capabilities.Stage1
                | Capabilities.Stage2
                | Capabilities.MultipleSmmus
                | Capabilities.PasidAttach
                | Capabilities.AuxiliaryDomains
                | Capabilities.SharedAddressing
                | Capabilities.PageFaults
                | Capabilities.Nesting
                | Capabilities.CoherencyEnforcement
                | Capabilities.DirtyTracking
                | Capabilities.Power
                | Capabilities.TakeOver
                | Capabilities.Ats
                | Capabilities.Concurrent
                | Capabilities.LikeLinux,
            new Policies
            {
                AsidScope = _options.AsidScope,
                VmidScope = _options.VmidScope,
                UnattachedStreams = UnattachedStreams.Abort,
                FlushMode = _options.FlushMode,
                StreamTable = StreamTableChoice.TwoLevelWhereOffered,
                FirstAsid = FirstAsid,
                HearsBroadcasts = _options.HearsBroadcasts,
            },
            Observation.EveryStore
        );

    /// <inheritdoc/>
    public Outcome<SmmuHandle> Probe(IPlatform platform)
    {
        Interlocked.CompareExchange(ref _changes, new Gate(platform.System), null);
        return Alone(() => ProbeAlone(platform));
    }

    private Outcome<SmmuHandle> ProbeAlone(IPlatform platform)
    {
        if (_smmus.Values.Any(known => known.Node == platform))
            return ErrorClass.Busy;
        var handle = new SmmuHandle(_smmus.Next());
        var smmu = SmmuDevice.Start(handle, platform, _options.HearsBroadcasts);
        if (!smmu.IsDone)
            return smmu.Error;
        _smmus.Add(handle.Value, smmu.Value);
        return handle;
    }

    /// <inheritdoc/>
    public Outcome Remove(SmmuHandle smmu) => Alone(() => RemoveAlone(smmu));

    private Outcome RemoveAlone(SmmuHandle smmu)
    {
        if (_smmus[smmu.Value] is not { } device)
            return ErrorClass.NotFound;
        var guests = _guests.Values.Where(guest => guest.Smmu == device).ToArray();
        if (!device.IsOff && (device.Masters.Count > 0 || guests.Length > 0))
            return ErrorClass.Busy;

        // After a shutdown masters may be left.
        var left = device.Masters.ToArray();
        var outcome = device.Stop();
        if (!outcome.IsDone)
            return outcome;
        foreach (var master in left)
        {
            _faults.Forget(master);
            _auxiliary.Forget(master);
            _sharing.Forget(master);
            master.Guest?.Smmu.Forget(master);
            _masters.Remove(master.Handle.Value);
        }

        foreach (var guest in guests)
        {
            guest.Free();
            _guests.Remove(guest.Handle.Value);
        }

        _smmus.Remove(smmu.Value);
        _asids.Forget(device);
        _vmids.Forget(device);
        return outcome;
    }

    /// <inheritdoc/>
    public Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description) =>
        Alone(() => AddMasterAlone(smmu, description));

    private Outcome<MasterHandle> AddMasterAlone(SmmuHandle smmu, MasterDescription description)
    {
        if (_smmus[smmu.Value] is not { } device)
            return ErrorClass.NotFound;
        if (description.Streams.IsDefaultOrEmpty)
            return ErrorClass.Invalid;

        var handle = new MasterHandle(_masters.Next());
        var master = new Master(handle, device, description, _faults);
        var outcome = device.Adopt(master);
        if (!outcome.IsDone)
            return outcome.Error;
        _masters.Add(handle.Value, master);
        return handle;
    }

    /// <inheritdoc/>
    public Outcome RemoveMaster(MasterHandle master) => Alone(() => RemoveMasterAlone(master));

    private Outcome RemoveMasterAlone(MasterHandle master)
    {
        if (_masters[master.Value] is not { } found)
            return ErrorClass.NotFound;
        var outcome = new WorstOutcome();
        outcome.Add(_faults.Release(found));
        outcome.Add(_auxiliary.Release(found));
        outcome.Add(_sharing.Release(found));
        if (outcome.Outcome.IsDone)
            outcome.Add(found.Smmu.Release(found));
        if (!outcome.Outcome.IsDone)
            return outcome.Outcome;
        found.Guest?.Smmu.Forget(found);
        _masters.Remove(master.Value);
        return Outcome.Done;
    }

    /// <inheritdoc/>
    public Outcome<DomainHandle> CreateDomain(DomainRequest request) =>
        Alone(() => CreateDomainAlone(request));

    private Outcome<DomainHandle> CreateDomainAlone(DomainRequest request)
    {
        var domain = Make(request);
        if (!domain.IsDone)
            return domain.Error;
        var handle = new DomainHandle(_domains.Next());
        _domains.Add(handle.Value, domain.Value);
        return handle;
    }

    /// <inheritdoc/>
    public Outcome FreeDomain(DomainHandle domain) => Alone(() => FreeDomainAlone(domain));

    private Outcome FreeDomainAlone(DomainHandle domain)
    {
        if (_domains[domain.Value] is not { } found)
            return ErrorClass.NotFound;
        if (found.IsInUse)
            return ErrorClass.Busy;
        found.Free();
        _domains.Remove(domain.Value);
        return Outcome.Done;
    }

    /// <inheritdoc/>
    public Outcome<DomainGeometry> Geometry(DomainHandle domain)
    {
        var paging = Paging(domain);
        if (!paging.IsDone)
            return paging.Error;
        var format = paging.Value.Table.Format;
        return new DomainGeometry(
            format.PageSizes,
            (byte)format.InputBits,
            (byte)format.OutputBits
        );
    }

    /// <inheritdoc/>
    public Outcome Attach(MasterHandle master, DomainHandle domain)
    {
        if (_masters[master.Value] is not { } device || _domains[domain.Value] is not { } wanted)
            return ErrorClass.NotFound;
        return Alone(() => Attachment.Change(device, wanted));
    }

    /// <inheritdoc/>
    public Outcome Detach(MasterHandle master) =>
        _masters[master.Value] is { } found
            ? Alone(() => Attachment.Change(found, null))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    )
    {
        var paging = Paging(domain);
        if (!paging.IsDone)
            return paging.Error;

        var table = paging.Value.Table;
        if (!table.Format.IsAligned(address.Value | physical.Value | bytes))
            return ErrorClass.Invalid;
        if ((protection & (Protection.Read | Protection.Write)) == 0)
            return ErrorClass.Invalid;
        if (!table.Format.CanExpress(protection))
            return ErrorClass.NotSupported;
        if (!table.Format.CanMap(address, bytes) || !table.Format.CanReach(physical, bytes))
            return ErrorClass.OutOfRange;
        return bytes == 0 ? Outcome.Done : table.Map(address, physical, bytes, protection);
    }

    /// <inheritdoc/>
    public Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes)
    {
        var paging = Paging(domain);
        if (!paging.IsDone)
            return paging.Error;

        var format = paging.Value.Table.Format;
        if (!format.IsAligned(address.Value | bytes))
            return ErrorClass.Invalid;
        if (!format.CanMap(address, bytes))
            return ErrorClass.OutOfRange;
        return paging.Value.Unmap(address, bytes);
    }

    /// <inheritdoc/>
    public Outcome Flush(DomainHandle domain)
    {
        var paging = Paging(domain);
        return paging.IsDone ? paging.Value.Flush() : paging.WithoutResult;
    }

    /// <inheritdoc/>
    public Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source)
    {
        if (_smmus[smmu.Value] is not { } device)
            return ErrorClass.NotFound;
        device.Serve(source, _faults);
        return Alone(() => device.EndLostStalls(_faults));
    }

    /// <inheritdoc/>
    public Outcome Shutdown(SmmuHandle smmu) =>
        _smmus[smmu.Value] is { } device ? Alone(device.Shutdown) : ErrorClass.NotFound;

    /// <inheritdoc/>
    public T? Facet<T>()
        where T : class => this as T;

    private Outcome<Domain> Make(DomainRequest request)
    {
        switch (request.Kind)
        {
            case DomainKind.Blocked:
                return new BlockedDomain();
            case DomainKind.Identity:
                return new IdentityDomain();
            case DomainKind.Paging:
                break;
            default:
                return ErrorClass.NotSupported;
        }

        if (request.Smmus.IsDefaultOrEmpty)
            return ErrorClass.Invalid;
        var smmus = request.Smmus.Select(handle => _smmus[handle.Value]).OfType<SmmuDevice>();
        ImmutableArray<SmmuDevice> found = [.. smmus];
        if (found.Length != request.Smmus.Length)
            return ErrorClass.NotFound;

        var lazy = (request.FlushMode ?? _options.FlushMode) == FlushMode.Lazy;
        // Stage 1 of guests stands on stage 2.
        var stage = request.Stage;
        if (request.NestParent && stage == DomainStage.Stage1)
            return ErrorClass.NotSupported;
        if (request.DirtyTracking && (request.NestParent || stage == DomainStage.Stage2))
            return ErrorClass.NotSupported;
        if (request.NestParent)
            stage = DomainStage.Stage2;
        if (request.DirtyTracking)
            stage = DomainStage.Stage1;
        if (stage == DomainStage.Any)
            stage = found.All(smmu => smmu.Features.Stage1)
                ? DomainStage.Stage1
                : DomainStage.Stage2;
        switch (stage)
        {
            case DomainStage.Stage1:
                var first = Stage1Domain.Create(found, _asids, lazy, request.DirtyTracking);
                return first.IsDone ? first.Value : first.Error;
            case DomainStage.Stage2:
                var second = Stage2Domain.Create(found, _vmids, lazy, request.NestParent);
                return second.IsDone ? second.Value : second.Error;
            default:
                return ErrorClass.NotSupported;
        }
    }

    private Outcome<PagingDomain> Paging(DomainHandle domain) =>
        _domains[domain.Value] switch
        {
            PagingDomain paging => paging,
            null => ErrorClass.NotFound,
            _ => ErrorClass.Invalid,
        };
}
