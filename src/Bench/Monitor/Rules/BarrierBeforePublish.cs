using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>A barrier stands between what is written and the store or register write that lets the SMMU see it.</summary>
public sealed class BarrierBeforePublish : MonitorRule
{
    // Since the last barrier.
    private readonly UnseenWords _pending = new();

    /// <inheritdoc/>
    public override string Id => "monitor.barrier-before-publish";

    /// <inheritdoc/>
    public override bool NeedsOrder => true;

    /// <inheritdoc/>
    public override bool IsAboutOneThread => true;

    /// <inheritdoc/>
    public override string Clause => "§3.21.2, §3.21.3.1";

    /// <inheritdoc/>
    public override string Sentence =>
        "A barrier orders what is written before the pointer, index or enable that makes it visible to the SMMU.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (store.Place.IsStructure && !_pending.AllInside)
            CheckReachable($"the store to {store.Place}[{store.Place.Word}]");
        _pending.AddFirst(store);
    }

    /// <inheritdoc/>
    public override void BarrierDone() => _pending.Clear();

    /// <inheritdoc/>
    public override void RegisterWriting(int smmu, uint offset, ulong value)
    {
        if (offset != CmdqProd.Offset)
            return;
        foreach (var address in _pending.All)
            if (Monitor.Structures.At(address) is { IsStructure: true } place)
            {
                Violate(
                    $"SMMU_CMDQ_PROD = 0x{value:x} written with no barrier after the store to {place} (word at 0x{address:x}): the SMMU may run the command and not see the store"
                );
                _pending.Clear();
                return;
            }
    }

    /// <inheritdoc/>
    public override void RegisterWritten(int smmu, uint offset, ulong value)
    {
        if (offset == Cr0.Offset && new Cr0(value).SMMUEN)
            CheckReachable("SMMU_CR0.SMMUEN");
    }

    // What was no structure when it was stored and is one now has just become reachable.
    private void CheckReachable(string by)
    {
        foreach (var address in _pending.Outside)
            if (Monitor.Structures.At(address) is { IsStructure: true } place)
            {
                Violate(
                    $"{by} makes {place} reachable, whose word at 0x{address:x} was stored with no barrier in between"
                );
                _pending.Clear();
                return;
            }
    }
}
