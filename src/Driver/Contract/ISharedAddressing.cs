using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Devices that work in the address space of a process: by the page tables of the PEs, which are not the driver's, under a
/// PASID that is the same for all its devices. Goes with <see cref="Capabilities.SharedAddressing"/>.
/// </summary>
public interface ISharedAddressing
{
    /// <summary>Gives the accesses of a device that carry the PASID returned the translation of a process.</summary>
    /// <remarks>Binding it again is counted; so many times it must be unbound.</remarks>
    /// <returns>
    /// The PASID; or <see cref="ErrorClass.NotSupported"/> if the SMMU cannot walk the tables as PEs do, or not coherently,
    /// <see cref="ErrorClass.NoDevice"/> if the process has exited, <see cref="ErrorClass.Invalid"/> if the device has no
    /// PASIDs or its own domain is stage 2, <see cref="ErrorClass.Overflow"/> if the PASID of the process is larger than the
    /// device can use, <see cref="ErrorClass.NoSpace"/> if no PASID is left, <see cref="ErrorClass.Busy"/> if no ASID is, or the PASID
    /// is taken on the device, <see cref="ErrorClass.OutOfMemory"/>.
    /// </returns>
    Outcome<SubstreamId> Bind(MasterHandle master, in ProcessSpace process);

    /// <summary>Takes one binding back. With the last one accesses with the PASID are refused.</summary>
    /// <returns><see cref="ErrorClass.NotFound"/> if it is not bound.</returns>
    Outcome Unbind(MasterHandle master, ProcessId process);

    /// <summary>
    /// The process has changed its tables: descriptors in the range are not what they were. When this returns, no device
    /// uses what they said. Its PEs have completed their own TLB maintenance for it, under
    /// <see cref="ProcessSpace.SharedAsid"/> if there is one.
    /// </summary>
    /// <param name="process">Whose tables; one that is bound to no device is none of the driver's business.</param>
    /// <param name="address">First address.</param>
    /// <param name="bytes">Size; 0: all of the address space.</param>
    Outcome Changed(ProcessId process, Iova address, ulong bytes);

    /// <summary>
    /// The process ends: its tables are about to be freed. Accesses are refused from then on, and in silence, until each
    /// device is unbound. It cannot be bound again.
    /// </summary>
    Outcome Exited(ProcessId process);
}

/// <summary>The address space of a process, as its PEs are set up for it. Its tables are in the byte order of little-endian PEs.</summary>
/// <param name="Id">The process. Equal for equal tables.</param>
/// <param name="Table">First table: what TTBR0 says.</param>
/// <param name="PageSize">Bytes of a page: 4, 16 or 64 KiB.</param>
/// <param name="InputBits">Addresses are below 2 to this power: 64 - TCR.T0SZ; 25 to 48.</param>
/// <param name="OutputBits">Bits of a physical address: what TCR.IPS says.</param>
/// <param name="MemoryAttributes">What MAIR says.</param>
public readonly record struct ProcessSpace(
    ProcessId Id,
    PhysicalAddress Table,
    ulong PageSize,
    byte InputBits,
    byte OutputBits,
    ulong MemoryAttributes
)
{
    /// <summary>
    /// The ASID under which its PEs broadcast their TLB maintenance, and which is no other process' as long as it is bound;
    /// null: there is none to rely on. A driver may use it for SMMUs that hear broadcasts (§3.17).
    /// </summary>
    public Asid? SharedAsid { get; init; }
}
