using System.Collections.Immutable;
using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Adapters.Wire;

/// <summary>The optional abilities.</summary>
public sealed partial class RemoteDriver
    : IPower,
        IPasidAttach,
        IAuxiliaryDomains,
        ISharedAddressing,
        IPageFaults,
        ICoherencyEnforcement,
        IDirtyTracking
{
    /// <inheritdoc/>
    public Outcome Suspend(SmmuHandle smmu) => Call(Operation.Suspend, smmu.Value);

    /// <inheritdoc/>
    public Outcome Resume(SmmuHandle smmu) => Call(Operation.Resume, smmu.Value);

    /// <inheritdoc/>
    public Outcome<uint> PasidsOf(MasterHandle master)
    {
        Start(Operation.PasidsOf).I32(master.Value);
        return Result(static (ref WireReader from) => from.U32("number of PASIDs"));
    }

    /// <inheritdoc/>
    public Outcome AttachPasid(MasterHandle master, SubstreamId pasid, DomainHandle domain)
    {
        var call = Start(Operation.AttachPasid);
        call.I32(master.Value);
        call.U32(pasid.Value);
        call.I32(domain.Value);
        return Finish();
    }

    /// <inheritdoc/>
    public Outcome DetachPasid(MasterHandle master, SubstreamId pasid)
    {
        var call = Start(Operation.DetachPasid);
        call.I32(master.Value);
        call.U32(pasid.Value);
        return Finish();
    }

    /// <inheritdoc/>
    public Outcome EnableAuxiliary(MasterHandle master) =>
        Call(Operation.EnableAuxiliary, master.Value);

    /// <inheritdoc/>
    public Outcome DisableAuxiliary(MasterHandle master) =>
        Call(Operation.DisableAuxiliary, master.Value);

    /// <inheritdoc/>
    public Outcome<SubstreamId> AttachAuxiliary(MasterHandle master, DomainHandle domain)
    {
        var call = Start(Operation.AttachAuxiliary);
        call.I32(master.Value);
        call.I32(domain.Value);
        return Pasid();
    }

    /// <inheritdoc/>
    public Outcome DetachAuxiliary(MasterHandle master, DomainHandle domain) =>
        Call(Operation.DetachAuxiliary, master.Value, domain.Value);

    /// <inheritdoc/>
    public Outcome<SubstreamId> PasidOf(DomainHandle domain)
    {
        Start(Operation.PasidOf).I32(domain.Value);
        return Pasid();
    }

    /// <inheritdoc/>
    public Outcome<SubstreamId> Bind(MasterHandle master, in ProcessSpace process)
    {
        var call = Start(Operation.Bind);
        call.I32(master.Value);
        call.Write(in process);
        return Pasid();
    }

    /// <inheritdoc/>
    public Outcome Unbind(MasterHandle master, ProcessId process) =>
        Call(Operation.Unbind, master.Value, process.Value);

    /// <inheritdoc/>
    public Outcome Changed(ProcessId process, Iova address, ulong bytes)
    {
        var call = Start(Operation.Changed);
        call.I32(process.Value);
        call.U64(address.Value);
        call.U64(bytes);
        return Finish();
    }

    /// <inheritdoc/>
    public Outcome Exited(ProcessId process) => Call(Operation.Exited, process.Value);

    /// <inheritdoc/>
    public Outcome EnableFaults(MasterHandle master) => Call(Operation.EnableFaults, master.Value);

    /// <inheritdoc/>
    public Outcome DisableFaults(MasterHandle master) =>
        Call(Operation.DisableFaults, master.Value);

    /// <inheritdoc/>
    public Outcome Answer(PageFaultGroup group, PageFaultAnswer answer)
    {
        var call = Start(Operation.AnswerFault);
        call.I64(group.Value);
        call.U8((byte)answer);
        return Finish();
    }

    /// <inheritdoc/>
    public Outcome<bool> EnforceCoherency(DomainHandle domain)
    {
        Start(Operation.EnforceCoherency).I32(domain.Value);
        return Result(static (ref WireReader from) => from.Flag("whether it is enforced"));
    }

    /// <inheritdoc/>
    public Outcome StartTracking(DomainHandle domain) =>
        Call(Operation.StartTracking, domain.Value);

    /// <inheritdoc/>
    public Outcome StopTracking(DomainHandle domain) => Call(Operation.StopTracking, domain.Value);

    /// <inheritdoc/>
    public Outcome<ImmutableArray<DirtyRange>> ReadDirty(
        DomainHandle domain,
        Iova address,
        ulong bytes,
        bool clean
    )
    {
        var call = Start(Operation.ReadDirty);
        call.I32(domain.Value);
        call.U64(address.Value);
        call.U64(bytes);
        call.Flag(clean);
        return Result(
            static (ref WireReader from) =>
            {
                var ranges = ImmutableArray.CreateBuilder<DirtyRange>();
                for (var left = from.U32("number of ranges"); left > 0; left--)
                    ranges.Add(new(from.U64("address"), from.U64("bytes")));
                return ranges.ToImmutable();
            }
        );
    }

    private Outcome<SubstreamId> Pasid() =>
        Result(static (ref WireReader from) => (SubstreamId)from.U32("PASID"));
}
