using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Driver.Reference;

// Domains under PASIDs: chosen by the caller, or by the driver.
public sealed partial class ReferenceDriver : IPasidAttach, IAuxiliaryDomains
{
    private readonly AuxiliaryDomains _auxiliary;

    /// <inheritdoc/>
    public Outcome<uint> PasidsOf(MasterHandle master) =>
        _masters[master.Value] is not { } found ? ErrorClass.NotFound
        : found.SubstreamBits == 0 ? 0u
        : 1u << found.SubstreamBits;

    /// <inheritdoc/>
    public Outcome AttachPasid(MasterHandle master, SubstreamId pasid, DomainHandle domain) =>
        _masters[master.Value] is { } device && _domains[domain.Value] is { } wanted
            ? Alone(() => Attachment.Begin(device, pasid, wanted))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome DetachPasid(MasterHandle master, SubstreamId pasid)
    {
        if (_masters[master.Value] is not { } device)
            return ErrorClass.NotFound;
        return Alone(() =>
            _auxiliary.Owns(device, pasid) || SharedAddressing.Owns(device, pasid)
                ? ErrorClass.Busy
                : Attachment.End(device, pasid)
        );
    }

    /// <inheritdoc/>
    public Outcome EnableAuxiliary(MasterHandle master) =>
        _masters[master.Value] is { } device
            ? Alone(() => _auxiliary.Enable(device))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome DisableAuxiliary(MasterHandle master) =>
        _masters[master.Value] is { } device
            ? Alone(() => _auxiliary.Disable(device))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome<SubstreamId> AttachAuxiliary(MasterHandle master, DomainHandle domain) =>
        _masters[master.Value] is { } device && _domains[domain.Value] is { } wanted
            ? Alone(() => _auxiliary.Attach(device, wanted))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome DetachAuxiliary(MasterHandle master, DomainHandle domain) =>
        _masters[master.Value] is { } device && _domains[domain.Value] is { } attached
            ? Alone(() => _auxiliary.Detach(device, attached))
            : ErrorClass.NotFound;

    /// <inheritdoc/>
    public Outcome<SubstreamId> PasidOf(DomainHandle domain) =>
        _domains[domain.Value] is { } found
            ? Alone(() => _auxiliary.PasidOf(found))
            : ErrorClass.NotFound;
}
