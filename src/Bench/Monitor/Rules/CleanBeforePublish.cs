using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>For an SMMU that is not coherent, what it reads has been cleaned to memory first.</summary>
public sealed class CleanBeforePublish : MonitorRule
{
    private readonly UnseenWords _dirty = new();

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
        if (store.Place.IsStructure && !_dirty.AllInside)
            Check(_dirty.Outside, null, $"the store to {store.Place}[{store.Place.Word}]");
        _dirty.Add(store);
    }

    /// <inheritdoc/>
    public override void Cleaned(PhysicalAddress address, ulong bytes)
    {
        // Whole lines go to memory, and no line is shorter than 16 bytes; 64 is what machines have.
        var first = address.Value & ~63ul;
        _dirty.Remove(first, ((address.Value + bytes + 63) & ~63ul) - first);
    }

    /// <inheritdoc/>
    public override void Freeing(PhysicalAddress address, ulong bytes) =>
        _dirty.Remove(address, bytes);

    /// <inheritdoc/>
    public override void RegisterWriting(int smmu, uint offset, ulong value)
    {
        if (offset == CmdqProd.Offset)
            Check(_dirty.All, smmu, $"SMMU_CMDQ_PROD = 0x{value:x}");
    }

    /// <inheritdoc/>
    public override void OperationEnded() => Check(_dirty.All, null, "the end of the operation");

    // A word counts by what it is now: a table is filled first, and then a pointer leads to it.
    private void Check(IEnumerable<ulong> words, int? smmu, string by)
    {
        foreach (var address in words)
        {
            var place = Monitor.Structures.At(address);
            if (
                !place.IsStructure
                || Monitor.IsCoherent(place.Smmu)
                || smmu is { } only && place.Smmu != only
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
