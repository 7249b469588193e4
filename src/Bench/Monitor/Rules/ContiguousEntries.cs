using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>An entry that says by CONT that its neighbours are like it tells the truth.</summary>
public sealed class ContiguousEntries : MonitorRule
{
    // Entries that have had CONT set, by SMMU and stream.
    private readonly HashSet<(int Smmu, StreamId Stream)> _claims = [];

    /// <inheritdoc/>
    public override string Id => "monitor.contiguous-entries";

    /// <inheritdoc/>
    public override string Clause => "§5.2, CONT";

    /// <inheritdoc/>
    public override string Sentence =>
        "The 2^CONT entries around a valid one are within its table and equal to it in everything but CONT: the SMMU may use any of them for each.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        if (
            store.Place is { Kind: PlaceKind.Ste, Word: 0 or 1 } place
            && Monitor.Machine.Memory.Structure<Ste>(place.Base).CONT != 0
        )
            _claims.Add((place.Smmu, place.Stream));
    }

    /// <inheritdoc/>
    public override void OperationEnded()
    {
        if (!Monitor.IsUnconfirmed)
            _claims.RemoveWhere(claim => !Holds(claim.Smmu, claim.Stream));
    }

    // False if the entry claims nothing any more, or was found to lie.
    private bool Holds(int smmu, StreamId stream)
    {
        if (EntryOf(smmu, stream) is not { V: true, CONT: not 0 } entry)
            return false;
        var count = 1u << entry.CONT;
        for (var other = stream.Value & ~(count - 1); count-- > 0; other++)
        {
            var neighbour = EntryOf(smmu, other);
            if (neighbour is { } alike && alike with { CONT = 0 } == entry with { CONT = 0 })
                continue;
            Violate(
                $"the entry of stream {stream} has CONT = {entry.CONT}, but that of stream {(StreamId)other} "
                    + (neighbour is null ? "is beyond the table" : "differs from it")
            );
            return false;
        }
        return true;
    }

    private Ste? EntryOf(int smmu, StreamId stream) => Monitor.Structures.Of(smmu).SteOf(stream);
}
