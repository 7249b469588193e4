using SmmuConformance.Architecture;
using SmmuConformance.Driver.Contract;

namespace SmmuConformance.Bench;

/// <summary>
/// Whatever the SMMU could have read of an entry while the driver changed it means the old entry, the new one, or a
/// refusal.
/// </summary>
/// <remarks>
/// The SMMU reads a structure's 64-bit words in any order and at any time, so between two completed invalidations it may
/// see any combination of the values each word has had (§3.21.3). This rule builds all those combinations.
/// </remarks>
public sealed class EveryView : MonitorRule
{
    private const int Words = 8;

    // More combinations than this are not built: the driver then stores one word many times, which says nothing new.
    private const int MostViews = 4096;

    private sealed class History
    {
        public required Place Place { get; init; }
        public required ulong[] First { get; init; }

        // The values each word has had since the last completed invalidation.
        public required List<ulong>[] Seen { get; init; }
        public bool Invalidated { get; set; }

        // EATS changed while the device might ask.
        public bool AtsMatters { get; set; }
        public List<ulong[]> Views { get; } = [];
    }

    private readonly Dictionary<ulong, History> _histories = [];

    private static readonly Field s_eats = Ste.Layout[nameof(Ste.EATS)];

    /// <inheritdoc/>
    public override string Id => "monitor.every-view";

    /// <inheritdoc/>
    public override bool NeedsOrder => true;

    /// <inheritdoc/>
    public override string Clause => "§3.21.3, §3.21.3.1";

    /// <inheritdoc/>
    public override string Sentence =>
        "Whatever the SMMU can read of an STE or CD while it is changed means the old entry, the new one, or a refusal: never a mixture.";

    /// <inheritdoc/>
    public override bool IsAboutOneThread => true;

    /// <inheritdoc/>
    public override void Stored(StoreEntry store)
    {
        var place = store.Place;
        if (
            place.Kind is not (PlaceKind.Ste or PlaceKind.Cd)
            || !Monitor.Machine.Smmus[place.Smmu].Inside.State.Cr0.SMMUEN
        )
            return;
        if (!_histories.TryGetValue(place.Base.Value, out var history))
        {
            var before = Read(place);
            before[place.Word] = store.Old;
            _histories[place.Base.Value] = history = new()
            {
                Place = place,
                First = before,
                Seen = [.. before.Select(word => new List<ulong> { word })],
            };
        }
        if (place.Kind == PlaceKind.Ste && place.Word == s_eats.Word && MayAsk(place))
            history.AtsMatters |= ((store.Old ^ store.New) & s_eats.Mask) != 0;
        if (!history.Seen[place.Word].Contains(store.New))
            history.Seen[place.Word].Add(store.New);
        history.Invalidated = false;
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
        foreach (var history in _histories.Values)
        {
            if (history.Place.Smmu != smmu)
                continue;
            if (Concerns(in command, history.Place))
                history.Invalidated = true;
            else if (command.Is<Sync>() && history.Invalidated)
                CloseInterval(history);
        }
    }

    /// <inheritdoc/>
    public override void OperationEnded()
    {
        foreach (var history in _histories.Values)
        {
            CloseInterval(history);
            var last = Read(history.Place);
            foreach (var view in history.Views)
                if (
                    !IsLike(history, view, history.First)
                    && !IsLike(history, view, last)
                    && !Meaning.Refuses(history.Place.Kind, view)
                )
                {
                    Violate(Mixture(history, view, last));
                    break;
                }
        }
        _histories.Clear();
    }

    // Whether a device may ask is nothing to one that does not: EATS may change apart from the rest while its ATS is off. §3.9.2
    private static bool IsLike(History history, ulong[] view, ulong[] entry)
    {
        if (history.Place.Kind != PlaceKind.Ste || history.AtsMatters)
            return Meaning.Same(history.Place.Kind, view, entry);
        var (seen, like) = (new Ste(view), new Ste(entry));
        return IsOdd(seen) || IsOdd(like)
            ? Meaning.Same(seen, like)
            : Meaning.Same(seen with { EATS = like.EATS }, like);
    }

    // Split-stage ATS gives another meaning to what a device was told before.
    private static bool IsOdd(Ste entry) => entry.EATS is Eats.SplitStage or Eats.FullWithDpt;

    private bool MayAsk(Place place) =>
        Monitor.Devices?.EnablesOf(place.Smmu, place.Stream).HasFlag(DeviceEnables.Ats) == true;

    // First what an engineer asks: which fields are still old, and which already new.
    private static string Mixture(History history, ulong[] view, ulong[] last)
    {
        var kind = history.Place.Kind;
        return $"{history.Place}: the SMMU could have read:\n"
            + StructureText.Of(kind, view)
            + $"already new: {Fields(kind, view, last, history.First)}\n"
            + $"still old:   {Fields(kind, view, history.First, last)}\n"
            + $"the old entry was:\n{StructureText.Of(kind, history.First)}"
            + $"the new entry is:\n{StructureText.Of(kind, last)}";
    }

    // The fields that are as in one entry and not as in the other.
    private static string Fields(PlaceKind kind, ulong[] view, ulong[] like, ulong[] unlike)
    {
        var names = TraceText
            .LayoutOf(kind)!
            .Fields.Where(f =>
                f.RawIn(view[f.Word]) == f.RawIn(like[f.Word])
                && f.RawIn(view[f.Word]) != f.RawIn(unlike[f.Word])
            )
            .Select(f => f.Name)
            .ToList();
        return names.Count == 0 ? "nothing" : string.Join(", ", names);
    }

    private void CloseInterval(History history)
    {
        var count = history.Seen.Aggregate(
            1L,
            (product, values) => Math.Min(MostViews, product * values.Count)
        );
        for (var n = 0L; n < count; n++)
        {
            var view = new ulong[Words];
            var rest = n;
            for (var word = 0; word < Words; word++)
            {
                var values = history.Seen[word];
                view[word] = values[(int)(rest % values.Count)];
                rest /= values.Count;
            }
            history.Views.Add(view);
        }
        var now = Read(history.Place);
        for (var word = 0; word < Words; word++)
        {
            history.Seen[word].Clear();
            history.Seen[word].Add(now[word]);
        }
        history.Invalidated = false;
    }

    private static bool Concerns(in Command command, Place place) =>
        command.Is<CfgiSteRange>()
        || command.Is<CfgiSte>()
            && (place.Kind == PlaceKind.Cd || command.As<CfgiSte>().StreamID == place.Stream)
        || place.Kind == PlaceKind.Cd
            && (
                command.Is<CfgiCdAll>()
                || command.Is<CfgiCd>() && command.As<CfgiCd>().SubstreamID == place.Substream
            );

    private ulong[] Read(Place place) => Monitor.Machine.Memory.Words(place.Base, Words);
}
