namespace SmmuConformance.Architecture;

/// <summary>Every layout there is; the lists are written by the generator from the declarations.</summary>
public static partial class LayoutCatalogue
{
    /// <summary>The command with that opcode, or null.</summary>
    public static Layout? Command(byte opcode) => ByCode.Commands[opcode];

    /// <summary>The event record with that number, or null.</summary>
    public static Layout? Event(byte id) => ByCode.Events[id];

    // A class of its own: initializers of this class's generated half run in no particular order against this half's.
    private static class ByCode
    {
        public static readonly Layout?[] Commands = Index(LayoutCatalogue.Commands);
        public static readonly Layout?[] Events = Index(LayoutCatalogue.Events);

        private static Layout?[] Index(IEnumerable<Layout> layouts)
        {
            var table = new Layout?[256];
            foreach (var layout in layouts)
                table[layout.Code] = layout;
            return table;
        }
    }
}
