using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Every change of a reachable structure is announced to the SMMU and waited for before the operation returns.</summary>
public sealed class InvalidateAfterChange : MonitorRule
{
    private readonly record struct Key(
        int Smmu,
        PlaceKind Kind,
        StreamId Stream,
        SubstreamId Substream
    );

    private sealed class Change
    {
        public required Place Place { get; init; }
        public bool Invalidated { get; set; }
    }

    private readonly Dictionary<Key, Change> _open = [];

    /// <inheritdoc/>
    public override string Id => "monitor.invalidate-after-change";

    /// <inheritdoc/>
    public override string Clause => "§3.21.3, §4.3";

    /// <inheritdoc/>
    public override string Sentence =>
        "A change of a structure that the SMMU can reach is followed by the CMD_CFGI_* that covers it and by a completed CMD_SYNC before the operation returns, even if the structure was invalid before.";

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        var place = store.Place;
        if (store.Old == store.New || !IsConfiguration(place.Kind) || !Enabled(place.Smmu))
            return;
        if (place.Kind is PlaceKind.Cd or PlaceKind.L1Cd)
        {
            // Each stream caches its own copy of a shared table.
            foreach (var table in Monitor.Structures.Of(place.Smmu).Contexts)
                if (table.Owner == place.Stream)
                    foreach (var stream in table.Streams)
                        Open(place with { Stream = stream });
        }
        else
            Open(place);
    }

    /// <inheritdoc/>
    public override void CommandConsumed(
        int smmu,
        in Command command,
        PhysicalAddress slot,
        CommandError error
    )
    {
        if (error != CommandError.None)
            return;
        if (command.Is<Sync>())
        {
            foreach (var (key, change) in _open.ToList())
                if (key.Smmu == smmu && change.Invalidated)
                    _open.Remove(key);
            return;
        }
        foreach (var (key, change) in _open)
            if (key.Smmu == smmu && Covers(in command, key))
                change.Invalidated = true;
    }

    /// <inheritdoc/>
    public override void RegisterWritten(int smmu, uint offset, ulong value)
    {
        // Nothing is reachable once the SMMU is off (§3.21.3); the next start invalidates everything.
        if (offset == Cr0.Offset && !new Cr0(value).SMMUEN)
            foreach (var key in _open.Keys.Where(k => k.Smmu == smmu).ToList())
                _open.Remove(key);
    }

    /// <inheritdoc/>
    public override void OperationEnded()
    {
        if (Monitor.IsUnconfirmed)
            return;
        foreach (var (key, change) in _open)
            Violate(
                $"{change.Place} was changed and {Missing(change)} before the operation returned; needed: {Needed(key)}, CMD_SYNC\n"
                    + Decoded(change.Place)
            );
        _open.Clear();
    }

    private static string Missing(Change change) =>
        change.Invalidated ? "no CMD_SYNC completed" : "no CMD_CFGI_* that covers it was consumed";

    private static string Needed(Key key) =>
        key.Kind switch
        {
            PlaceKind.Ste => $"CMD_CFGI_STE StreamID={key.Stream}",
            PlaceKind.L1Std => $"CMD_CFGI_STE StreamID={key.Stream} Leaf=0",
            PlaceKind.Cd => $"CMD_CFGI_CD StreamID={key.Stream} SubstreamID={key.Substream}",
            _ => $"CMD_CFGI_CD StreamID={key.Stream} SubstreamID={key.Substream} Leaf=0",
        };

    // Which command covers which structure: §4.3.1 to §4.3.4.
    private bool Covers(in Command command, Key key)
    {
        if (command.Is<CfgiSteRange>())
        {
            var range = command.As<CfgiSteRange>();
            return range.Range >= 31
                || (range.StreamID.Value ^ key.Stream.Value) >> (range.Range + 1) == 0;
        }
        if (command.Is<CfgiSte>())
        {
            var ste = command.As<CfgiSte>();
            return key.Kind switch
            {
                PlaceKind.L1Std => !ste.Leaf && SameLeaf(key, ste.StreamID),
                PlaceKind.Ste => ste.StreamID == key.Stream,
                // An STE's invalidation takes everything that was reached through it along.
                _ => ste.StreamID == key.Stream,
            };
        }
        if (command.Is<CfgiCdAll>())
            return key.Kind is PlaceKind.Cd or PlaceKind.L1Cd
                && command.As<CfgiCdAll>().StreamID == key.Stream;
        if (command.Is<CfgiCd>())
        {
            var cd = command.As<CfgiCd>();
            return cd.StreamID == key.Stream
                && key.Kind switch
                {
                    PlaceKind.Cd => cd.SubstreamID == key.Substream,
                    PlaceKind.L1Cd => !cd.Leaf && SameContextLeaf(key, cd.SubstreamID),
                    _ => false,
                };
        }
        return false;
    }

    private bool SameLeaf(Key key, StreamId stream) =>
        (stream.Value ^ key.Stream.Value) >> Monitor.Structures.Of(key.Smmu).Split == 0;

    private bool SameContextLeaf(Key key, SubstreamId substream) =>
        Monitor
            .Structures.Of(key.Smmu)
            .Contexts.Any(t =>
                t.Streams.Contains(key.Stream)
                && (substream.Value ^ key.Substream.Value) >> t.LeafBits == 0
            );

    private void Open(Place place) =>
        _open[new(place.Smmu, place.Kind, place.Stream, place.Substream)] = new() { Place = place };

    private bool Enabled(int smmu) => Monitor.Machine.Smmus[smmu].Inside.State.Cr0.SMMUEN;

    private static bool IsConfiguration(PlaceKind kind) =>
        kind is PlaceKind.Ste or PlaceKind.Cd or PlaceKind.L1Std or PlaceKind.L1Cd;

    private string Decoded(Place place) => StructureText.At(Monitor.Machine.Memory, place);
}
