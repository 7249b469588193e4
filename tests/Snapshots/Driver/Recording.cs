using SmmuConformance.Architecture;
using SmmuConformance.Bench;

namespace SmmuConformance.Snapshots;

/// <summary>
/// A bench whose operations are written down. What led up to the operation in question is done on <see cref="Bench"/>
/// first; <see cref="Of"/> then gives the text of that operation alone.
/// </summary>
/// <param name="bench">The bench.</param>
internal sealed class Recording(TestBench bench)
{
    private readonly Dictionary<PhysicalAddress, Place> _known = [];
    private int _seen;

    /// <summary>The bench.</summary>
    public TestBench Bench => bench;

    /// <summary>Everything between driver and hardware while the operation ran, one line an act, under a line of prose.</summary>
    public string Of(string title, Action operation)
    {
        Learn();
        var mark = bench.Trace.Mark;
        operation();
        Learn();
        var entries = bench
            .Trace.Since(mark)
            .Select(new CommandSlots(bench.Trace, mark).CountFromFirst);
        return $"# {title}\n{TraceText.Unnumbered(entries, Otherwise)}";
    }

    private Place Otherwise(PhysicalAddress address) =>
        _known.TryGetValue(address, out var place) ? place : default;

    // A descriptor is cleared after the last entry has let go of it: remember what stood where.
    private void Learn()
    {
        foreach (var entry in bench.Trace.Since(_seen))
            if (
                entry is StoreEntry store
                && bench.Structures.At(store.Address) is { IsStructure: true } place
            )
                _known[store.Address] = place;
        _seen = bench.Trace.Mark;
    }
}
