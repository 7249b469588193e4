using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>When PEs see what an SMMU notes in descriptors (§3.13.4).</summary>
public enum FlagVisibility : byte
{
    /// <summary>At once.</summary>
    AtOnce,

    /// <summary>As late as it may be: when a CMD_SYNC, or broadcast TLB maintenance, completes after the access has ended.</summary>
    AtSync,
}

/// <summary>
/// What one SMMU has noted in descriptors and PEs may not see yet. Memory itself holds the newest values; this keeps the
/// older ones that a PE still loads.
/// </summary>
/// <param name="visibility">When they are seen.</param>
public sealed class FlagUpdates(FlagVisibility visibility)
{
    private readonly Dictionary<ulong, ulong> _unseen = [];

    /// <summary>What a PE's load finds.</summary>
    /// <param name="address">A multiple of 8.</param>
    /// <param name="newest">What memory holds.</param>
    public ulong Seen(PhysicalAddress address, ulong newest) =>
        _unseen.Count != 0 && _unseen.TryGetValue(address.Value, out var old) ? old : newest;

    /// <summary>A PE stores the word, or changes it atomically: it has the newest value then.</summary>
    public void Stored(PhysicalAddress address) => _unseen.Remove(address.Value);

    /// <summary>The SMMU updates a descriptor.</summary>
    internal void Update(PhysicalAddress address, ulong old)
    {
        if (visibility == FlagVisibility.AtSync)
            _unseen.TryAdd(address.Value, old);
    }

    /// <summary>Everything noted so far is seen.</summary>
    internal void Complete() => _unseen.Clear();
}
