using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Auxiliary domains: a device is split into parts that work on behalf of different owners, each with an address space of
/// its own beside the device's, told apart by a PASID that the driver chooses. Goes with
/// <see cref="Capabilities.AuxiliaryDomains"/>.
/// </summary>
public interface IAuxiliaryDomains
{
    /// <summary>Allows a device to have auxiliary domains.</summary>
    /// <returns>
    /// <see cref="ErrorClass.NoDevice"/> if it has no PASIDs, <see cref="ErrorClass.Busy"/> if it is allowed already,
    /// <see cref="ErrorClass.NotFound"/>.
    /// </returns>
    Outcome EnableAuxiliary(MasterHandle master);

    /// <summary>Takes the allowance back.</summary>
    /// <returns>
    /// <see cref="ErrorClass.Invalid"/> if there is none, <see cref="ErrorClass.Busy"/> while auxiliary domains are
    /// attached, <see cref="ErrorClass.NotFound"/>.
    /// </returns>
    Outcome DisableAuxiliary(MasterHandle master);

    /// <summary>Attaches a stage 1 domain beside those that the device has.</summary>
    /// <remarks>All devices of one domain see it under one PASID.</remarks>
    /// <returns>
    /// The PASID; or <see cref="ErrorClass.Invalid"/> if the device is not enabled or the domain does not fit,
    /// <see cref="ErrorClass.Busy"/> if it is attached there already, or its PASID is taken on the device,
    /// <see cref="ErrorClass.Overflow"/> if the domain's PASID is larger than the device can use,
    /// <see cref="ErrorClass.NoSpace"/> if no PASID is left, <see cref="ErrorClass.OutOfMemory"/>.
    /// </returns>
    Outcome<SubstreamId> AttachAuxiliary(MasterHandle master, DomainHandle domain);

    /// <summary>Detaches an auxiliary domain; the last device gives the domain's PASID back.</summary>
    /// <returns><see cref="ErrorClass.NotFound"/> if it is not attached there as auxiliary.</returns>
    Outcome DetachAuxiliary(MasterHandle master, DomainHandle domain);

    /// <summary>The PASID of a domain that is attached as auxiliary.</summary>
    /// <returns><see cref="ErrorClass.Invalid"/> if it is attached nowhere as auxiliary.</returns>
    Outcome<SubstreamId> PasidOf(DomainHandle domain);
}
