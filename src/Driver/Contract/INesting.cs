using System.Collections.Immutable;
using SmmuConformance.Architecture;

namespace SmmuConformance.Driver.Contract;

/// <summary>
/// Nested translation: a guest owns stage 1 of its devices, and the host stage 2 below it. The guest sees a virtual SMMU;
/// what it writes there arrives here as entries and commands, none of which is trusted. Goes with
/// <see cref="Capabilities.Nesting"/>.
/// </summary>
public interface INesting
{
    /// <summary>What a guest may be told of the SMMU in front of a device.</summary>
    Outcome<HardwareInformation> InformationOf(MasterHandle master);

    /// <summary>
    /// Makes a virtual SMMU on top of a stage 2 domain made as nest parent. Translations of its guest are tagged with a VMID
    /// of its own.
    /// </summary>
    /// <param name="master">A device that the guest is to have; it tells which SMMU is meant.</param>
    /// <param name="parent">The domain; it lives as long as the virtual SMMU.</param>
    /// <returns>
    /// A handle, or <see cref="ErrorClass.Invalid"/> if the domain is no nest parent or does not fit the SMMU,
    /// <see cref="ErrorClass.NotSupported"/> if the SMMU cannot nest, or neither it (STE.S2FWB) nor the device
    /// (<see cref="MasterDescription.CanWriteBackNonSnooped"/>) keeps the guest from incoherent accesses,
    /// <see cref="ErrorClass.NoSpace"/> if no VMID is left.
    /// </returns>
    Outcome<VirtualSmmuHandle> CreateVirtualSmmu(MasterHandle master, DomainHandle parent);

    /// <summary>Ends a virtual SMMU.</summary>
    /// <returns><see cref="ErrorClass.Busy"/> while it has devices or nested domains.</returns>
    Outcome FreeVirtualSmmu(VirtualSmmuHandle guest);

    /// <summary>Tells under which StreamID the guest knows a device.</summary>
    /// <returns>
    /// <see cref="ErrorClass.AlreadyExists"/> if the device has one or the number is taken,
    /// <see cref="ErrorClass.Invalid"/> if the device is behind another SMMU, or not as coherent as it must be,
    /// <see cref="ErrorClass.NotSupported"/> if it has several streams.
    /// </returns>
    Outcome AddVirtualDevice(VirtualSmmuHandle guest, MasterHandle master, StreamId virtualStream);

    /// <summary>The guest knows the device no more.</summary>
    /// <returns><see cref="ErrorClass.NotFound"/>, or <see cref="ErrorClass.Busy"/> while it translates by the guest's stage 1.</returns>
    Outcome RemoveVirtualDevice(VirtualSmmuHandle guest, MasterHandle master);

    /// <summary>
    /// Makes a domain of the first two words of a guest's stream table entry: translate, bypass (stage 2 remains), or abort.
    /// An entry whose V is 0 aborts, whatever else it says. It is attached with <see cref="ISmmuDriver.Attach"/>.
    /// </summary>
    /// <remarks>
    /// Attaching one that translates needs a virtual device: <see cref="ErrorClass.NotFound"/> without.
    /// </remarks>
    /// <returns>A handle, or <see cref="ErrorClass.Malformed"/> for bits that are not the guest's to set.</returns>
    Outcome<DomainHandle> CreateNestedDomain(VirtualSmmuHandle guest, ulong word0, ulong word1);

    /// <summary>
    /// Carries out invalidations of a guest, with VMID and StreamID replaced by the host's. Every bit is checked: what a
    /// guest may not say never reaches a command queue.
    /// </summary>
    /// <param name="guest">Whose they are.</param>
    /// <param name="commands">As the guest wrote them, in order.</param>
    /// <returns>How many have had their effect, and what stopped the next one.</returns>
    GuestInvalidation Invalidate(VirtualSmmuHandle guest, ReadOnlySpan<Command> commands);
}

/// <summary>What became of a guest's invalidations.</summary>
/// <param name="Handled">How many, from the first on, have had their effect.</param>
/// <param name="Outcome">
/// Done if that is all; <see cref="ErrorClass.Malformed"/> if the next one is not a guest's to give;
/// <see cref="ErrorClass.NotFound"/>; <see cref="ErrorClass.TimedOut"/>.
/// </param>
public readonly record struct GuestInvalidation(int Handled, Outcome Outcome);

/// <summary>The ID registers of an SMMU, as they read.</summary>
/// <param name="Idr">SMMU_IDR0 to SMMU_IDR5.</param>
/// <param name="Iidr">SMMU_IIDR.</param>
/// <param name="Aidr">SMMU_AIDR.</param>
public readonly record struct HardwareInformation(ImmutableArray<uint> Idr, uint Iidr, uint Aidr);
