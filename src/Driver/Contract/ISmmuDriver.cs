using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// A driver under test. It answers every call with an outcome and never throws; a refused call changes nothing: no table,
/// no tag, no command. Calls come one after another, unless the driver declares <see cref="Capabilities.Concurrent"/>. What it offers beyond this interface are
/// facets: optional interfaces asked for with <see cref="Facet{T}"/> and declared in <see cref="DriverDescription"/>.
/// </summary>
public interface ISmmuDriver
{
    /// <summary>Name, version, capabilities, policies. Always the same answer.</summary>
    DriverDescription Describe();

    /// <summary>Reads the ID registers, resets the SMMU, builds its queues and tables and enables it.</summary>
    /// <param name="platform">The node; valid until <see cref="Remove"/> has returned.</param>
    /// <returns>A handle, or <see cref="ErrorClass.Busy"/> for a node it has already, <see cref="ErrorClass.UnsupportedHardware"/>, <see cref="ErrorClass.OutOfMemory"/>, <see cref="ErrorClass.TimedOut"/>.</returns>
    Outcome<SmmuHandle> Probe(IPlatform platform);

    /// <summary>Disables an SMMU and gives back all its memory. Its masters and virtual SMMUs must be gone, unless it was shut down.</summary>
    /// <returns><see cref="ErrorClass.Busy"/>, <see cref="ErrorClass.TimedOut"/>, <see cref="ErrorClass.NotFound"/>.</returns>
    Outcome Remove(SmmuHandle smmu);

    /// <summary>Takes a device under the driver's care; its streams get the declared default.</summary>
    /// <returns>
    /// A handle, or <see cref="ErrorClass.OutOfRange"/> for a StreamID beyond the table,
    /// <see cref="ErrorClass.NoDevice"/> for one that another master owns.
    /// </returns>
    Outcome<MasterHandle> AddMaster(SmmuHandle smmu, MasterDescription description);

    /// <summary>Releases a device: its streams get the declared default, whatever it was attached to.</summary>
    /// <returns>
    /// <see cref="ErrorClass.NotFound"/>; <see cref="ErrorClass.TimedOut"/> if hardware does not confirm it, and then the
    /// device is still there, attached to whatever is left, and can be removed again.
    /// </returns>
    Outcome RemoveMaster(MasterHandle master);

    /// <summary>Makes a domain. Its page tables exist when the call returns; tags may come later.</summary>
    /// <returns>A handle, or <see cref="ErrorClass.NotSupported"/>, <see cref="ErrorClass.OutOfMemory"/>, <see cref="ErrorClass.NoSpace"/>, <see cref="ErrorClass.Busy"/>.</returns>
    Outcome<DomainHandle> CreateDomain(DomainRequest request);

    /// <summary>Ends a domain that no master is attached to, with everything still mapped in it.</summary>
    Outcome FreeDomain(DomainHandle domain);

    /// <summary>What a paging domain can map.</summary>
    Outcome<DomainGeometry> Geometry(DomainHandle domain);

    /// <summary>
    /// Gives the accesses of a master that carry no PASID that domain's translation, in place of what they had, on every
    /// stream. What is attached under PASIDs stays.
    /// </summary>
    /// <returns>
    /// <see cref="ErrorClass.Invalid"/> if the domain does not fit the SMMU or the device, <see cref="ErrorClass.Busy"/> if
    /// PASIDs are in use beside which it has no room, <see cref="ErrorClass.NotFound"/>, <see cref="ErrorClass.OutOfMemory"/>;
    /// or <see cref="ErrorClass.TimedOut"/> or <see cref="ErrorClass.Malformed"/>: hardware did not confirm it.
    /// It may use either domain until a change of the master is confirmed, and neither can be freed before; asked again, it is
    /// tried again.
    /// </returns>
    Outcome Attach(MasterHandle master, DomainHandle domain);

    /// <summary>Gives the accesses of a master that carry no PASID the declared default.</summary>
    Outcome Detach(MasterHandle master);

    /// <summary>Maps a range. Address, physical address and size are multiples of the smallest page.</summary>
    /// <returns><see cref="ErrorClass.AlreadyExists"/> if part of it is mapped, <see cref="ErrorClass.OutOfRange"/> beyond the domain's geometry, <see cref="ErrorClass.NotSupported"/> for a protection that its stage cannot express, <see cref="ErrorClass.OutOfMemory"/>.</returns>
    Outcome Map(
        DomainHandle domain,
        Iova address,
        PhysicalAddress physical,
        ulong bytes,
        Protection protection
    );

    /// <summary>Unmaps a range; in strict mode no access reaches the old pages once this has returned.</summary>
    /// <returns>How many bytes were mapped and are not any more.</returns>
    Outcome<ulong> Unmap(DomainHandle domain, Iova address, ulong bytes);

    /// <summary>Makes the hardware forget every range unmapped so far.</summary>
    Outcome Flush(DomainHandle domain);

    /// <summary>Serves an interrupt: drains queues, acknowledges errors, reports faults.</summary>
    Outcome HandleInterrupt(SmmuHandle smmu, InterruptSource source);

    /// <summary>Disables an SMMU for a restart of the machine; nothing else is called on it afterwards but <see cref="Remove"/>.</summary>
    Outcome Shutdown(SmmuHandle smmu);

    /// <summary>An optional ability, or null if the driver does not have it.</summary>
    T? Facet<T>()
        where T : class;
}
