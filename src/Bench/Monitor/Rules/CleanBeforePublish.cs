using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>For an SMMU that is not coherent, what it reads has been cleaned to memory first.</summary>
public sealed class CleanBeforePublish : MonitorRule
{
    private readonly Dictionary<ulong, bool> _dirty = [];

    /// <inheritdoc/>
    public override string Id => "monitor.clean-before-publish";

    /// <inheritdoc/>
    public override bool NeedsOrder => true;

    /// <inheritdoc/>
    public override bool IsAboutOneThread => true;

    /// <inheritdoc/>
    public override string Clause => "§3.15, contract";

    /// <inheritdoc/>
    public override string Sentence =>
        "What an SMMU reads that is not coherent is cleaned to memory before a pointer, an index or the end of the operation relies on it.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (!Monitor.HasNonCoherent)
            return;
        if (store.Place.IsStructure)
            Check($"the store to {store.Place}[{store.Place.Word}]", place => !place.WasStructure);
        _dirty[store.Address.Value] = store.Place.IsStructure;
    }

    /// <inheritdoc/>
    public override void Cleaned(PhysicalAddress address, ulong bytes)
    {
        // Whole lines go to memory, and no line is shorter than 16 bytes; 64 is what machines have.
        var first = address.Value & ~63ul;
        var last = (address.Value + bytes + 63) & ~63ul;
        foreach (var word in _dirty.Keys.Where(word => word >= first && word < last).ToList())
            _dirty.Remove(word);
    }

    /// <inheritdoc/>
    public override void Freeing(PhysicalAddress address, ulong bytes)
    {
        foreach (
            var word in _dirty
                .Keys.Where(word => new PhysicalAddress(word).Within(address, bytes) is not null)
                .ToList()
        )
            _dirty.Remove(word);
    }

    /// <inheritdoc/>
    public override void RegisterWriting(int smmu, uint offset, ulong value)
    {
        if (offset == CmdqProd.Offset)
            Check($"SMMU_CMDQ_PROD = 0x{value:x}", place => place.Smmu == smmu);
    }

    /// <inheritdoc/>
    public override void OperationEnded() => Check("the end of the operation", _ => true);

    private void Check(string by, Func<(bool WasStructure, int Smmu), bool> concerns)
    {
        foreach (var (address, wasStructure) in _dirty)
        {
            var place = Monitor.Structures.At(address);
            if (
                !place.IsStructure
                || Monitor.IsCoherent(place.Smmu)
                || !concerns((wasStructure, place.Smmu))
            )
                continue;
            Violate(
                $"{place}: the word at 0x{address:x} was not cleaned before {by}; SMMU {place.Smmu} is not coherent and may read what was there before"
            );
            _dirty.Clear();
            return;
        }
    }
}
