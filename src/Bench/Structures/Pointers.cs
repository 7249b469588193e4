using SmmuConformance.Architecture;

namespace SmmuConformance.Bench;

/// <summary>The pointers that structures hold.</summary>
internal static class Pointers
{
    /// <summary>The table that a store has cut off from the structure it changed, or null if it cut off none.</summary>
    public static PhysicalAddress? LostBy(StoreEntry store, Monitor monitor)
    {
        var before = Held(store, store.Old, monitor);
        var after = Held(store, store.New, monitor);
        return before is { } target && target != after ? target : null;
    }

    private static PhysicalAddress? Held(StoreEntry store, ulong word, Monitor monitor)
    {
        var place = store.Place;
        switch (place.Kind)
        {
            case PlaceKind.Ste when place.Word is 0 or 3:
                return TableOf(EntryWith(place, word, monitor));
            case PlaceKind.L1Std:
                var level1 = new L1Std([word]);
                return level1.Valid ? level1.L2Ptr : null;
            case PlaceKind.L1Cd:
                var context = new L1Cd([word]);
                return context.V ? context.L2Ptr : null;
            case PlaceKind.Cd when place.Word is 0 or 1:
                var cd = WithWord(place, word, monitor);
                return cd.V && !cd.EPD0 ? cd.TTB0 : null;
            case PlaceKind.TranslationTable:
                return monitor.Structures.Of(place.Smmu).Tables.Next(store.Address, word)?.Address;
            default:
                return null;
        }
    }

    // What of a guest stands at an IPA is the guest's business.
    private static PhysicalAddress? TableOf(Ste ste) =>
        !ste.V ? null
        : ste.Stage2 ? ste.S2TTB
        : ste.Stage1 ? ste.S1ContextPtr
        : null;

    private static Ste EntryWith(Place place, ulong word, Monitor monitor)
    {
        Span<ulong> words = stackalloc ulong[8];
        monitor.Machine.Memory.Fill(place.Base, words[..4]);
        words[place.Word] = word;
        return new(words);
    }

    private static Cd WithWord(Place place, ulong word, Monitor monitor)
    {
        Span<ulong> words = stackalloc ulong[8];
        // V, EPD and TTB0 stand in the first two words.
        monitor.Machine.Memory.Fill(place.Base, words[..2]);
        words[place.Word] = word;
        return new(words);
    }
}
