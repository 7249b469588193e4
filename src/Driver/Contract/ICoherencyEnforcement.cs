namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Domains whose devices cannot get around the caches whatever they ask for. Goes with
/// <see cref="Capabilities.CoherencyEnforcement"/>.
/// </summary>
public interface ICoherencyEnforcement
{
    /// <summary>
    /// Asks that accesses through a domain be coherent. From then on only devices that can be kept to it are attached:
    /// others are refused with <see cref="ErrorClass.Invalid"/>.
    /// </summary>
    /// <returns>
    /// True if it is so; false, and nothing changes, if a device that is attached cannot be kept to it
    /// (<see cref="MasterDescription.CanWriteBackNonSnooped"/>).
    /// </returns>
    Outcome<bool> EnforceCoherency(DomainHandle domain);
}
