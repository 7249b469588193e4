using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>The owner of the memory touched an address that aborts: a mistake of the test or the bench, not of a device.</summary>
/// <param name="address">The address touched.</param>
public sealed class MemoryAbortException(PhysicalAddress address)
    : Exception($"the access to {address} aborts")
{
    /// <summary>The address touched.</summary>
    public PhysicalAddress Address => address;
}
