using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Native;

/// <summary>The optional abilities; they are reached only if the library has all their functions.</summary>
public sealed unsafe partial class NativeDriver
    : IPower,
        IPasidAttach,
        IAuxiliaryDomains,
        ISharedAddressing,
        IPageFaults,
        ICoherencyEnforcement,
        IDirtyTracking
{
    // How many ranges are asked for first; if there are more, once more with room for all.
    private const int RangesAtFirst = 64;

    /// <inheritdoc/>
    public Outcome Suspend(SmmuHandle smmu) => Call(_do->Suspend, smmu.Value, "suspend");

    /// <inheritdoc/>
    public Outcome Resume(SmmuHandle smmu) => Call(_do->Resume, smmu.Value, "resume");

    /// <inheritdoc/>
    public Outcome<uint> PasidsOf(MasterHandle master)
    {
        uint count = 0;
        var error = Ended(_do->PasidsOf(_self, master.Value, &count), "pasids_of");
        return error.IsDone ? count : error.Error;
    }

    /// <inheritdoc/>
    public Outcome AttachPasid(MasterHandle master, SubstreamId pasid, DomainHandle domain) =>
        Ended(_do->AttachPasid(_self, master.Value, pasid.Value, domain.Value), "attach_pasid");

    /// <inheritdoc/>
    public Outcome DetachPasid(MasterHandle master, SubstreamId pasid) =>
        Ended(_do->DetachPasid(_self, master.Value, pasid.Value), "detach_pasid");

    /// <inheritdoc/>
    public Outcome EnableAuxiliary(MasterHandle master) =>
        Call(_do->EnableAuxiliary, master.Value, "enable_auxiliary");

    /// <inheritdoc/>
    public Outcome DisableAuxiliary(MasterHandle master) =>
        Call(_do->DisableAuxiliary, master.Value, "disable_auxiliary");

    /// <inheritdoc/>
    public Outcome<SubstreamId> AttachAuxiliary(MasterHandle master, DomainHandle domain)
    {
        uint pasid = 0;
        var error = Ended(
            _do->AttachAuxiliary(_self, master.Value, domain.Value, &pasid),
            "attach_auxiliary"
        );
        return error.IsDone ? (SubstreamId)pasid : error.Error;
    }

    /// <inheritdoc/>
    public Outcome DetachAuxiliary(MasterHandle master, DomainHandle domain) =>
        Call(_do->DetachAuxiliary, master.Value, domain.Value, "detach_auxiliary");

    /// <inheritdoc/>
    public Outcome<SubstreamId> PasidOf(DomainHandle domain)
    {
        uint pasid = 0;
        var error = Ended(_do->PasidOf(_self, domain.Value, &pasid), "pasid_of");
        return error.IsDone ? (SubstreamId)pasid : error.Error;
    }

    /// <inheritdoc/>
    public Outcome<SubstreamId> Bind(MasterHandle master, in ProcessSpace process)
    {
        var it = new NativeProcess
        {
            Id = process.Id.Value,
            SharedAsid = process.SharedAsid?.Value ?? 0,
            HasSharedAsid = Byte(process.SharedAsid is not null),
            InputBits = process.InputBits,
            OutputBits = process.OutputBits,
            Table = process.Table.Value,
            PageSize = process.PageSize,
            MemoryAttributes = process.MemoryAttributes,
        };
        uint pasid = 0;
        var error = Ended(_do->Bind(_self, master.Value, &it, &pasid), "bind");
        return error.IsDone ? (SubstreamId)pasid : error.Error;
    }

    /// <inheritdoc/>
    public Outcome Unbind(MasterHandle master, ProcessId process) =>
        Call(_do->Unbind, master.Value, process.Value, "unbind");

    /// <inheritdoc/>
    public Outcome Changed(ProcessId process, Iova address, ulong bytes) =>
        Ended(_do->Changed(_self, process.Value, address.Value, bytes), "changed");

    /// <inheritdoc/>
    public Outcome Exited(ProcessId process) => Call(_do->Exited, process.Value, "exited");

    /// <inheritdoc/>
    public Outcome EnableFaults(MasterHandle master) =>
        Call(_do->EnableFaults, master.Value, "enable_faults");

    /// <inheritdoc/>
    public Outcome DisableFaults(MasterHandle master) =>
        Call(_do->DisableFaults, master.Value, "disable_faults");

    /// <inheritdoc/>
    public Outcome Answer(PageFaultGroup group, PageFaultAnswer answer) =>
        Ended(_do->Answer(_self, group.Value, (int)answer), "answer");

    /// <inheritdoc/>
    public Outcome<bool> EnforceCoherency(DomainHandle domain)
    {
        byte enforced = 0;
        var error = Ended(
            _do->EnforceCoherency(_self, domain.Value, &enforced),
            "enforce_coherency"
        );
        return error.IsDone ? enforced != 0 : error.Error;
    }

    /// <inheritdoc/>
    public Outcome StartTracking(DomainHandle domain) =>
        Call(_do->StartTracking, domain.Value, "start_tracking");

    /// <inheritdoc/>
    public Outcome StopTracking(DomainHandle domain) =>
        Call(_do->StopTracking, domain.Value, "stop_tracking");

    /// <inheritdoc/>
    public Outcome<ImmutableArray<DirtyRange>> ReadDirty(
        DomainHandle domain,
        Iova address,
        ulong bytes,
        bool clean
    )
    {
        for (var room = (uint)RangesAtFirst; ; )
        {
            var ranges = new NativeRange[room];
            var count = room;
            fixed (NativeRange* first = ranges)
            {
                var error = Ended(
                    _do->ReadDirty(
                        _self,
                        domain.Value,
                        address.Value,
                        bytes,
                        clean ? 1 : 0,
                        first,
                        &count
                    ),
                    "read_dirty"
                );
                if (!error.IsDone)
                    return error.Error;
            }
            if (count <= room)
                return ranges
                    .Take((int)count)
                    .Select(it => new DirtyRange(it.Address, it.Bytes))
                    .ToImmutableArray();
            room = count;
        }
    }
}
