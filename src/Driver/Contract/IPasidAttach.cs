using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Domains for the accesses of a device that carry a PASID, beside the domain of those that carry none. Goes with
/// <see cref="Capabilities.PasidAttach"/>.
/// </summary>
public interface IPasidAttach
{
    /// <summary>How many PASIDs a device can use: all below this number; 0: none.</summary>
    /// <returns>The number, 0 or 2 to 2^20, or <see cref="ErrorClass.NotFound"/>.</returns>
    Outcome<uint> PasidsOf(MasterHandle master);

    /// <summary>Gives the accesses of a device that carry a PASID the translation of a stage 1 domain. They had none.</summary>
    /// <param name="master">The device.</param>
    /// <param name="pasid">1 and up; 0 is what carries no PASID.</param>
    /// <param name="domain">The domain.</param>
    /// <returns>
    /// <see cref="ErrorClass.Invalid"/> for PASID 0, one that the device cannot use, a domain that is not stage 1 or does
    /// not fit, or a device whose domain without PASID is stage 2; <see cref="ErrorClass.Busy"/> if the PASID has a
    /// domain; <see cref="ErrorClass.OutOfMemory"/>.
    /// </returns>
    Outcome AttachPasid(MasterHandle master, SubstreamId pasid, DomainHandle domain);

    /// <summary>Takes the translation of a PASID away: accesses that carry it are refused.</summary>
    /// <returns>
    /// <see cref="ErrorClass.NotFound"/> if it has none, <see cref="ErrorClass.Busy"/> if it belongs to an auxiliary domain
    /// or a process.
    /// </returns>
    Outcome DetachPasid(MasterHandle master, SubstreamId pasid);
}
