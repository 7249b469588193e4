using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>A PCIe device as an SMMU reaches it: invalidations of its translation cache, and answers to page requests.</summary>
public interface IAtsDevice
{
    /// <summary>The StreamIDs it answers for.</summary>
    bool Owns(StreamId stream);

    /// <summary>Forgets translations; false if it never answers, so that the invalidation times out (§3.9.1.4).</summary>
    bool Invalidate(in AtcInv invalidation);

    /// <summary>A page request group is answered (§8.3).</summary>
    void Respond(in PageResponse response);
}
