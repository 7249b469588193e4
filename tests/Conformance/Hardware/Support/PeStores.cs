using SmmuConformance.Emulator;

namespace SmmuConformance.Conformance.Hardware;

/// <summary>Stores of a PE that a case holds back.</summary>
internal static class PeStores
{
    /// <summary>What the machine's PEs have stored and may not be seen yet.</summary>
    /// <exception cref="NotOnThisPlatformException">Nobody tells other hardware what stands in a cache of a PE.</exception>
    public static CpuStores HeldBack(this Machine machine) =>
        machine.IsElsewhere
            ? throw new NotOnThisPlatformException(
                "cache of a PE in which a store can be held back"
            )
            : machine.Stores;
}
