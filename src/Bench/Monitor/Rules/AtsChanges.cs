using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>What a device has been given stays what the SMMU takes it for: addresses, or addresses of a guest.</summary>
public sealed class AtsChanges : MonitorRule
{
    private static readonly Field s_eats = Ste.Layout[nameof(Ste.EATS)];

    /// <inheritdoc/>
    public override string Id => "monitor.ats-changes";

    /// <inheritdoc/>
    public override string Clause => "§3.9.2, §6.3.9.2";

    /// <inheritdoc/>
    public override string Sentence =>
        "STE.EATS of a live entry goes from full to split-stage ATS and back by way of 0b00 only, and CR0.ATSCHK is not cleared while an entry has split-stage ATS.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (
            store.Place is not { Kind: PlaceKind.Ste } place
            || place.Word != s_eats.Word
            || !Monitor.Machine.Memory.Structure<Ste>(place.Base).V
        )
            return;
        var (old, now) = (EatsOf(store.Old), EatsOf(store.New));
        if ((IsFull(old) && now == Eats.SplitStage) || (old == Eats.SplitStage && IsFull(now)))
            Violate(
                $"EATS of the live entry of stream {place.Stream} goes from {old} to {now}: the device holds translations of the other kind; 0b00, and the ATC emptied, come between"
            );
    }

    /// <inheritdoc/>
    public override void RegisterWriting(int smmu, uint offset, ulong value)
    {
        var state = Monitor.Machine.Smmus[smmu].Inside.State;
        if (offset != Cr0.Offset || !state.Cr0.ATSCHK || new Cr0(value).ATSCHK)
            return;
        var structures = Monitor.Structures.Of(smmu);
        foreach (var stream in structures.Stage2.Keys)
            if (structures.SteOf(stream) is { EATS: Eats.SplitStage })
                Violate(
                    $"ATSCHK is cleared while the entry of stream {stream} has split-stage ATS: its Translated accesses carry addresses of a guest and would pass unchecked"
                );
    }

    private static bool IsFull(Eats eats) => eats is Eats.Full or Eats.FullWithDpt;

    private static Eats EatsOf(ulong word) => (Eats)s_eats.RawIn(word);
}
