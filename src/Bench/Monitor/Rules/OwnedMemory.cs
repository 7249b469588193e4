using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>A driver touches only memory it has allocated.</summary>
public sealed class OwnedMemory : MonitorRule
{
    /// <inheritdoc/>
    public override string Id => "monitor.owned-memory";

    /// <inheritdoc/>
    public override string Clause => "contract";

    /// <inheritdoc/>
    public override string Sentence =>
        "The driver loads, stores and frees only memory that it has allocated and not yet freed.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (!Monitor.Allocations.Owns(store.Address))
            Violate(
                $"store of {store.New:x16} at {store.Address} ({store.Place}), which is not allocated"
            );
    }

    /// <inheritdoc/>
    public override void Loaded(PhysicalAddress address)
    {
        if (!Monitor.Allocations.Owns(address))
            Violate($"load at {address}, which is not allocated");
    }

    /// <inheritdoc/>
    public override void Freeing(PhysicalAddress address, ulong bytes)
    {
        if (bytes == 0)
            Violate($"free of {address}, where no allocation starts");
    }
}
