using SmmuConformance.Architecture;
using SmmuConformance.Emulator;

namespace SmmuConformance.Bench;

/// <summary>Structures in memory as text.</summary>
public static class StructureText
{
    /// <summary>The structure at a place, decoded as memory has it now.</summary>
    public static string At(PhysicalMemory memory, Place place)
    {
        var layout = TraceText.LayoutOf(place.Kind);
        if (layout is null)
            return "";
        return Of(place.Kind, memory.Words(place.Base, layout.WordCount));
    }

    /// <summary>A structure of that kind with those words.</summary>
    public static string Of(PlaceKind kind, ReadOnlySpan<ulong> words) =>
        kind switch
        {
            PlaceKind.Ste => new Ste(words).ToString(),
            PlaceKind.Cd => new Cd(words).ToString(),
            PlaceKind.L1Std => new L1Std(words).ToString(),
            PlaceKind.L1Cd => new L1Cd(words).ToString(),
            _ => "",
        };
}
