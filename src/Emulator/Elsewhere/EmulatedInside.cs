using SmmuConformance.Architecture;

namespace SmmuConformance.Emulator;

/// <summary>
/// The inside of one emulated SMMU, for who watches: it is there also when other hardware answers, and then tells what that
/// hardware should be like.
/// </summary>
public readonly struct EmulatedInside
{
    private readonly Smmu _smmu;

    internal EmulatedInside(Smmu smmu) => _smmu = smmu;

    /// <summary>The register values in force.</summary>
    public SmmuState State => _smmu.OwnState;

    /// <summary>What it remembers.</summary>
    public SmmuCaches Caches => _smmu.OwnCaches;

    /// <summary>What it has noted in descriptors and PEs do not see yet.</summary>
    public FlagUpdates Updates => _smmu.OwnUpdates;

    /// <summary>Watches it.</summary>
    public void Watch(ISmmuObserver observer) => _smmu.Watch(observer);

    /// <summary>What memory and registers say of a transaction, whatever is cached; nothing is recorded.</summary>
    public Translation Truth(in Transaction transaction) => _smmu.OwnTruth(in transaction);
}
